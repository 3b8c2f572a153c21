//! POST /api/refresh

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), hallpass_http::Error> {
    hallpass_http::run("refresh", hallpass_http::routes::refresh::router()).await
}
