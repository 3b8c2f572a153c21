//! GET /.well-known/jwks.json and GET /api/openapi.json

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), hallpass_http::Error> {
    hallpass_http::run_without_database("keys", hallpass_http::routes::keys::router()).await
}
