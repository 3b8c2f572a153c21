//! Every route of the OpenAPI document, with what a call of it needs in order to succeed.

use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CRON_SECRET, Call, METRICS_TOKEN, TestApp};

/// A route of the contract.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    /// As the document spells it.
    pub(crate) path: String,
    /// Whether it is about the caller's session.
    pub(crate) needs_token: bool,
    /// What a machine shows where it is for machines.
    pub(crate) machine: Option<&'static str>,
    /// A body that is acceptable, where it takes one.
    pub(crate) body: Option<Value>,
    /// The names of the fields that its body may have.
    pub(crate) fields: Vec<String>,
    /// Whether it changes a version that was read before.
    pub(crate) if_match: bool,
}

/// The secret of a scheme that is not the access token's.
fn machine(security: &Value) -> Option<&'static str> {
    let scheme = security.get(0)?.as_object()?.keys().next()?;
    match scheme.as_str() {
        "metrics" => Some(METRICS_TOKEN),
        "cron" => Some(CRON_SECRET),
        _ => None,
    }
}

/// All of them, from the checked-in document.
pub(crate) fn routes() -> Vec<Route> {
    let document: Value =
        serde_json::from_str(include_str!("../../../../../openapi.json")).unwrap();
    let mut all = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let body = example(&document, operation);
            assert!(
                body.is_some() || operation.get("requestBody").is_none(),
                "{method} {path}: the schema of its body has no example"
            );
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            all.push(Route {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                needs_token: operation["security"] == json!([{ "bearer": [] }]),
                machine: machine(&operation["security"]),
                body,
                fields: fields(&document, operation),
                if_match: parameters
                    .into_iter()
                    .any(|one| one["name"] == "If-Match" && one["required"] == true),
            });
        }
    }
    assert!(all.len() >= 24, "{all:?}");
    all
}

/// Those that need a session.
pub(crate) fn guarded_routes() -> Vec<Route> {
    let all = routes().into_iter();
    all.filter(|route| route.needs_token).collect()
}

/// The schemas of an operation's body, through references and alternatives.
fn schemas<'a>(document: &'a Value, operation: &'a Value) -> Vec<&'a Value> {
    let mut left = vec![&operation["requestBody"]["content"]["application/json"]["schema"]];
    let mut found = Vec::new();
    while let Some(schema) = left.pop() {
        if let Some(reference) = schema["$ref"].as_str() {
            left.extend(document.pointer(reference.trim_start_matches('#')));
        }
        for several in ["oneOf", "anyOf", "allOf"] {
            left.extend(schema[several].as_array().into_iter().flatten());
        }
        found.push(schema);
    }
    found
}

/// The names of the fields of an operation's body.
fn fields(document: &Value, operation: &Value) -> Vec<String> {
    let schemas = schemas(document, operation).into_iter();
    let fields = schemas.filter_map(|schema| schema["properties"].as_object());
    fields.flat_map(|fields| fields.keys().cloned()).collect()
}

/// The example of an operation's body, with which a call of it succeeds.
fn example(document: &Value, operation: &Value) -> Option<Value> {
    let mut schemas = schemas(document, operation).into_iter();
    schemas.find_map(|schema| schema.get("example").cloned())
}

impl Route {
    /// The address with these ids in the place of its parameters.
    pub(crate) fn address(&self, id: Uuid, session: Uuid) -> String {
        let path = self.path.replace("{id}", &id.to_string());
        path.replace("{sessionId}", &session.to_string())
    }

    /// The call, complete but for whose it is. `{id}` is replaced in the body, too.
    pub(crate) fn call<'a>(&self, app: &'a TestApp, id: Uuid, session: Uuid) -> Call<'a> {
        let call = self.bare(app, id, session);
        match &self.body {
            Some(body) => {
                let body = body.to_string().replace("{id}", &id.to_string());
                call.body("application/json", body)
            }
            None => call,
        }
    }

    /// The call without its body and without a session.
    pub(crate) fn bare<'a>(&self, app: &'a TestApp, id: Uuid, session: Uuid) -> Call<'a> {
        let call = app.call(self.method.clone(), &self.address(id, session));
        if self.if_match {
            call.if_match(1)
        } else {
            call
        }
    }
}
