//! Routes of a request, by the rules of `vercel.json` in Vercel's order.
//!
//! First, a trailing slash is removed by a redirect (if `trailingSlash` is false). Then the redirects are tried and
//! headers are collected. Then the file system is searched (static files and functions by their exact paths), and then
//! the rewrites are tried in their order. A path without a match is 404.

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

/// Destination of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A function, and the parameters that a rewrite adds to the query string.
    Function {
        /// The function's name.
        name: String,
        /// `name=value` pairs joined with `&`; may be empty.
        added_query: String,
    },
    /// A static file in the output directory.
    File(PathBuf),
    /// A redirect: permanent (308) or temporary (307).
    Redirect {
        /// The path to redirect to.
        to: String,
        /// Whether the redirect is permanent.
        permanent: bool,
    },
    /// The path does not exist.
    NotFound,
}

impl Routes {
    /// Compiles the routes of `vercel.json`, for a directory of static files and a set of functions.
    ///
    /// # Errors
    /// The local platform does not support a source, a destination or a header.
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

    /// The destination of a path, which is percent-encoded as in the request.
    #[must_use]
    pub fn resolve(&self, path: &str) -> Destination {
        if self.redirect_trailing_slash && path.len() > 1 && path.ends_with('/') {
            // Several slashes are reduced to one, so that "//host/" does not become a redirect to another host.
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

    /// The headers for a path. If several rules set a header, the last one counts.
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
