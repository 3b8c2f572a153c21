//! Idle functions hold no database connections, because the platform may keep them for hours.

use futures_util::future::join_all;
use hallpass_core::db::APP_ROLE;
use hallpass_test_support::eventually;
use hyper::StatusCode;
use sqlx::{Connection as _, PgConnection};

use crate::test_app::{APP_PASSWORD, TestApp, database, functions};

/// Waits until the functions hold at least one connection, or none.
async fn until(observer: &mut PgConnection, some: bool) {
    let count = "select count(*) from pg_stat_activity where usename = $1";
    let what = format!("functions with connections = {some}");
    eventually(&what, async || {
        let held = sqlx::query_scalar::<_, i64>(count).bind(APP_ROLE);
        (held.fetch_one(&mut *observer).await.unwrap() > 0) == some
    })
    .await;
}

#[tokio::test]
async fn idle_functions_close_their_connections() {
    let postgres = database().await;
    let url = postgres.superuser_url("postgres");
    let mut observer = PgConnection::connect(&url).await.unwrap();
    let url = postgres.url(APP_ROLE, APP_PASSWORD, "postgres");
    let platform = functions().env("DATABASE_URL", url).start().await.unwrap();
    let app = TestApp { postgres, platform };

    // A function connects once while it starts, even without a request.
    app.platform.warm("me", 0).await.unwrap();
    until(&mut observer, true).await;
    until(&mut observer, false).await;

    let (access_token, _) = app.sign_in().await;
    let calls = join_all((0..8).map(|_| app.get("/api/me", &access_token))).await;
    assert!(calls.iter().all(|answer| answer.status == StatusCode::OK));
    until(&mut observer, false).await;
    app.stop().await;
}
