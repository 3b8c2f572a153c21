//! Tests of a configuration that does not match the pooler.

use hallpass_platform::pgbouncer::{Login, PgBouncer, Settings};
use hallpass_test_support::{client::send, eventually};
use hyper::{Request, StatusCode};

use crate::test_app::{database, functions};

#[tokio::test]
async fn t35_a_pooler_without_prepared_statements_is_refused_where_named_is_configured() {
    let mut postgres = database().await;
    let login = Login::from_url(&postgres.superuser_url("postgres")).unwrap();
    let settings = Settings::for_server_on(postgres.port())
        .superuser(login)
        .max_prepared_statements(0);
    let pooler = PgBouncer::start(&settings).await.unwrap();
    let (direct, place) = (postgres.superuser_url("postgres"), pooler.base_url());
    let server = format!("127.0.0.1:{}", postgres.port());
    let through_pooler = direct.replace(&server, place.trim_start_matches("postgres://"));
    assert_ne!(direct, through_pooler);

    let platform = functions()
        .env("DATABASE_URL", &through_pooler)
        .env("DATABASE_POOLER", "named");
    let platform = platform.start().await.unwrap();
    let health = format!("http://127.0.0.1:{}/health", platform.port());
    let ask = || send(Request::get(&health).body(String::new()).unwrap());
    // The function detects the pooler while it starts. The first request may arrive before the result is known.
    ask().await;
    eventually("the log names DATABASE_POOLER=unnamed", async || {
        let says_so = |text: &str| text.contains("set DATABASE_POOLER=unnamed");
        platform.logs().iter().any(|line| says_so(&line.text))
    })
    .await;

    // If the variable is not set, the pooler is detected and the functions work.
    platform.remove_env("DATABASE_POOLER");
    platform.recycle().await;
    for _ in 0..10 {
        assert_eq!(ask().await.status, StatusCode::OK);
    }
    platform.stop().await;
    pooler.stop().await.unwrap();
    postgres.stop().await.unwrap();
}
