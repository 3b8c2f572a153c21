//! Every route of the functions users and me, so that a test can go through them all

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Call, PASSWORD, TestApp};

/// What a call of a route needs in order to succeed.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    /// As the document spells it.
    pub(crate) path: &'static str,
    pub(crate) body: Option<Value>,
    pub(crate) if_match: bool,
}

pub(crate) fn routes() -> Vec<Route> {
    let route = |method: &Method, path| Route {
        method: method.clone(),
        path,
        body: None,
        if_match: false,
    };
    let with = |body, route| Route {
        body: Some(body),
        ..route
    };
    let new = json!({ "email": "new@example.com", "name": "New", "roles": ["user"] });
    let many = json!({ "ids": [Uuid::nil()], "changes": { "isActive": true } });
    let name = json!({ "name": "Changed" });
    let password = json!({ "currentPassword": PASSWORD, "newPassword": "quiet marble harvest" });
    let (get, post) = (&Method::GET, &Method::POST);
    let (patch, delete) = (&Method::PATCH, &Method::DELETE);
    let guarded = Route {
        if_match: true,
        ..route(patch, "/api/users/{id}")
    };
    vec![
        route(get, "/api/users"),
        with(new, route(post, "/api/users")),
        with(many, route(patch, "/api/users")),
        route(get, "/api/users/{id}"),
        with(name.clone(), guarded),
        route(delete, "/api/users/{id}"),
        route(post, "/api/users/{id}/setup-link"),
        route(get, "/api/users/{id}/sessions"),
        route(delete, "/api/users/{id}/sessions"),
        route(delete, "/api/users/{id}/sessions/{sessionId}"),
        route(get, "/api/roles"),
        route(get, "/api/me"),
        with(name, route(patch, "/api/me")),
        with(password, route(post, "/api/me/password")),
        route(get, "/api/me/sessions"),
        route(delete, "/api/me/sessions"),
        route(delete, "/api/me/sessions/{sessionId}"),
    ]
}

impl Route {
    /// The call, complete but for whose it is.
    pub(crate) fn call<'a>(&self, app: &'a TestApp, id: Uuid, session: Uuid) -> Call<'a> {
        let call = self.bare(app, id, session);
        match &self.body {
            Some(body) => call.json(body),
            None => call,
        }
    }

    /// The call without its body.
    pub(crate) fn bare<'a>(&self, app: &'a TestApp, id: Uuid, session: Uuid) -> Call<'a> {
        let path = self.path.replace("{id}", &id.to_string());
        let path = path.replace("{sessionId}", &session.to_string());
        let call = app.call(self.method.clone(), &path);
        if self.if_match {
            call.if_match(1)
        } else {
            call
        }
    }
}

#[tokio::test]
async fn t15_the_table_has_every_route_of_the_document() {
    let app = TestApp::new().await;
    let document = app.get("/api/openapi.json").send().await.expect(200);
    let mut documented = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let tags = operation["tags"].as_array().cloned().unwrap_or_default();
            if tags.iter().any(|tag| tag == "users" || tag == "me") {
                documented.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let table = routes().into_iter();
    let table: BTreeSet<_> = table
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(documented, table);
}
