//! What holds for every request, whatever it is for: rules that are asked of each operation of the
//! OpenAPI document, so that none can be forgotten.

mod addresses;
mod away;
mod bearer;
mod bodies;
mod cross_site;
mod forged;
mod headers;
mod hosts;
mod logs;
mod logs_keep_secrets;
mod methods;
mod panics;
mod sizes;

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Call, PASSWORD, Person, TestApp};

/// An operation of the contract.
#[derive(Clone, Debug)]
struct Operation {
    method: Method,
    /// With ids in the place of the parameters.
    path: String,
    needs_token: bool,
    /// A body that is acceptable, where it takes one.
    body: Option<Value>,
}

/// All of them, from the checked-in document. Those with an id are about this user.
fn operations(user: &Person) -> Vec<Operation> {
    let paths = document()["paths"].clone();
    let mut all = Vec::new();
    for (path, operations) in paths.as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let body = body_of(operation["operationId"].as_str().unwrap());
            let takes_one = operation.get("requestBody").is_some();
            assert!(
                body.is_some() || !takes_one,
                "no body known for {method} {path}"
            );
            all.push(Operation {
                path: path
                    .replace("{id}", &user.id.to_string())
                    .replace("{sessionId}", &user.id.to_string()),
                needs_token: operation.get("security").is_some(),
                method,
                body,
            });
        }
    }
    assert!(all.len() >= 24, "{all:?}");
    all
}

fn document() -> Value {
    serde_json::from_str(include_str!("../../../../../openapi.json")).unwrap()
}

fn body_of(operation_id: &str) -> Option<Value> {
    let body = match operation_id {
        "signIn" => json!({ "email": "ada@example.com", "password": PASSWORD }),
        "refresh" | "signOut" | "renewSetupLink" => json!({}),
        "redeemLink" => json!({ "token": "hpl_x", "password": PASSWORD }),
        "createUser" => json!({ "email": "new@example.com", "name": "New", "roles": ["user"] }),
        "changeUsers" => json!({ "ids": [uuid::Uuid::nil()], "changes": { "isActive": true } }),
        "updateUser" | "updateOwn" => json!({ "name": "Another" }),
        "changePassword" => {
            json!({ "currentPassword": PASSWORD, "newPassword": "velvet harbor siren" })
        }
        _ => return None,
    };
    Some(body)
}

impl Operation {
    /// As this person would do it, before anything is changed about it.
    fn call<'a>(&self, app: &'a TestApp, person: &Person) -> Call<'a> {
        let call = app.call(self.method.clone(), &self.path).if_match(1);
        let call = if self.needs_token {
            call.bearer(person)
        } else {
            call
        };
        match &self.body {
            Some(body) => call.json(body),
            None => call,
        }
    }

    fn is_safe(&self) -> bool {
        self.method.is_safe()
    }
}

/// The methods of each path, as the document has them.
fn methods_by_path(user: &Person) -> BTreeMap<String, Vec<Method>> {
    let mut by_path: BTreeMap<String, Vec<Method>> = BTreeMap::new();
    for operation in operations(user) {
        by_path
            .entry(operation.path)
            .or_default()
            .push(operation.method);
    }
    for (alias, path) in [
        ("/health", "/api/health"),
        ("/api/keys", "/.well-known/jwks.json"),
    ] {
        let methods = by_path[path].clone();
        by_path.insert(alias.to_owned(), methods);
    }
    by_path
}

/// Everything that is stored, to see that nothing changed.
async fn stored(app: &TestApp) -> String {
    let everything = "select concat_ws('#', \
        (select string_agg(u::text, '|' order by id) from users u), \
        (select string_agg(s::text, '|' order by id) from sessions s), \
        (select string_agg(e::text, '|' order by id) from audit_events e), \
        (select string_agg(t::text, '|' order by key) from login_throttle t))";
    app.database.value(everything).await
}
