//! Rules for new passwords that hold for every way of setting one.

mod leaked;
mod most_used;

use serde_json::json;

use crate::me::password::change;
use crate::recovery::{link, redeem};
use crate::support::{Answer, PASSWORD, Person, TestApp};

/// An administrator, a signed-in user, and a one-time link for another user.
struct People {
    admin: Person,
    ada: Person,
    link: String,
}

impl People {
    async fn new(app: &TestApp) -> Self {
        let admin = app.signed_in("admin@example.com", &["admin"]).await;
        let ada = app.signed_in("ada@example.com", &["user"]).await;
        let bob = app.person("bob@example.com", &["user"]).await;
        let link = link(app, &admin, &bob).await;
        Self { admin, ada, link }
    }

    /// Tries to set the password in every way that the API has. Returns the name of the field and the response of each.
    async fn set(&self, app: &TestApp, password: &str) -> [(&'static str, Answer); 3] {
        let new = json!({ "email": "new@example.com", "name": "New", "roles": ["user"], "password": password });
        let created = app.post("/api/users").bearer(&self.admin).json(&new);
        [
            ("password", created.send().await),
            (
                "newPassword",
                change(app, &self.ada, PASSWORD, password).await,
            ),
            ("password", redeem(app, &self.link, password).send().await),
        ]
    }
}
