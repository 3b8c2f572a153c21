//! Errors in the environment, which every function reports before it serves requests.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Output, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use hallpass_platform::random_secret;
use tokio::process::Command;

use crate::test_app::{binaries, functions};

const FUNCTIONS: [&str; 10] = [
    "login", "refresh", "logout", "users", "me", "keys", "recovery", "health", "audit", "cron",
];
/// Text in every value that is a secret or that a user may have put into the wrong variable.
const CANARY: &str = "hunter2";
const SECRET: &str = "/mPAwiTtniOtB4WVTwZo9/WNmg7DPRFVRHfG4ETrZlk=";
const DATABASE: &str = "postgres://app:hunter2@db.invalid/app?sslmode=verify-full";
const ANOTHER_DATABASE: &str = "postgres://app:hunter2@db.invalid/app";
const A_DATABASE_URL: &str = "postgres://user:password@host/database?sslmode=verify-full";

/// Variables that are set to wrong values or removed, and the expected error texts.
struct Mistake {
    set: Vec<(&'static str, Vec<u8>)>,
    without: Vec<&'static str>,
    said: Vec<String>,
}

/// A single variable with an invalid value.
fn bad(name: &'static str, value: impl Into<Vec<u8>>, said: &str) -> Mistake {
    Mistake {
        set: vec![(name, value.into())],
        without: Vec::new(),
        said: vec![format!("{name} {said}")],
    }
}

async fn start(function: &str, mistake: &Mistake) -> Output {
    let mut command = Command::new(binaries().join(function));
    command.env_clear().envs([
        ("HALLPASS_SECRET", SECRET),
        ("DATABASE_URL", DATABASE),
        ("VERCEL", "1"),
        ("VERCEL_ENV", "production"),
    ]);
    for name in &mistake.without {
        command.env_remove(name);
    }
    for (name, value) in &mistake.set {
        command.env(name, OsStr::from_bytes(value));
    }
    let process = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(20), process.wait_with_output()).await;
    ended
        .unwrap_or_else(|_| panic!("{function} starts in spite of {:?}", mistake.said))
        .unwrap()
}

/// Checks that every function exits with one line on standard error, which contains these texts and no secret.
async fn expect_refused(mistakes: &[Mistake]) {
    for mistake in mistakes {
        let outputs = join_all(FUNCTIONS.map(|function| start(function, mistake))).await;
        for (function, output) in FUNCTIONS.iter().zip(outputs) {
            let error = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{function}: {error}");
            assert_eq!(error.lines().count(), 1, "{function}: {error}");
            assert!(error.starts_with("Error: configuration: "), "{error}");
            for said in &mistake.said {
                assert!(error.contains(said), "{function}: {said} in {error}");
            }
            assert!(!error.contains(CANARY), "{function}: {error}");
            assert!(!error.contains(SECRET), "{function}: {error}");
            assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "{function}");
        }
    }
}

#[tokio::test]
async fn t44_no_function_starts_without_a_strong_secret() {
    let how = "(openssl rand -base64 32)";
    let missing = format!("is missing: at least 32 random bytes in base64 {how}");
    let mut mistakes = vec![
        Mistake {
            set: Vec::new(),
            without: vec!["HALLPASS_SECRET"],
            said: vec![format!("HALLPASS_SECRET {missing}")],
        },
        bad("HALLPASS_SECRET", "", &missing),
        bad("HALLPASS_SECRET", " \t", &missing),
    ];
    for name in ["HALLPASS_SECRET", "HALLPASS_SECRET_PREVIOUS"] {
        let not_base64 = format!("is not base64 {how}");
        mistakes.extend([
            bad(
                name,
                "c2hvcnQ=",
                &format!("is 5 bytes, but 32 are needed {how}"),
            ),
            bad(
                name,
                &SECRET[..40],
                &format!("is 30 bytes, but 32 are needed {how}"),
            ),
            bad(
                name,
                "hunter2-hunter2-hunter2-hunter2-hunter2-hunt",
                &format!("repeats itself or follows a pattern, so that it could be guessed {how}"),
            ),
            bad(name, "hunter2 is not base64", &not_base64),
            bad(name, "hunter2hunter2\nhunter2hunter2", &not_base64),
            bad(name, b"\xff\xfehunter2".to_vec(), &not_base64),
        ]);
    }
    expect_refused(&mistakes).await;
}

#[tokio::test]
async fn t44_no_function_starts_in_production_without_verified_tls() {
    let unverified = "does not verify TLS: add sslmode=verify-full to it, or give the server's CA in DATABASE_CA_CERT";
    let not_a_url = format!("is not a database URL: {A_DATABASE_URL}");
    let mut mistakes = vec![Mistake {
        set: Vec::new(),
        without: vec!["DATABASE_URL"],
        said: vec![format!("DATABASE_URL is missing: {A_DATABASE_URL}")],
    }];
    for name in ["DATABASE_URL", "DATABASE_URL_POOLED", "POSTGRES_URL"] {
        for query in ["", "?sslmode=disable", "?sslmode=allow", "?sslmode=prefer"] {
            let url = format!("{ANOTHER_DATABASE}{query}");
            mistakes.push(only(name, &url, unverified));
        }
        for (url, said) in [
            ("mysql://app:hunter2@db.invalid/app", not_a_url.as_str()),
            ("hunter2", &not_a_url),
            (
                "postgres://app:hunter2@db.invalid/app?sslmode=hunter2",
                "has an unknown sslmode",
            ),
            (
                "postgres://app:hunter2@db.invalid/app?SSLMODE=verify-full",
                "has the parameter SSLMODE, which is not supported: remove it",
            ),
            (
                "postgres://app:hunter2@db.invalid:hunter2/app",
                "cannot be read: percent-encode",
            ),
            (
                "postgres://app:hunter2@hunter2@db.invalid/app",
                "cannot be read: percent-encode",
            ),
            (
                "postgres://app:hunter2/hunter2@db.invalid/app",
                "cannot be read: percent-encode",
            ),
            (
                "postgres://app:hunter2@db.invalid,db2.invalid/app",
                "names several hosts: give one",
            ),
        ] {
            mistakes.push(only(name, url, said));
        }
    }
    let no_certificate = "is not a certificate in PEM form";
    for certificate in [
        "hunter2",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ] {
        mistakes.push(bad("DATABASE_CA_CERT", certificate, no_certificate));
    }
    let pairs = "must be name=value,name=value with values percent-encoded";
    for name in ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_RESOURCE_ATTRIBUTES"] {
        for value in [
            "hunter2",
            "key=hunter2%",
            "key=hunter2%zz",
            "key=hunter2%ff",
        ] {
            mistakes.push(bad(name, value, pairs));
        }
    }
    for value in [
        "x y=hunter2",
        "=hunter2",
        "key=hunter2%0d%0ax:y",
        "key=hunter2%00",
    ] {
        mistakes.push(bad(
            "OTEL_EXPORTER_OTLP_HEADERS",
            value,
            "contains an invalid header name or value",
        ));
    }
    for value in ["grpc", "http/protobuf", "hunter2"] {
        let said = "must be http/json, the only supported protocol";
        let mut mistake = bad("OTEL_EXPORTER_OTLP_PROTOCOL", value, said);
        mistake.set.push((
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            b"https://otlp.example.com".to_vec(),
        ));
        mistakes.push(mistake);
    }
    expect_refused(&mistakes).await;
}

#[tokio::test]
async fn t44_no_function_starts_with_a_short_machine_secret() {
    let how = "(openssl rand -hex 32)";
    let mut mistakes = Vec::new();
    for (name, least) in [("HALLPASS_METRICS_TOKEN", 32), ("CRON_SECRET", 16)] {
        let short = format!("is {} characters, but {least} are needed {how}", least - 1);
        let signs = format!("must be of letters, digits and signs, without spaces {how}");
        let spaced = format!("hunter2 {}", "x".repeat(least));
        mistakes.extend([
            bad(name, "x".repeat(least - 1), &short),
            bad(
                name,
                "hunter2hunter2hunter2hunter2hunter2",
                &format!("looks like words that somebody typed, so that it could be guessed {how}"),
            ),
            bad(name, spaced, &signs),
            bad(name, "hünter2".repeat(9), &signs),
            bad(
                name,
                b"\xff\xfehunter2hunter2hunter2hunter2hunter2".to_vec(),
                &signs,
            ),
        ]);
    }
    expect_refused(&mistakes).await;
}

/// A mistake in a variable that alone names the database.
fn only(name: &'static str, url: &str, said: &str) -> Mistake {
    Mistake {
        without: vec!["DATABASE_URL"],
        ..bad(name, url, said)
    }
}

#[tokio::test]
async fn t44_no_function_starts_with_an_invalid_number_or_name() {
    let mut mistakes = Vec::new();
    for (name, least, most) in [
        ("DATABASE_CONNECTION_LIMIT", 1, 100),
        ("HALLPASS_SESSION_IDLE_DAYS", 1, 365),
        ("HALLPASS_SESSION_MAX_DAYS", 1, 365),
        ("HALLPASS_HASH_PERMITS", 1, 64),
        ("HALLPASS_KEEP_AUDIT_DAYS", 90, 3650),
        ("HALLPASS_KEEP_SESSIONS_DAYS", 7, 3650),
    ] {
        let said = format!("must be a whole number from {least} to {most}");
        let too_few = (least - 1).to_string();
        let too_many = (most + 1).to_string();
        for value in [
            "0", "-1", "1.5", "1e1", "3 000", "hunter2", &too_few, &too_many,
        ] {
            mistakes.push(bad(name, value, &said));
        }
        mistakes.push(bad(name, b"3\xff".to_vec(), &said));
    }
    let pooler = "must be auto, named or unnamed";
    mistakes.push(bad("DATABASE_POOLER", "hunter2", pooler));
    let origin = "must be a URL such as https://accounts.example.com";
    for url in [
        "hunter2.example.com",
        "https://",
        "https://app:hunter2@example.com",
        "https://example.com//hunter2",
        "ftp://hunter2.example.com",
    ] {
        mistakes.push(bad("HALLPASS_URL", url, origin));
    }
    let address =
        "must be an address such as https://example.com/path; http:// only on this machine";
    for name in ["HALLPASS_ALERT_WEBHOOK", "OTEL_EXPORTER_OTLP_ENDPOINT"] {
        for url in [
            "hunter2",
            "http://hooks.example.com/hunter2",
            "https://app:hunter2@example.com/",
            "https://example.com/#hunter2",
            "ftp://127.0.0.1/hunter2",
        ] {
            mistakes.push(bad(name, url, address));
        }
    }
    expect_refused(&mistakes).await;
}

#[tokio::test]
async fn t44_all_configuration_errors_are_on_one_line() {
    expect_refused(&[Mistake {
        set: vec![
            ("HALLPASS_SECRET", b"hunter2".to_vec()),
            ("DATABASE_POOLER", b"hunter2".to_vec()),
            ("HALLPASS_URL", b"hunter2".to_vec()),
        ],
        without: vec!["DATABASE_URL"],
        said: ["HALLPASS_SECRET ", "DATABASE_URL ", "HALLPASS_URL "]
            .map(str::to_owned)
            .to_vec(),
    }])
    .await;
}

/// Hosting integrations set `sslmode=require`. It is raised to full verification instead of being refused, so the
/// functions start.
#[tokio::test]
async fn t44_every_function_starts_with_verified_tls() {
    for mode in ["require", "verify-ca", "verify-full"] {
        let platform = functions()
            .env("VERCEL_ENV", "production")
            .env("DATABASE_URL", format!("{ANOTHER_DATABASE}?sslmode={mode}"))
            .env("HALLPASS_SECRET_PREVIOUS", random_secret().unwrap())
            .start()
            .await
            .unwrap();
        for function in FUNCTIONS {
            platform.warm(function, 0).await.unwrap();
        }
        platform.stop().await;
    }
}
