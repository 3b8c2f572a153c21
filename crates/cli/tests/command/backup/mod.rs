//! Tests of `hallpass backup`: a restore returns what was backed up, and revoked access stays revoked.

mod create;
mod damaged;
mod extension;
mod interrupted;
mod restore;
mod verify;

use std::path::{Path, PathBuf};

use hallpass_test_support::{Call, environment::path};
use serde_json::Value;
use tempfile::TempDir;

use crate::test_db::TestDb;

/// A database with users, and a directory for its backups.
#[derive(Debug)]
struct Source {
    db: TestDb,
    directory: TempDir,
}

impl Source {
    async fn new() -> Self {
        let db = TestDb::administered().await;
        let people = "insert into users (id, email, email_normalized, name, name_normalized)
            select gen_random_uuid(), 'u' || i || '@example.com', 'u' || i || '@example.com', 'U', 'u'
            from generate_series(1, 50) as i;
            insert into sessions (id, user_id, created_at, idle_expires_at, expires_at)
            select gen_random_uuid(), id, now() - interval '1 hour', now() + interval '7 days', now() + interval '30 days'
            from users";
        db.execute(people).await;
        let directory = TempDir::new().unwrap();
        Self { db, directory }
    }

    fn call(&self, arguments: &[&str]) -> Call {
        self.db.call(arguments).env("PATH", &path())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    async fn create(&self, name: &str) -> PathBuf {
        let file = self.file(name);
        let call = self.call(&["backup", "create", "--json", "--out", text(&file)]);
        let answer = call.run().await.json();
        assert_eq!(answer["file"], text(&file));
        file
    }

    /// `restore FILE --yes --json` into another database, whose URL may contain a password.
    fn restore(&self, file: &Path, into: &TestDb) -> Call {
        self.call(&["backup", "restore", "--yes", "--json", text(file)])
            .env("HALLPASS_RESTORE_URL", &into.url())
    }

    fn verify(&self, file: &Path) -> Call {
        self.call(&["backup", "verify", "--json", text(file)])
            .env("HALLPASS_RESTORE_URL", &self.db.url())
    }

    /// Number of scratch databases of the test's own role. Other tests may run `verify` at the same time.
    async fn databases_of(&self, role: &str) -> i64 {
        let count = "select count(*) from pg_database where datdba = $1::text::regrole";
        let mut connection = self.db.connect().await;
        let count = sqlx::query_scalar(count).bind(role);
        count.fetch_one(&mut connection).await.unwrap()
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.directory.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// Splits a URL into one without a password, which may be on a command line, and the password.
fn apart(address: &str) -> (String, String) {
    let (before, place) = address.rsplit_once('@').unwrap();
    let (scheme, login) = before.split_once("://").unwrap();
    let (role, password) = login.split_once(':').unwrap_or((login, ""));
    (format!("{scheme}://{role}@{place}"), password.to_owned())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn manifest_of(file: &Path) -> PathBuf {
    PathBuf::from(format!("{}.json", file.display()))
}

/// Rewrites the manifest after `change` has modified it.
fn change_manifest(file: &Path, change: impl FnOnce(&mut Value)) {
    let path = manifest_of(file);
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    std::fs::write(&path, manifest.to_string()).unwrap();
}
