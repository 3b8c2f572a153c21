//! All routes while the database is unavailable

use futures_util::future::join_all;
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::routes::guarded_routes;

#[tokio::test]
async fn t33_every_route_is_503_with_retry_after_and_never_401() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let away = app.cut_off();
    // All requests are sent at once, because each of them waits several seconds for a connection.
    let answers = guarded_routes().into_iter().map(|route| {
        let call = route.call(&away, admin.id, Uuid::now_v7()).bearer(&admin);
        call.send()
    });
    for answer in join_all(answers).await {
        answer.expect_unavailable();
        assert!(!answer.text().contains("127.0.0.1"), "{}", answer.text());
    }
    app.get("/api/me").bearer(&admin).send().await.expect(200);
}

#[tokio::test]
async fn t33_errors_that_need_no_database_keep_their_code() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let away = app.cut_off();
    away.get("/api/users")
        .send()
        .await
        .expect_problem(401, "unauthenticated");
    let answer = away.get("/api/users?size=0").bearer(&admin).send().await;
    answer.expect_problem(400, "invalid_query");
    let answer = away.get("/api/users?cursor=x").bearer(&admin).send().await;
    answer.expect_problem(400, "invalid_cursor");
}
