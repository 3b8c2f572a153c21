//! Where a request goes: `vercel.json` read in Vercel's order.
//!
//! A trailing slash is redirected away (if `trailingSlash` is false), then the redirects are tried, headers are
//! collected, then the file system decides (static files and functions by their exact path), then the rewrites in
//! their order. A path that matches nothing does not exist.

mod pattern;
mod static_files;
mod vercel_json;

use std::collections::BTreeSet;
use std::path::PathBuf;

use hyper::header::{HeaderName, HeaderValue};

use crate::Error;
use pattern::{Pattern, Template};
pub(crate) use static_files::StaticFile;
pub use vercel_json::VercelJson;

/// The routes of one project.
#[derive(Debug)]
pub struct Routes {
    redirect_trailing_slash: bool,
    redirects: Vec<(Pattern, Template, bool)>,
    headers: Vec<(Pattern, Vec<(HeaderName, HeaderValue)>)>,
    rewrites: Vec<(Pattern, Template)>,
    static_root: PathBuf,
    functions: BTreeSet<String>,
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A function, with what a rewrite adds to the query string.
    Function {
        /// The function's name.
        name: String,
        /// `name=value` pairs joined with `&`, or nothing.
        added_query: String,
    },
    /// A static file, inside the output directory.
    File(PathBuf),
    /// A redirect: permanent (308) or temporary (307).
    Redirect {
        /// The path to redirect to.
        to: String,
        /// Whether the client may remember it.
        permanent: bool,
    },
    /// Nothing is there.
    NotFound,
}

impl Routes {
    /// Compiles the routes of `vercel.json` over a directory of static files and a set of functions.
    ///
    /// # Errors
    /// A source, destination or header is something that the local platform does not understand.
    pub fn new(
        configuration: &VercelJson,
        static_root: impl Into<PathBuf>,
        functions: impl IntoIterator<Item = String>,
    ) -> Result<Self, Error> {
        let mut headers = Vec::new();
        for rule in &configuration.headers {
            let pattern = Pattern::parse(&rule.source)?;
            let pairs = rule
                .headers
                .iter()
                .map(vercel_json::Header::parse)
                .collect::<Result<_, _>>()?;
            headers.push((pattern, pairs));
        }
        let mut redirects = Vec::new();
        for redirect in &configuration.redirects {
            let pattern = Pattern::parse(&redirect.source)?;
            let template = Template::parse(&redirect.destination, &pattern)?;
            redirects.push((pattern, template, redirect.permanent));
        }
        let mut rewrites = Vec::new();
        for rewrite in &configuration.rewrites {
            let pattern = Pattern::parse(&rewrite.source)?;
            let template = Template::parse(&rewrite.destination, &pattern)?;
            rewrites.push((pattern, template));
        }
        Ok(Self {
            redirect_trailing_slash: configuration.trailing_slash == Some(false),
            redirects,
            headers,
            rewrites,
            static_root: static_root.into(),
            functions: functions.into_iter().collect(),
        })
    }

    /// The names of the functions.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.functions.iter().map(String::as_str)
    }

    /// Where a path (as it stands in the request, still percent-encoded) leads.
    #[must_use]
    pub fn resolve(&self, path: &str) -> Destination {
        if self.redirect_trailing_slash && path.len() > 1 && path.ends_with('/') {
            // Several slashes become one: "//host/" must not turn into a redirect to another host.
            let trimmed = path.trim_matches('/');
            return Destination::Redirect {
                to: format!("/{trimmed}"),
                permanent: true,
            };
        }
        for (pattern, template, permanent) in &self.redirects {
            if let Some(captures) = pattern.matches(path) {
                let (to, query) = template.fill(&captures);
                let separator = if query.is_empty() { "" } else { "?" };
                return Destination::Redirect {
                    to: format!("{to}{separator}{query}"),
                    permanent: *permanent,
                };
            }
        }
        if let Some(found) = self.on_file_system(path, "") {
            return found;
        }
        for (pattern, template) in &self.rewrites {
            let Some(captures) = pattern.matches(path) else {
                continue;
            };
            let (target, added_query) = template.fill(&captures);
            if let Some(found) = self.on_file_system(&target, &added_query) {
                return found;
            }
        }
        Destination::NotFound
    }

    /// The headers for a path; of several with one name the last counts.
    pub(crate) fn headers_for(&self, path: &str) -> Vec<(HeaderName, HeaderValue)> {
        let mut headers: Vec<(HeaderName, HeaderValue)> = Vec::new();
        for (pattern, pairs) in &self.headers {
            if pattern.matches(path).is_some() {
                headers.retain(|(name, _)| !pairs.iter().any(|(other, _)| other == name));
                headers.extend(pairs.iter().cloned());
            }
        }
        headers
    }

    fn on_file_system(&self, path: &str, added_query: &str) -> Option<Destination> {
        if let Some(name) = path
            .strip_prefix("/api/")
            .filter(|name| self.functions.contains(*name))
        {
            return Some(Destination::Function {
                name: name.to_owned(),
                added_query: added_query.to_owned(),
            });
        }
        static_files::find(&self.static_root, path).map(Destination::File)
    }
}

#[cfg(test)]
mod tests;
