//! Tests of `hallpass certs` with real TLS handshakes.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use hallpass_platform::Postgres;
use hallpass_test_support::Outcome;
use serde_json::Value;
use sqlx::Connection as _;
use time::OffsetDateTime;
use tokio::net::TcpListener;

use super::hallpass;
use super::tls::{Authority, Identity, serve};

/// Time of the machine's clock, taken from a new file.
fn now() -> OffsetDateTime {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.path().metadata().unwrap().modified().unwrap().into()
}

async fn port_of_nobody() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

#[track_caller]
fn lines(outcome: &Outcome, code: i32) -> Vec<Value> {
    let answer = outcome.report(code);
    assert_eq!(answer["isBreached"], code != 0, "{answer}");
    answer["certificates"].as_array().unwrap().clone()
}

fn problem(line: &Value) -> &str {
    line["problem"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn the_certificate_of_a_deployment_is_compared_with_the_limit() {
    let authority = Authority::new();
    let directory = tempfile::tempdir().unwrap();
    let ca = directory.path().join("ca.pem");
    std::fs::write(&ca, authority.pem()).unwrap();
    let ca = ca.to_str().unwrap();
    let nobody = port_of_nobody().await;
    let look = async |identity: Identity, more: &[&str]| {
        let port = serve(&identity, nobody).await;
        let url = format!("https://localhost:{port}");
        let arguments = [&["certs", url.as_str(), "--json"][..], more].concat();
        hallpass(&arguments).run().await
    };
    let certify = |name, days| authority.certify(name, days, now());

    let good = look(certify("localhost", 21), &["--ca-cert", ca]).await;
    let line = &lines(&good, 0)[0];
    assert_eq!(
        (&line["name"], &line["certificate"]["daysLeft"]),
        (&"deployment".into(), &21.into())
    );
    assert_eq!(line["certificate"]["issuer"], "CN=Our own authority");

    let near = look(certify("localhost", 20), &["--ca-cert", ca]).await;
    assert!(
        problem(&lines(&near, 8)[0]).starts_with("expires in 20 days"),
        "{near:?}"
    );
    let enough = look(
        certify("localhost", 20),
        &["--ca-cert", ca, "--warn", "14d"],
    )
    .await;
    lines(&enough, 0);

    // Details of an untrusted certificate are shown, too.
    let over = look(certify("localhost", -3), &["--ca-cert", ca]).await;
    let line = &lines(&over, 8)[0];
    assert_eq!(line["certificate"]["daysLeft"], -3, "{line}");
    assert!(problem(line).contains("expired"), "{line}");
    let another = look(certify("accounts.example.com", 90), &["--ca-cert", ca]).await;
    assert!(
        problem(&lines(&another, 8)[0]).contains("not valid for name"),
        "{another:?}"
    );
    let unknown = look(certify("localhost", 90), &[]).await;
    assert!(
        problem(&lines(&unknown, 8)[0]).contains("UnknownIssuer"),
        "{unknown:?}"
    );
}

#[tokio::test]
async fn a_missing_certificate_is_reported_with_the_reason() {
    let plain = hallpass(&["certs", "http://localhost:3000", "--json"])
        .run()
        .await;
    let line = &lines(&plain, 0)[0];
    assert!(
        line["note"].as_str().unwrap().starts_with("plain HTTP"),
        "{line}"
    );

    let nobody = format!("https://localhost:{}", port_of_nobody().await);
    let outcome = hallpass(&["certs", &nobody, "--json"]).run().await;
    assert!(
        problem(&lines(&outcome, 9)[0]).starts_with("connection failed"),
        "{outcome:?}"
    );

    // The command line has no deployment, and no variable names a database.
    let error = hallpass(&["certs", "--json"]).run().await.error(3);
    assert_eq!(error["code"], "configuration");
    let error = hallpass(&["certs", "accounts.example.com", "--json"])
        .run()
        .await
        .failed(7);
    assert_eq!(error["code"], "invalid_url");
}

/// A database server with this certificate.
async fn server(identity: &Identity, directory: &Path) -> Postgres {
    let (certificate, key) = (directory.join("server.crt"), directory.join("server.key"));
    std::fs::write(&certificate, identity.certificate.pem()).unwrap();
    std::fs::write(&key, identity.key.serialize_pem()).unwrap();
    let mut postgres = Postgres::temporary().start().await.unwrap();
    // Only the user of the server may own the key.
    let data = postgres.data_path().to_owned();
    let owner = data.metadata().unwrap();
    for file in ["server.crt", "server.key"] {
        let to = data.join(file);
        std::fs::copy(directory.join(file), &to).unwrap();
        std::fs::set_permissions(&to, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::chown(&to, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    postgres.set("ssl", "on");
    postgres.restart().await.unwrap();
    postgres
}

#[tokio::test]
async fn the_certificate_of_a_database_server_is_read_through_its_protocol() {
    let authority = Authority::new();
    let directory = tempfile::tempdir().unwrap();
    let identity = authority.certify("localhost", 10, now());
    let mut postgres = server(&identity, directory.path()).await;
    let url = postgres
        .superuser_url("postgres")
        .replace("127.0.0.1", "localhost");
    let run = |arguments: &[&str]| {
        hallpass(arguments)
            .env("DATABASE_URL", &url)
            .env("DATABASE_CA_CERT", &authority.pem())
    };
    let near = run(&["certs", "--json"]).run().await;
    let found = lines(&near, 8);
    // The direct connection leads to the same server, which is only checked once.
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (&found[0]["name"], &found[0]["certificate"]["daysLeft"]),
        (&"database".into(), &10.into())
    );
    lines(&run(&["certs", "--warn", "9d", "--json"]).run().await, 0);
    let doctor = run(&["doctor", "--json"]).run().await.report(1);
    let checks = doctor["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == "certificate");
    assert_eq!(check.unwrap()["status"], "warning", "{doctor}");
    let untrusted = hallpass(&["certs", "--json"])
        .env("DATABASE_URL", &url)
        .run()
        .await;
    assert!(
        problem(&lines(&untrusted, 8)[0]).contains("UnknownIssuer"),
        "{untrusted:?}"
    );

    // The functions connect to this server over TLS, too.
    let verified = format!("{url}?sslmode=require");
    sqlx::PgConnection::connect(&verified)
        .await
        .unwrap()
        .close()
        .await
        .unwrap();

    postgres.set("ssl", "off");
    postgres.restart().await.unwrap();
    let plain = run(&["certs", "--json"]).run().await;
    let line = &lines(&plain, 0)[0];
    assert!(
        line["note"].as_str().unwrap().contains("without TLS"),
        "{line}"
    );
    postgres.stop().await.unwrap();
    let away = run(&["certs", "--json"]).run().await;
    assert!(
        problem(&lines(&away, 4)[0]).starts_with("connection failed"),
        "{away:?}"
    );
}
