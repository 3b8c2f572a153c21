//! /api/users and everything below it

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), hallpass_http::Error> {
    hallpass_http::run("users", hallpass_http::routes::users::router()).await
}
