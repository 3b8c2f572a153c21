//! The platform ends instances with SIGTERM.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;

use crate::test_app::{PASSWORD, TestApp, credentials};

const PATIENCE: Duration = Duration::from_secs(3);

#[tokio::test]
async fn t37_a_request_in_flight_at_sigterm_gets_its_whole_response() {
    let app = TestApp::start(1).await;
    // The instance is started first, so that the signal arrives during the request and not during the start.
    app.sign_in().await;
    let credentials = credentials(PASSWORD);
    let (answer, went) = tokio::join!(app.post("/api/login", &credentials), async {
        tokio::time::sleep(Duration::from_millis(8)).await;
        app.platform
            .terminate("login", 0, Duration::from_secs(3))
            .await
            .unwrap()
    });
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert!(went, "nothing keeps it after its last answer");
    app.stop().await;
}

#[tokio::test]
async fn t37_ending_instances_under_load_fails_no_request() {
    let app = Arc::new(TestApp::start(2).await);
    let (access, _) = app.sign_in().await;
    app.get("/api/me", &access).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let mut clients = JoinSet::new();
    for _ in 0..6 {
        let (app, access, is_over) = (Arc::clone(&app), access.clone(), Arc::clone(&is_over));
        clients.spawn(async move {
            let mut requests = 0;
            while !is_over.load(Ordering::Relaxed) {
                let answer = app.get("/api/me", &access).await;
                assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
                let bad = json!({ "refreshToken": "not one" });
                let answer = app.post("/api/refresh", &bad).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
                requests += 2;
            }
            requests
        });
    }
    for index in [0, 1, 0, 1, 0, 1] {
        tokio::time::sleep(Duration::from_millis(200)).await;
        for function in ["me", "refresh"] {
            // Ends once the slot was used, which the load does soon.
            let ended = app.platform.terminate(function, index, PATIENCE).await;
            assert!(ended.unwrap(), "{function} ends");
        }
    }
    is_over.store(true, Ordering::Relaxed);
    let requests: u32 = clients.join_all().await.into_iter().sum();
    assert!(requests > 20, "{requests}");
    Arc::into_inner(app).unwrap().stop().await;
}
