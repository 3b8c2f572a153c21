//! The public URL, which one-time links, webhooks and the issuer of tokens are derived from, and the origins of
//! the pages that belong to this deployment.

use url::Url;

use super::{Environment, Reader, is_loopback};

/// Default address of `cargo dev`.
pub const LOCAL_URL: &str = "http://localhost:3000";
/// Maximum length of the public URL, in characters: it is the issuer in every access token.
const URL_MAX: usize = 255;

/// The public URL and the origins.
#[derive(Debug, Default)]
pub(super) struct Site {
    /// The public URL, without a final slash; it may have a path.
    pub(super) url: Option<String>,
    /// Origins in the form `scheme://host[:port]`.
    pub(super) origins: Vec<String>,
}

/// Reads `HALLPASS_URL`, then the hosts that the platform names.
pub(super) fn read(reader: &mut Reader<'_>, environment: &Environment) -> Site {
    let mut site = Site::default();
    if let Some(text) = reader.get("HALLPASS_URL") {
        match parse(&text, environment) {
            Ok(url) => {
                site.origins.push(url.origin().ascii_serialization());
                site.url = Some(without_final_slash(url.as_str()));
            }
            Err(problem) => reader.error("HALLPASS_URL", problem),
        }
    }
    // A preview knows production's host, too, but is not served there: its links would lead to another deployment.
    let hosts: &[&str] = if environment.is_production() {
        &[
            "VERCEL_PROJECT_PRODUCTION_URL",
            "VERCEL_BRANCH_URL",
            "VERCEL_URL",
        ]
    } else {
        &["VERCEL_BRANCH_URL", "VERCEL_URL"]
    };
    let scheme = if environment.is_development() {
        "http"
    } else {
        "https"
    };
    for host in hosts.iter().filter_map(|variable| reader.get(variable)) {
        let origin = format!("{scheme}://{}", host.to_ascii_lowercase());
        if !site.origins.contains(&origin) {
            site.origins.push(origin);
        }
    }
    site.url = site.url.or_else(|| site.origins.first().cloned());
    site
}

fn parse(text: &str, environment: &Environment) -> Result<Url, &'static str> {
    const FORM: &str = "must be a URL such as https://accounts.example.com or https://app.example.com/auth, \
        without user, query and fragment, and of at most 255 characters";
    let url = Url::parse(text).map_err(|_| FORM)?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        // The URL must have one spelling only, because issuers are compared byte by byte.
        && !url.path().contains("//")
        && url.as_str().len() <= URL_MAX;
    if !is_plain {
        return Err(FORM);
    }
    // One-time links begin with this URL. Over plain HTTP, an eavesdropper could use the link to set the password.
    let is_safe = url.scheme() == "https" || is_loopback(url.host_str().unwrap_or_default());
    if environment.is_production() && !is_safe {
        return Err("must begin with https:// in production");
    }
    Ok(url)
}

fn without_final_slash(url: &str) -> String {
    url.strip_suffix('/').unwrap_or(url).to_owned()
}
