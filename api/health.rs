//! GET /health and GET /api/health

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), hallpass_http::Error> {
    hallpass_http::run("health", hallpass_http::routes::health::router()).await
}
