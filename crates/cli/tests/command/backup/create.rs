//! Tests of `hallpass backup create`.

use std::os::unix::fs::PermissionsExt as _;

use hallpass_test_support::environment::path;
use sqlx::Executor as _;

use super::{Source, manifest_of, text};
use crate::test_db::{TestDb, hallpass};

#[tokio::test]
async fn both_files_have_mode_0600_and_no_other_file_is_left() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    assert_eq!(source.files(), ["a.dump", "a.dump.json"]);
    for file in [file.clone(), manifest_of(&file)] {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
    let manifest = std::fs::read_to_string(manifest_of(&file)).unwrap();
    assert!(!manifest.contains("root@example.com"));
    let recorded = "select count(*) from audit_events where event = 'backup_created'";
    assert_eq!(source.db.value::<i64>(recorded).await, 1);
}

#[tokio::test]
async fn in_a_directory_the_file_is_named_after_database_and_time() {
    let source = Source::new().await;
    let directory = text(source.directory.path());
    let create = ["backup", "create", "--json", "--out", directory];
    let dry = source.call(&create).args(&["--dry-run"]).run().await.json();
    assert_eq!(dry["dryRun"], true);
    assert_eq!(source.files(), Vec::<String>::new());
    let answer = source.call(&create).run().await.json();
    let name: String = source.db.value("select current_database()::text").await;
    let prefix = format!("{directory}/hallpass-{}-2", name.replace('_', "-"));
    assert!(
        answer["file"].as_str().unwrap().starts_with(&prefix),
        "{answer}"
    );
    assert_eq!(source.files().len(), 2);
}

#[tokio::test]
async fn counts_and_checksums_are_from_the_snapshot_of_the_dump() {
    let source = Source::new().await;
    // Inserts rows all the time, so that counts would differ if they were from another moment than the dump.
    let url = source.db.url();
    let writer = tokio::spawn(async move {
        let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&url)
            .await
            .unwrap();
        loop {
            let insert =
                "insert into hallpass.audit_events (id, occurred_at, event, severity, details)
                values (gen_random_uuid(), now(), 'login', 'info', '{}')";
            connection.execute(insert).await.unwrap();
        }
    });
    let counted = "select count(*) from audit_events";
    let before: i64 = source.db.value(counted).await;
    let file = source.create("a.dump").await;
    let after: i64 = source.db.value(counted).await;
    writer.abort();
    let _aborted = writer.await;
    assert!(after > before + 10, "the writer wrote meanwhile");
    source.verify(&file).run().await.json();
}

#[tokio::test]
async fn no_backup_is_overwritten() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let before = std::fs::read(&file).unwrap();
    let again = source.call(&["backup", "create", "--json", "--out", text(&file)]);
    assert_eq!(again.run().await.failed(6)["code"], "file_exists");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn what_prevents_a_backup_is_reported() {
    let source = Source::new().await;
    let into = |name: &str| text(&source.file(name)).to_owned();
    let create = |name: &str| {
        let out = into(name);
        source.call(&["backup", "create", "--json", "--out", &out])
    };
    let no_directory = create("not/there/a.dump").run().await.failed(1);
    assert_eq!(no_directory["code"], "not_written");
    let unreachable = create("b.dump").env("DATABASE_URL", "postgres://me@127.0.0.1:1/d");
    assert_eq!(
        unreachable.run().await.failed(4)["code"],
        "database_unavailable"
    );
    let empty = TestDb::empty().await;
    let not_migrated = create("c.dump").env("DATABASE_URL", &empty.url());
    assert_eq!(not_migrated.run().await.failed(4)["code"], "not_migrated");
    let url = source.db.url_of_role("ops_nobody", "").await;
    let not_owner = create("d.dump").env("DATABASE_URL", &url);
    assert_eq!(not_owner.run().await.failed(1)["code"], "not_permitted");
    let nothing = hallpass(&["backup", "create", "--json"])
        .run()
        .await
        .failed(3);
    assert_eq!(nothing["code"], "configuration");
    assert_eq!(source.files(), Vec::<String>::new());
}

#[tokio::test]
async fn an_older_pg_dump_is_reported_with_a_hint() {
    let source = Source::new().await;
    let old = source.file("bin");
    std::fs::create_dir(&old).unwrap();
    for name in ["pg_dump", "pg_restore"] {
        let program = old.join(name);
        std::fs::write(
            &program,
            format!("#!/bin/sh\necho '{name} (PostgreSQL) 9.6.24'\n"),
        )
        .unwrap();
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&program, executable).unwrap();
    }
    let file = source.file("a.dump");
    let create = ["backup", "create", "--json", "--out", text(&file)];
    let alone = source.call(&create).env("PATH", text(&old));
    let outcome = alone.run().await;
    // Other versions of pg_dump may be installed in directories that are not in PATH.
    if outcome.code != 0 {
        let error = outcome.failed(1);
        assert_eq!(error["code"], "programs_missing");
        assert!(
            error["detail"]
                .as_str()
                .unwrap()
                .contains(&format!("9 in {}", old.display()))
        );
        assert!(
            error["nextStep"]
                .as_str()
                .unwrap()
                .contains("postgresql-client-")
        );
    }
    let both = format!("{}:{}", old.display(), path());
    let passed_over = source.file("b.dump");
    let create = ["backup", "create", "--json", "--out", text(&passed_over)];
    source.call(&create).env("PATH", &both).run().await.json();
}
