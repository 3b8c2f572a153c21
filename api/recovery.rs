//! POST /api/recovery

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), hallpass_http::Error> {
    hallpass_http::run("recovery", hallpass_http::routes::recovery::router()).await
}
