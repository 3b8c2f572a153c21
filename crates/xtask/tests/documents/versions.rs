//! The supported versions of PostgreSQL are the same everywhere.

use hallpass_core::schema::SUPPORTED_SERVERS;
use hallpass_platform::PostgresVersion;

use super::text;

#[test]
fn the_supported_versions_are_those_that_are_tested() {
    let versions: Vec<u32> = PostgresVersion::all().map(PostgresVersion::major).collect();
    assert_eq!(versions, SUPPORTED_SERVERS.collect::<Vec<_>>());

    let names: Vec<_> = versions.iter().map(u32::to_string).collect();
    let (newest, older) = names.split_last().unwrap();
    let matrix = format!("version: [{}]", older.join(", "));
    assert!(text(".github/workflows/postgres.yml").contains(&matrix));
    let columns = format!("| command | {} |", names.join(" | "));
    assert!(text("docs/guide/LOCAL.md").contains(&columns));
    let range = format!("PostgreSQL {} to {newest}", names[0]);
    for page in ["README.md", "docs/guide/DEPLOY.md", "docs/guide/LOCAL.md"] {
        assert!(text(page).contains(&range), "{page}");
    }
    let oldest = format!("--pg-version={}.0", names[0]);
    assert!(text("crates/xtask/src/ci/steps/lint.rs").contains(&oldest));
}
