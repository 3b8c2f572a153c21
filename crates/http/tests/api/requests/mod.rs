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
mod revocation;
mod shared_database;
mod sizes;

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::Value;

use crate::support::routes::routes;
use crate::support::{Call, Person, TestApp};

/// An operation of the contract.
#[derive(Clone, Debug)]
struct Operation {
    method: Method,
    /// With ids in the place of the parameters.
    path: String,
    needs_token: bool,
    /// What a machine shows where it is for machines.
    machine: Option<&'static str>,
    /// A body that is acceptable, where it takes one.
    body: Option<Value>,
}

/// All of them. Those with an id are about this user.
fn operations(user: &Person) -> Vec<Operation> {
    let all = routes().into_iter();
    all.map(|route| Operation {
        path: route.address(user.id, user.id),
        method: route.method,
        needs_token: route.needs_token,
        machine: route.machine,
        body: route.body,
    })
    .collect()
}

impl Operation {
    /// As this person would do it, before anything is changed about it.
    fn call<'a>(&self, app: &'a TestApp, person: &Person) -> Call<'a> {
        let call = app.call(self.method.clone(), &self.path).if_match(1);
        let call = match self.machine {
            Some(secret) => call.token(secret),
            None if self.needs_token => call.bearer(person),
            None => call,
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

/// Everything that is stored, to see that nothing changed. That somebody took all users home is written down,
/// and changes nothing.
async fn stored(app: &TestApp) -> String {
    let everything = "select concat_ws('#', \
        (select string_agg(u::text, '|' order by id) from users u), \
        (select string_agg(s::text, '|' order by id) from sessions s), \
        (select string_agg(e::text, '|' order by id) from audit_events e where event <> 'users_exported'), \
        (select string_agg(t::text, '|' order by key) from login_throttle t))";
    app.database.value(everything).await
}
