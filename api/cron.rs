//! GET /api/cron

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), hallpass_http::Error> {
    hallpass_http::run("cron", hallpass_http::routes::cron::router()).await
}
