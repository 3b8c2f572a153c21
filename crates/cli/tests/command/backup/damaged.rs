//! Tests with backup files that were changed, and with manifests of other backups.

use std::fs;

use serde_json::{Value, json};

use super::{Source, change_manifest, manifest_of};
use crate::test_db::TestDb;

/// Both commands fail with this exit code and this error code.
async fn is_refused(source: &Source, name: &str, code: i32, expected: &str) -> Value {
    let file = source.file(name);
    let into = TestDb::empty().await;
    let restored = source.restore(&file, &into).run().await.failed(code);
    assert_eq!(restored["code"], expected);
    let tables = "select count(*) from pg_class where relnamespace = 'public'::regnamespace";
    assert_eq!(into.value::<i64>(tables).await, 0);
    let verified = source.verify(&file).run().await.failed(code);
    assert_eq!(verified["code"], expected);
    assert!(verified["nextStep"].is_string());
    verified
}

#[tokio::test]
async fn a_changed_file_is_refused_before_anything_is_restored() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    is_refused(&source, "a.dump", 1, "backup_damaged").await;
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    fs::write(&file, &flipped).unwrap();
    is_refused(&source, "a.dump", 1, "backup_damaged").await;
    fs::write(&file, &whole).unwrap();
    source.verify(&file).run().await.json();
}

#[tokio::test]
async fn a_file_that_is_no_archive_is_refused_even_if_the_manifest_says_so() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let garbage = b"not what pg_dump writes";
    fs::write(&file, garbage).unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, garbage);
    let digits: Vec<_> = digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    change_manifest(&file, |manifest| {
        manifest["bytes"] = json!(garbage.len());
        manifest["sha256"] = json!(digits.concat());
    });
    is_refused(&source, "a.dump", 1, "backup_damaged").await;
}

#[tokio::test]
async fn a_backup_without_its_manifest_is_refused() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    is_refused(&source, "there-is-none.dump", 7, "not_a_backup").await;
    let manifest = fs::read_to_string(manifest_of(&file)).unwrap();
    fs::write(manifest_of(&file), &manifest[..100]).unwrap();
    is_refused(&source, "a.dump", 7, "manifest_damaged").await;
    fs::write(manifest_of(&file), "{}").unwrap();
    is_refused(&source, "a.dump", 7, "manifest_damaged").await;
    fs::remove_file(manifest_of(&file)).unwrap();
    is_refused(&source, "a.dump", 7, "manifest_missing").await;
}

#[tokio::test]
async fn a_schema_or_server_that_this_release_does_not_know_is_refused() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    change_manifest(&file, |manifest| {
        manifest["schemaVersion"] = json!(20_990_101_000_001_i64);
    });
    is_refused(&source, "a.dump", 7, "newer_schema").await;
    let other = source.create("b.dump").await;
    change_manifest(&other, |manifest| {
        manifest["serverMajor"] = json!(99);
    });
    is_refused(&source, "b.dump", 7, "older_server").await;
}

#[tokio::test]
async fn differences_are_listed_and_the_scratch_database_is_dropped() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    change_manifest(&file, |manifest| {
        let tables = manifest["tables"].as_array_mut().unwrap();
        for table in tables {
            match table["name"].as_str().unwrap() {
                "users" => table["checksum"] = json!("1"),
                "sessions" => table["rows"] = json!(52),
                _ => {}
            }
        }
        manifest["objects"]
            .as_array_mut()
            .unwrap()
            .push(json!("trigger users.watch"));
    });
    let server = source.db.url_of_role("ops_comparing", "createdb").await;
    let verify = source.verify(&file).env("HALLPASS_RESTORE_URL", &server);
    let error = verify.run().await.failed(1);
    assert_eq!(error["code"], "backup_damaged");
    let messages: Vec<_> = error["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["message"])
        .collect();
    assert_eq!(
        messages,
        [
            "sessions has 51 rows instead of 52",
            "users has different contents",
            "users.watch is missing"
        ]
    );
    assert_eq!(source.databases_of("ops_comparing").await, 0);
}
