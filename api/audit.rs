//! GET /api/audit and GET /api/audit/sign-ins

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), hallpass_http::Error> {
    hallpass_http::run("audit", hallpass_http::routes::audit::router()).await
}
