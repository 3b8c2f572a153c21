//! A request to the product.

use hyper::Method;
use serde_json::{Value, json};

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Body,
    pub(crate) token: Token,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    /// The newest refresh token of the session with this position.
    RefreshToken(usize),
}

/// The bearer token of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Token {
    None,
    Administrator,
    /// The scraper of metrics, or the scheduler of the daily run.
    Machine,
}

impl Call {
    /// A request of the administrator.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            body: Body::Empty,
            token: Token::Administrator,
        }
    }

    /// A change that the administrator makes.
    pub(crate) fn change(method: Method, path: impl Into<String>, body: Value) -> Self {
        Self {
            method,
            body: Body::Json(body),
            ..Self::get(path)
        }
    }

    /// A request of a machine.
    pub(crate) fn machine(path: &str) -> Self {
        Self {
            token: Token::Machine,
            ..Self::get(path)
        }
    }

    pub(crate) fn sign_in(email: &str, password: &str) -> Self {
        let body = json!({ "email": email, "password": password, "delivery": "body" });
        Self {
            token: Token::None,
            ..Self::change(Method::POST, "/api/login", body)
        }
    }

    /// A refresh of the session with this position.
    pub(crate) fn refresh(session: usize) -> Self {
        Self {
            method: Method::POST,
            path: "/api/refresh".to_owned(),
            body: Body::RefreshToken(session),
            token: Token::None,
        }
    }
}
