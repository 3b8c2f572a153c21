//! GET /.well-known/jwks.json and GET /api/openapi.json

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), hallpass_http::Error> {
    hallpass_http::run("keys", hallpass_http::routes::keys::router()).await
}
