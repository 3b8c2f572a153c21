//! /api/me and everything below it

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), hallpass_http::Error> {
    hallpass_http::run("me", hallpass_http::routes::me::router()).await
}
