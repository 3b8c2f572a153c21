//! GET /api/users/{id}

use serde_json::json;
use uuid::Uuid;

use super::{administrator, path};
use crate::support::TestApp;

#[tokio::test]
async fn a_user_is_shown_with_the_version_as_entity_tag() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("Ada@Example.com", &["viewer", "manager"]).await;
    let before = app.statements().await;
    let answer = app.get(&path(ada.id)).bearer(&admin).send().await;
    assert_eq!(app.statements().await - before, 1);
    let user = answer.expect(200);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(user["id"], json!(ada.id));
    assert_eq!(user["email"], "Ada@Example.com");
    assert_eq!(user["roles"], json!(["viewer", "manager"]));
    assert_eq!(user["lastLoginAt"], json!(null));
    assert_eq!(user.as_object().unwrap().len(), 10);
}

#[tokio::test]
async fn an_invalid_user_id_is_404() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let upper = admin.id.to_string().to_uppercase();
    for id in [
        &Uuid::now_v7().to_string(),
        &Uuid::nil().to_string(),
        &upper,
        &admin.id.simple().to_string(),
        &admin.id.braced().to_string(),
        "me",
        "1",
        "%00",
        "..%2Fme",
        "%F0%9F%A6%8A",
    ] {
        let answer = app
            .get(&format!("/api/users/{id}"))
            .bearer(&admin)
            .send()
            .await;
        answer.expect_problem(404, "not_found");
    }
}
