//! The variables that tell the suites where to run. `cargo ci --only tests` sets them.

#[expect(
    clippy::disallowed_methods,
    reason = "the settings of the tests, not of the product"
)]
fn get(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A superuser's URL of the server on which the tests create their databases.
#[must_use]
pub fn server_url() -> String {
    get("HALLPASS_TEST_DATABASE_URL").expect(
        "HALLPASS_TEST_DATABASE_URL must be a superuser's URL of a PostgreSQL server; \
         `cargo ci --only tests` starts one and sets it",
    )
}

/// The password of the application's role, with characters that have to be quoted. A role belongs to the whole server,
/// so all suites use the same password.
pub const APP_PASSWORD: &str = "the apps own password, quoted ' and \\";

/// The URL of the pooler that the functions connect to, if there is one.
#[must_use]
pub fn pooler_url() -> Option<String> {
    get("HALLPASS_TEST_POOLER_URL")
}

/// `PATH`, with the directory of `pg_dump` and `psql`.
#[must_use]
pub fn path() -> String {
    get("PATH").unwrap_or_default()
}
