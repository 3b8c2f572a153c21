//! POST /api/logout

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), hallpass_http::Error> {
    hallpass_http::run("logout", hallpass_http::routes::logout::router()).await
}
