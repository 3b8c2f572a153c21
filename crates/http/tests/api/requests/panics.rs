//! A panic of a handler does not affect other requests.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use axum::routing::get;
use hallpass_http::{App, Service};

use crate::support::TestApp;

fn service(app: &TestApp) -> Service {
    let router: Router<App> = Router::new()
        .route("/api/fine", get(|| async { "fine" }))
        .route(
            "/api/text",
            get(async || -> () { panic!("the secret cause") }),
        )
        .route(
            "/api/string",
            get(async || -> () { panic!("the {} cause", "secret") }),
        )
        .route(
            "/api/value",
            get(async || -> () { std::panic::panic_any(42) }),
        );
    Service::new("fragile", router, app.hallpass.clone())
}

fn request(path: &str) -> Request<Body> {
    Request::builder().uri(path).body(Body::empty()).unwrap()
}

async fn text(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn t27_a_panic_is_500_without_its_cause_and_other_requests_continue() {
    let app = TestApp::new().await;
    let service = service(&app);
    for path in ["/api/text", "/api/string", "/api/value"] {
        let (fine, broken) = tokio::join!(
            service.answer(request("/api/fine")),
            service.answer(request(path)),
        );
        assert_eq!(text(fine).await, "fine");
        assert_eq!(broken.status(), 500);
        assert_eq!(broken.headers()["content-type"], "application/problem+json");
        assert_eq!(broken.headers()["cache-control"], "no-store");
        let id = broken.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        let body = text(broken).await;
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["code"], "internal_error");
        assert_eq!(problem["requestId"], id);
        // The request id is random and may contain these digits.
        let said = body.replace(&id, "");
        assert!(!said.contains("secret") && !said.contains("42"), "{said}");
    }
    assert_eq!(
        text(service.answer(request("/api/fine")).await).await,
        "fine"
    );
}

#[tokio::test]
async fn t27_the_pool_works_after_a_panic() {
    let app = TestApp::with(&[("DATABASE_CONNECTION_LIMIT", "1")]).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let fragile = service(&app);
    for _ in 0..5 {
        assert_eq!(fragile.answer(request("/api/text")).await.status(), 500);
    }
    app.get("/api/me").bearer(&ada).send().await.expect(200);
}
