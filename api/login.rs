//! POST /api/login

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), hallpass_http::Error> {
    hallpass_http::run("login", hallpass_http::routes::login::router()).await
}
