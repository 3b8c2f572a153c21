//! Sources of variables: the environment, the file of the project, and a given file.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;

use hallpass_test_support::Call;
use tempfile::TempDir;

use crate::signals::terminal;
use crate::test_db::{SECRET, TestDb, hallpass};

const LIST: [&str; 3] = ["users", "list", "--json"];

/// A project, as `cargo dev` creates it, with a subdirectory.
fn project(environment: &str) -> TempDir {
    let project = TempDir::new().unwrap();
    let write = |path: &str, text: &str| {
        let path = project.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("vercel.json", "{}");
    write("web/src/nothing", "");
    write(".hallpass/env", environment);
    project
}

fn variables(db: &TestDb) -> String {
    format!(
        "# made up\nDATABASE_URL={}\nexport HALLPASS_SECRET='{SECRET}'\n",
        db.url()
    )
}

#[tokio::test]
async fn the_file_of_the_project_is_read_in_any_of_its_directories() {
    let db = TestDb::administered().await;
    let project = project(&variables(&db));
    for folder in ["", "web/src"] {
        let call = hallpass(&LIST).directory(&project.path().join(folder));
        assert_eq!(
            call.run().await.json()["items"][0]["email"],
            "root@example.com"
        );
    }
    let doctor = hallpass(&["doctor", "--json"]).directory(project.path());
    let report = doctor.run().await.json();
    assert_eq!(report["checks"][0]["name"], "file");
}

#[tokio::test]
async fn the_file_of_the_project_is_ignored_if_the_environment_configures_a_deployment() {
    let db = TestDb::administered().await;
    let project = project(&variables(&db));
    let secret_only = hallpass(&LIST)
        .directory(project.path())
        .env("HALLPASS_SECRET", SECRET);
    let error = secret_only.run().await.failed(3);
    assert_eq!(error["errors"][0]["field"], "DATABASE_URL");
    let database_only = hallpass(&LIST)
        .directory(project.path())
        .env("POSTGRES_URL", &db.url());
    let error = database_only.run().await.failed(3);
    assert_eq!(error["errors"][0]["field"], "HALLPASS_SECRET");
}

#[tokio::test]
async fn the_environment_takes_precedence_over_a_given_file() {
    let db = TestDb::administered().await;
    let project = project(&variables(&db));
    let path = project.path().join(".hallpass/env");
    let path = path.to_str().unwrap();
    let call = || hallpass(&LIST).args(&["--env-file", path]);
    call().run().await.json();
    call().env("HALLPASS_SECRET", SECRET).run().await.json();
    // The environment takes precedence.
    let wrong = call().env("HALLPASS_SECRET", "short").run().await.failed(3);
    assert_eq!(wrong["errors"][0]["field"], "HALLPASS_SECRET");
    // All database variables are read from one source, so that the pooled URL of one is never combined with the direct
    // URL of the other.
    let file = format!(
        "{}DATABASE_URL_UNPOOLED=postgres://x@127.0.0.1:1/y\n",
        variables(&db)
    );
    std::fs::write(path, file).unwrap();
    let migrate = hallpass(&["migrate", "--json", "--env-file", path]);
    migrate.env("DATABASE_URL", &db.url()).run().await.json();
}

#[tokio::test]
async fn a_file_that_is_missing_or_unreadable_is_an_error() {
    let error = hallpass(&LIST)
        .args(&["--env-file", "/nowhere/at/all"])
        .run()
        .await
        .failed(3);
    assert!(
        error["detail"]
            .as_str()
            .unwrap()
            .contains("/nowhere/at/all")
    );
    let project = project("HALLPASS_SECRET=x\nnonsense\n");
    let error = hallpass(&LIST)
        .directory(project.path())
        .run()
        .await
        .failed(3);
    let detail = error["detail"].as_str().unwrap();
    assert!(detail.contains("line 2"), "{detail}");
    assert!(!detail.contains("nonsense"));
}

#[tokio::test]
async fn without_a_file_the_missing_variables_are_reported() {
    let nowhere = TempDir::new().unwrap();
    let error = hallpass(&LIST)
        .directory(Path::new(nowhere.path()))
        .run()
        .await
        .failed(3);
    assert_eq!(error["errors"].as_array().unwrap().len(), 2);
}

/// What the command prints to the terminal that its standard error is.
async fn shown_on_a_terminal(call: Call) -> String {
    let (screen, mut program) = terminal();
    let child = call.spawn_with(Stdio::null(), program.try_clone().unwrap());
    assert!(child.wait_with_output().await.unwrap().status.success());
    // The terminal stays open until all is read: what is left in a closed one may be lost.
    program.write_all(b"end").unwrap();
    let mut shown = String::new();
    let mut screen = std::fs::File::from(screen);
    while !shown.ends_with("end") {
        let mut some = [0; 512];
        let length = screen.read(&mut some).unwrap();
        shown.push_str(std::str::from_utf8(&some[..length]).unwrap());
    }
    shown.trim_end_matches("end").to_owned()
}

#[tokio::test]
async fn on_a_terminal_the_database_and_its_origin_are_printed() {
    let db = TestDb::migrated().await;
    let address = db.url().split('@').nth(1).unwrap().to_owned();
    let list = ["users", "list"];
    let shown = shown_on_a_terminal(db.call(&list)).await;
    let expected = format!("database: {address} (DATABASE_URL, development)\r\n");
    assert_eq!(shown, expected);
    let project = project(&variables(&db));
    let file = project.path().join(".hallpass/env");
    let shown = shown_on_a_terminal(hallpass(&list).directory(project.path())).await;
    let origin = format!("(DATABASE_URL in {}, development)", file.display());
    assert_eq!(shown, format!("database: {address} {origin}\r\n"));
    let shown = shown_on_a_terminal(db.call(&list).args(&["--json"])).await;
    assert_eq!(shown, "");
    // A script gets no further line.
    let piped = db.run(&list).await.succeeded();
    assert!(!piped.stderr.contains("database:"), "{piped:?}");
}
