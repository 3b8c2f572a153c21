//! The variables of the tests.

#[expect(
    clippy::disallowed_methods,
    reason = "the tests' own settings, not the product's"
)]
fn get(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A superuser's address of the server that the tests make their databases on.
pub(super) fn server() -> String {
    get("HALLPASS_TEST_DATABASE_URL").expect(
        "HALLPASS_TEST_DATABASE_URL is not set: run `cargo ci --only tests`, or name a server of your own",
    )
}

/// The password that the application's role is given; the pooler's user list has it, too.
pub(super) fn app_password() -> String {
    get("HALLPASS_TEST_APP_PASSWORD").unwrap_or_else(|| "only-for-tests".to_owned())
}

/// Host and port that the functions connect to: the pooler's, or the server's.
pub(super) fn functions_connect_to() -> String {
    host_and_port(&get("HALLPASS_TEST_POOLER_URL").unwrap_or_else(server)).to_owned()
}

/// Host and port of the server.
pub(super) fn server_place() -> String {
    host_and_port(&server()).to_owned()
}

/// What stands between `@` (or the scheme) and the path.
fn host_and_port(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['/', '?']).next().unwrap_or_default();
    rest.rsplit_once('@').map_or(rest, |(_, host)| host)
}
