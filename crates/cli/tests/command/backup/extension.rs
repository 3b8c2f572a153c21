//! Hosting providers install `pg_trgm` in different schemas, so a backup does not name the schema.

use super::Source;
use crate::test_db::TestDb;

const INDEX: &str =
    "select indisvalid from pg_index where indexrelid = 'hallpass.users_search_idx'::regclass";
const EXTENSION: &str =
    "select extnamespace::regnamespace::text from pg_extension where extname = 'pg_trgm'";

/// A database whose extension is in the schema `extensions`, as at Supabase.
async fn elsewhere() -> TestDb {
    let db = TestDb::empty().await;
    let create = "create schema extensions; create extension pg_trgm schema extensions";
    db.execute(create).await;
    db
}

#[tokio::test]
async fn a_backup_is_restored_whatever_the_schema_of_the_extension() {
    let source = Source::new().await;
    let supabase = elsewhere().await;
    supabase.run(&["migrate"]).await.succeeded();
    supabase.create("root@example.com", "admin").await;
    let supabase = Source {
        db: supabase,
        directory: tempfile::TempDir::new().unwrap(),
    };
    assert!(supabase.db.value::<bool>(INDEX).await);
    for from in [&source, &supabase] {
        let file = from.create("a.dump").await;
        assert_eq!(from.verify(&file).run().await.json()["isSound"], true);
        for (into, schema) in [
            (elsewhere().await, "extensions"),
            (TestDb::empty().await, "public"),
        ] {
            let dry = from.restore(&file, &into).args(&["--dry-run"]);
            assert_eq!(dry.run().await.json()["dryRun"], true);
            from.restore(&file, &into).run().await.json();
            assert!(into.value::<bool>(INDEX).await);
            assert_eq!(into.value::<String>(EXTENSION).await, schema);
            let found = into
                .run(&["users", "list", "--q", "oot@ex", "--json"])
                .await;
            assert_eq!(found.json()["items"][0]["email"], "root@example.com");
        }
    }
}

#[tokio::test]
async fn a_dry_run_refuses_a_database_in_which_the_restore_cannot_create_what_it_needs() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let into = TestDb::empty().await;
    let role = into.url_of_role("ops_cannot_create", "").await;
    for arguments in [&["--dry-run"][..], &[]] {
        let call = source.restore(&file, &into).args(arguments);
        let error = call
            .env("HALLPASS_RESTORE_URL", &role)
            .run()
            .await
            .failed(1);
        assert_eq!(error["code"], "not_permitted", "{error}");
        assert!(error["nextStep"].as_str().unwrap().contains("owner"));
    }
    // If the schema and the extension exist, the role does not need the privilege to create them.
    let prepared =
        "create extension pg_trgm; create schema hallpass authorization ops_cannot_create";
    into.execute(prepared).await;
    let call = source.restore(&file, &into);
    call.env("HALLPASS_RESTORE_URL", &role).run().await.json();
    assert!(into.value::<bool>(INDEX).await);
}
