//! No command prints a secret, whether it succeeds or fails.

use hallpass_test_support::Call;

use crate::test_db::{APP_PASSWORD, SECRET, TestDb, hallpass};

const DATABASE_PASSWORD: &str = "thedatabaseowns-pa55w0rd";
const PASSWORD: &str = "mauve giraffe in orbit";

async fn keeps_secrets(call: Call) {
    let outcome = call.run().await;
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(!said.is_empty());
    for secret in [
        SECRET,
        DATABASE_PASSWORD,
        APP_PASSWORD,
        "the apps own",
        PASSWORD,
        "giraffe",
        "$argon2",
    ] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[tokio::test]
async fn successful_commands_print_no_secret() {
    let db = TestDb::empty().await;
    let call = |arguments: &[&str]| {
        db.call(arguments)
            .env("HALLPASS_APP_PASSWORD", APP_PASSWORD)
            .input(PASSWORD)
    };
    for json in [&[][..], &["--json"]] {
        keeps_secrets(call(&["migrate", "--dry-run", "-v"]).args(json)).await;
    }
    keeps_secrets(call(&["migrate"])).await;
    let create = [
        "users",
        "create",
        "--email",
        "a@example.com",
        "--name",
        "A",
        "--role",
        "admin",
    ];
    keeps_secrets(call(&create).args(&["--password-stdin", "--json"])).await;
    for arguments in [
        ["migrate", "--json"].as_slice(),
        &["migrate", "--deploy", "--json"],
        &["doctor"],
        &["doctor", "--json"],
        &["users", "list", "--json"],
        &["users", "show", "a@example.com", "--json"],
        &[
            "users",
            "set-password",
            "a@example.com",
            "--password-stdin",
            "--json",
        ],
    ] {
        keeps_secrets(call(arguments)).await;
    }
    let hash = "select password_hash is not null from users";
    assert!(db.value::<bool>(hash).await);
}

#[tokio::test]
async fn failing_commands_print_no_secret() {
    let nowhere = format!("postgres://somebody:{DATABASE_PASSWORD}@127.0.0.1:1/x");
    let insecure = format!("postgres://somebody:{DATABASE_PASSWORD}@database.invalid/x");
    let nonsense = format!("mysql://somebody:{DATABASE_PASSWORD}@127.0.0.1/x");
    let short = &SECRET[..20];
    let mut runs = tokio::task::JoinSet::new();
    for (url, secret) in [
        (&nowhere, SECRET),
        (&insecure, SECRET),
        (&nonsense, SECRET),
        (&nonsense, short),
    ] {
        for arguments in [
            ["migrate"].as_slice(),
            &["migrate", "--deploy", "--json"],
            &["doctor"],
            &["doctor", "--json"],
            &["users", "list"],
            &[
                "users",
                "create",
                "--email",
                "a@example.com",
                "--name",
                "A",
                "--password-stdin",
            ],
        ] {
            let call = hallpass(arguments)
                .env("DATABASE_URL", url)
                .env("HALLPASS_SECRET", secret)
                .env("VERCEL_ENV", "production")
                .env("HALLPASS_URL", "https://accounts.example.com");
            // The commands run concurrently, because each waits until its timeout.
            runs.spawn(keeps_secrets(call.input(PASSWORD)));
        }
    }
    let mut done = 0;
    while let Some(run) = runs.join_next().await {
        run.unwrap();
        done += 1;
    }
    assert_eq!(done, 4 * 6);
}

#[tokio::test]
async fn a_refused_password_is_not_repeated() {
    let db = TestDb::migrated().await;
    let create = [
        "users",
        "create",
        "--email",
        "giraffes@example.com",
        "--name",
        "A",
        "--password-stdin",
    ];
    let outcome = db.call(&create).input("example-1234").run().await;
    assert_eq!(outcome.code, 7);
    assert!(!outcome.stderr.contains("example-1234"));
}
