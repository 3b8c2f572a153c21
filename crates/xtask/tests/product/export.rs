//! GET /api/users/export through the gateway: the response is streamed and complete.

use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::test_app::TestApp;

const USERS: usize = 5_000;

async fn export(app: &TestApp, access_token: &str) -> Response<Incoming> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let request = Request::get(app.address("/api/users/export?sort=createdAt"))
        .header("authorization", format!("Bearer {access_token}"))
        .body(Empty::new())
        .unwrap();
    client.request(request).await.unwrap()
}

#[tokio::test]
async fn an_export_is_streamed_completely_through_the_gateway() {
    let app = TestApp::start(1).await;
    let insert = format!(
        "insert into hallpass.users (id, email, email_normalized, name, name_normalized) \
         select gen_random_uuid(), e, e, repeat('Filler ', 20) || i, repeat('filler ', 20) || i \
         from generate_series(1, {USERS}) as i, lateral (select 'u' || i || '@example.com' as e) as address"
    );
    app.postgres.execute("postgres", insert).await.unwrap();
    let (access_token, _) = app.sign_in().await;

    let answer = export(&app, &access_token).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(!answer.headers().contains_key("content-length"));
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
    let text = answer.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(text.to_vec()).unwrap();
    assert!(text.ends_with("\r\n"));
    assert_eq!(text.lines().count(), 1 + 1 + USERS);
    app.stop().await;
}
