//! Rules that hold for every request. They are tried with each operation of the OpenAPI document, so that none is
//! forgotten.

mod addresses;
mod atomic;
mod bearer;
mod bodies;
mod cross_site;
mod database_outage;
mod forged;
mod headers;
mod hosts;
mod logs;
mod logs_keep_secrets;
mod methods;
mod neighbours;
mod panics;
mod revocation;
mod shared_database;
mod sizes;
mod succeeding;
mod times;

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::Value;

use crate::support::routes::routes;
use crate::support::{Call, Person, TestApp};

/// An operation of the OpenAPI document.
#[derive(Clone, Debug)]
struct Operation {
    method: Method,
    /// Path with ids instead of the parameters.
    path: String,
    needs_token: bool,
    /// The secret of operations that machines call.
    machine: Option<&'static str>,
    /// A valid body, if the operation has one.
    body: Option<Value>,
}

/// All operations. Ids in paths are those of this user.
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
    /// A request for the operation by this user, which a test can change.
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

/// The methods of each path in the OpenAPI document.
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

/// The content of all tables, to check that nothing has changed. The audit events of exports and of refused refresh
/// tokens are not included, because they are the only change that these make.
pub(crate) async fn stored(app: &TestApp) -> String {
    let tables = app
        .database
        .values(
            "select format('%I.%I', schemaname, tablename) from pg_tables \
             where schemaname not in ('pg_catalog', 'information_schema') order by 1",
        )
        .await;
    assert!(tables.len() >= 8, "{tables:?}");
    let mut everything = String::new();
    for table in tables {
        let rows = format!(
            "select coalesce(string_agg(row::text, '|' order by row::text), '') from {table} as row \
             where coalesce(to_jsonb(row) ->> 'event', '') not in ('users_exported', 'refresh_refused')"
        );
        let rows: String = app.database.value(&rows).await;
        everything = format!("{everything}{table}: {rows}\n");
    }
    everything
}
