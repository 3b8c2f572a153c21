//! Reads query parameters. Unknown parameters are ignored, because the platform adds its own.

use std::collections::HashMap;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use hallpass_core::error::FieldError;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as ValueError, StrDeserializer};

use crate::App;
use crate::respond::Problem;

/// Query parameters of a request, and the errors found in them so far.
#[derive(Debug)]
pub(crate) struct Parameters {
    values: HashMap<String, String>,
    errors: Vec<FieldError>,
}

impl FromRequestParts<App> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Ok(Query(pairs)) = pairs else {
            let error = FieldError::new("query", "malformed_query", "is not a valid query string");
            return Err(Problem::invalid_query(vec![error]));
        };
        let mut parameters = Self {
            values: HashMap::new(),
            errors: Vec::new(),
        };
        for (name, value) in pairs {
            if parameters.values.insert(name.clone(), value).is_some() {
                let name: String = name.chars().take(100).collect();
                parameters.wrong(&name, "duplicate_parameter", "is duplicated; send it once");
            }
        }
        Ok(parameters)
    }
}

impl Parameters {
    /// Text of a parameter. An empty parameter counts as missing.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A parameter of another type than text.
    pub(crate) fn parse<T: FromStr>(&mut self, name: &str, expected: &str) -> Option<T> {
        let value = self.text(name)?.parse().ok();
        if value.is_none() {
            self.wrong(name, "invalid_value", &format!("must be {expected}"));
        }
        value
    }

    /// A parameter with a fixed set of values.
    pub(crate) fn choice<T: DeserializeOwned>(&mut self, name: &str, expected: &str) -> Option<T> {
        let value = T::deserialize(StrDeserializer::<ValueError>::new(self.text(name)?)).ok();
        if value.is_none() {
            self.wrong(name, "invalid_value", &format!("must be {expected}"));
        }
        value
    }

    pub(crate) fn wrong(&mut self, name: &str, code: &'static str, message: &str) {
        self.errors.push(FieldError::new(name, code, message));
    }

    /// # Errors
    /// All errors that were found.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_query(self.errors))
        }
    }
}
