//! The part of `vercel.json` that determines routes.

use std::path::Path;

use hyper::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;

use crate::Error;

/// Contents of `vercel.json`. Keys that only concern the build are ignored.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VercelJson {
    pub(super) redirects: Vec<Redirect>,
    pub(super) rewrites: Vec<Rewrite>,
    pub(super) headers: Vec<HeaderRule>,
    pub(super) trailing_slash: Option<bool>,
    pub(crate) output_directory: Option<String>,
    clean_urls: Option<bool>,
    routes: Option<Value>,
}

/// `{"source", "destination", "permanent"}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Redirect {
    pub(super) source: String,
    pub(super) destination: String,
    /// Whether the status is 308, which is also Vercel's default; otherwise it is 307.
    #[serde(default = "permanent")]
    pub(super) permanent: bool,
}

const fn permanent() -> bool {
    true
}

/// `{"source", "destination"}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rewrite {
    pub(super) source: String,
    pub(super) destination: String,
}

/// `{"source", "headers"}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeaderRule {
    pub(super) source: String,
    pub(super) headers: Vec<Header>,
}

/// `{"key", "value"}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    key: String,
    value: String,
}

impl VercelJson {
    /// Reads `vercel.json` in the root directory of the project.
    ///
    /// # Errors
    /// The file is missing or invalid, or uses routing that the local platform does not support.
    pub fn read(root: &Path) -> Result<Self, Error> {
        let path = root.join("vercel.json");
        let text = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
        Self::parse(&text)
    }

    /// Parses the text of a `vercel.json`.
    ///
    /// # Errors
    /// The text is invalid, or uses routing that the local platform does not support.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let parsed: Self =
            serde_json::from_str(text).map_err(|error| Error::Configuration(error.to_string()))?;
        let unsupported = [
            (parsed.clean_urls == Some(true), "cleanUrls: true"),
            (parsed.trailing_slash == Some(true), "trailingSlash: true"),
            (parsed.routes.is_some(), "routes"),
        ];
        match unsupported.into_iter().find(|(asked, _)| *asked) {
            Some((_, key)) => Err(Error::Configuration(format!(
                "the local platform does not do \"{key}\"; teach it in crates/platform/src/routes"
            ))),
            None => Ok(parsed),
        }
    }
}

impl Header {
    pub(super) fn parse(&self) -> Result<(HeaderName, HeaderValue), Error> {
        let bad =
            |what: &str| Error::Configuration(format!("\"{}\" is no header {what}", self.key));
        let name = self.key.parse().map_err(|_| bad("name"))?;
        let value = self.value.parse().map_err(|_| bad("value"))?;
        Ok((name, value))
    }
}
