//! Tests of what `hallpass users` refuses, with which exit code, and that nothing is changed.

use serde_json::json;

use crate::test_db::{TestDb, hallpass};

#[tokio::test]
async fn an_unknown_user_exits_with_5() {
    let db = TestDb::administered().await;
    let nobody = "nobody@example.com";
    for arguments in [
        ["users", "show", nobody].as_slice(),
        &["users", "show", "00000000-0000-7000-8000-000000000000"],
        &["users", "activate", nobody],
        &["users", "deactivate", nobody],
        &["users", "set-roles", nobody, "--role", "user"],
        &["users", "set-password", nobody, "--link"],
        &["users", "set-password", nobody, "--password-stdin"],
    ] {
        let call = db
            .call(arguments)
            .args(&["--json"])
            .input("zebra umbrella note");
        let error = call.run().await.failed(5);
        assert_eq!(error["code"], "not_found");
        assert!(error["nextStep"].as_str().unwrap().contains("users list"));
    }
}

#[tokio::test]
async fn a_taken_address_exits_with_6() {
    let db = TestDb::administered().await;
    let again = [
        "users",
        "create",
        "--email",
        "ROOT@example.com",
        "--name",
        "R",
        "--json",
    ];
    let error = db.run(&again).await.failed(6);
    assert_eq!(error["code"], "email_taken");
    assert_eq!(db.value::<i64>("select count(*) from users").await, 1);
    assert_eq!(
        db.value::<i64>("select count(*) from audit_events where event = 'user_created'")
            .await,
        1
    );
}

#[tokio::test]
async fn the_last_administrator_exits_with_6() {
    let db = TestDb::administered().await;
    for arguments in [
        ["users", "deactivate", "root@example.com", "--json"].as_slice(),
        &[
            "users",
            "set-roles",
            "root@example.com",
            "--role",
            "user",
            "--json",
        ],
    ] {
        assert_eq!(db.run(arguments).await.failed(6)["code"], "last_admin");
    }
    let still = "select is_active and roles = '{admin}' and version = 1 from users";
    assert!(db.value::<bool>(still).await);
}

#[tokio::test]
async fn a_link_for_a_deactivated_user_exits_with_6() {
    let db = TestDb::administered().await;
    db.create("a@example.com", "user").await;
    db.run(&["users", "deactivate", "a@example.com"])
        .await
        .succeeded();
    let link = ["users", "set-password", "a@example.com", "--link", "--json"];
    let error = db.run(&link).await.failed(6);
    assert_eq!(
        error["nextStep"],
        "reactivate the account first: `hallpass users activate a@example.com`"
    );
}

#[tokio::test]
async fn all_invalid_values_are_reported_at_once_with_7() {
    let db = TestDb::administered().await;
    let create = [
        "users",
        "create",
        "--email",
        "nobody",
        "--name",
        " ",
        "--password-stdin",
        "--json",
    ];
    let error = db.call(&create).input("short").run().await.failed(7);
    let fields: Vec<_> = error["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["field"])
        .collect();
    assert_eq!(fields, ["password", "email", "name"]);
    let email = [
        "users",
        "create",
        "--email",
        "a@example.com",
        "--name",
        "A",
        "--json",
    ];
    let role = db
        .call(&email)
        .args(&["--role", "emperor"])
        .run()
        .await
        .failed(7);
    assert_eq!(role["errors"][0]["code"], "unknown_role");
    let empty = db
        .call(&email)
        .args(&["--password-stdin"])
        .run()
        .await
        .failed(7);
    assert_eq!(empty["errors"][0]["field"], "password");
    for arguments in [
        ["users", "list", "--size", "0"].as_slice(),
        &["users", "list", "--size", "101"],
        &["users", "list", "--cursor", "nonsense"],
        &[
            "users",
            "set-roles",
            "root@example.com",
            "--role",
            "emperor",
        ],
    ] {
        db.call(arguments).args(&["--json"]).run().await.failed(7);
    }
    // A password that contains the name of the account.
    let password = [
        "users",
        "set-password",
        "root@example.com",
        "--password-stdin",
        "--json",
    ];
    let error = db
        .call(&password)
        .input("somebody-2026")
        .run()
        .await
        .failed(7);
    assert_eq!(error["errors"][0]["code"], "too_common");
    assert_eq!(db.value::<i64>("select count(*) from users").await, 1);
}

#[tokio::test]
async fn a_password_with_control_characters_exits_with_7() {
    let db = TestDb::administered().await;
    let set = [
        "users",
        "set-password",
        "root@example.com",
        "--password-stdin",
        "--json",
    ];
    for input in [
        "zebra umbrella\n\n",
        "zebra\tumbrella\n",
        "zebra umbrella\0note",
        "zebra umbrella\r",
    ] {
        let error = db.call(&set).input(input).run().await.failed(7);
        assert_eq!(
            error["errors"][0]["code"], "invalid_characters",
            "{input:?}"
        );
    }
}

#[tokio::test]
async fn an_invalid_command_line_exits_with_2() {
    for arguments in [
        [].as_slice(),
        &["users", "create", "--name", "A"],
        &["users", "set-roles", "a@example.com"],
        &["users", "set-password", "a@example.com"],
        &[
            "users",
            "set-password",
            "a@example.com",
            "--link",
            "--password-stdin",
        ],
        &[
            "users",
            "set-password",
            "a@example.com",
            "--password",
            "on the command line",
        ],
        &["users", "list", "--active", "perhaps"],
        &["frobnicate"],
    ] {
        assert_eq!(hallpass(arguments).run().await.code, 2, "{arguments:?}");
    }
    let help = hallpass(&["--help"]).run().await.succeeded();
    assert!(help.stdout.contains("Exit codes:\n  0  success"));
    assert!(
        help.stdout.lines().all(|line| line.len() <= 81),
        "{}",
        help.stdout
    );
}

#[tokio::test]
async fn a_database_without_the_schema_exits_with_4_and_the_hint_to_migrate() {
    let db = TestDb::empty().await;
    let error = db.run(&["users", "list", "--json"]).await.failed(4);
    assert_eq!(error["code"], "not_migrated");
    assert_eq!(error["nextStep"], "run `hallpass migrate`");
}

#[tokio::test]
async fn a_link_is_not_created_without_a_public_url() {
    let away = hallpass(&[
        "users",
        "create",
        "--email",
        "a@example.com",
        "--name",
        "A",
        "--json",
    ])
    .env(
        "DATABASE_URL",
        "postgres://somebody@database.invalid/x?sslmode=verify-full",
    )
    .env("HALLPASS_SECRET", crate::test_db::SECRET);
    let error = away.run().await.failed(3);
    assert!(error["nextStep"].as_str().unwrap().contains("HALLPASS_URL"));
}

#[tokio::test]
async fn an_error_for_people_has_a_message_and_a_hint() {
    let db = TestDb::migrated().await;
    let outcome = db.run(&["users", "show", "nobody@example.com"]).await;
    assert_eq!(outcome.code, 5);
    let said = "error: no user has the e-mail address nobody@example.com\n\
        hint:  search with `hallpass users list --q TEXT`\n";
    assert_eq!(outcome.stderr, said);
    let error = db
        .call(&["users", "list", "--json"])
        .env("HALLPASS_SECRET", "c2hvcnQ=");
    let error = error.run().await.failed(3);
    assert_eq!(error["errors"][0]["field"], json!("HALLPASS_SECRET"));
}
