//! Tests of `hallpass sessions`: lists active sessions, and ends those of one user or of all users.

use hallpass_core::passwords::Password;
use hallpass_core::sessions::{Issued, refresh};
use hallpass_core::sign_in::{Credentials, sign_in};
use hallpass_core::tokens::access;
use hallpass_core::{Client, Error, users};
use serde_json::{Value, json};

use crate::test_db::{APP_PASSWORD, TestDb, hallpass};

async fn enter(db: &TestDb, email: &str) -> Issued {
    let credentials = Credentials {
        email: email.to_owned(),
        password: Password::from("correct horse battery"),
        device: None,
        replaces: None,
    };
    let address = Some("192.0.2.7".parse().unwrap());
    let client = Client::new(address, Some("a browser"), "test".to_owned());
    let entered = sign_in(&db.product(), credentials, &client).await;
    entered.unwrap()
}

/// A request with the access token of a session, like `GET /api/me`.
async fn call(db: &TestDb, session: &Issued) -> Result<(), Error> {
    let product = db.product();
    let token = session.access_token.expose();
    let claims = access::decode(&product.keys, token, session.issued_at).unwrap();
    users::own(&product, &claims).await.map(|_| ())
}

async fn renew(db: &TestDb, session: &Issued) -> Result<(), Error> {
    let client = Client::operator("test");
    let token = session.refresh_token.expose();
    refresh(&db.product(), token, &client).await.map(|_| ())
}

async fn people() -> TestDb {
    let db = TestDb::administered().await;
    db.create("ada@example.com", "user").await;
    db.create("bob@example.com", "user").await;
    db
}

#[tokio::test]
async fn active_sessions_are_listed_newest_first_of_all_users_or_of_one() {
    let db = people().await;
    let ada = enter(&db, "ada@example.com").await;
    let bob = enter(&db, "bob@example.com").await;
    let over = enter(&db, "bob@example.com").await;
    let expire = "update sessions set idle_expires_at = now() where id = (select id from sessions order by id desc limit 1)";
    db.execute(expire).await;
    let ids = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap();
        let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
        items.iter().map(id).collect()
    };
    let all = db.run(&["sessions", "list", "--json"]).await.json();
    let expected = [bob.session_id.to_string(), ada.session_id.to_string()];
    assert_eq!(ids(&all), expected);
    assert_ne!(over.session_id, bob.session_id);
    assert_eq!(all["items"][0]["email"], "bob@example.com");
    assert_eq!(all["items"][0]["ip"], "192.0.2.7");
    assert_eq!(all["items"][0]["userAgent"], "a browser");
    let one = ["sessions", "list", "--json", "--user", "ADA@example.com"];
    let one = db.run(&one).await.json();
    assert_eq!(ids(&one), expected[1..]);
    let newest = ["sessions", "list", "--json", "--limit", "1"];
    let newest = db.run(&newest).await.json();
    assert_eq!(ids(&newest), expected[..1]);
    let nobody = ["sessions", "list", "--json", "--user", "x@example.com"];
    assert_eq!(db.run(&nobody).await.failed(5)["code"], "not_found");
    let none = ["sessions", "list", "--json", "--user", "root@example.com"];
    assert_eq!(db.run(&none).await.json(), json!({"items": []}));
    let table = db.run(&["sessions", "list"]).await.succeeded();
    assert!(table.stdout.contains("ada@example.com"), "{table:#?}");
}

#[tokio::test]
async fn revoking_ends_the_sessions_of_one_user_only() {
    let db = people().await;
    let ada = [
        enter(&db, "ada@example.com").await,
        enter(&db, "ada@example.com").await,
    ];
    let bob = enter(&db, "bob@example.com").await;
    let revoke = ["sessions", "revoke", "--json", "--user", "ada@example.com"];
    let mut dry = revoke.to_vec();
    dry.push("--dry-run");
    assert_eq!(db.run(&dry).await.json()["ended"], 2);
    call(&db, &ada[0]).await.unwrap();
    assert_eq!(db.run(&revoke).await.json()["ended"], 2);
    for session in &ada {
        assert!(matches!(
            call(&db, session).await,
            Err(Error::Unauthenticated)
        ));
        assert!(matches!(
            renew(&db, session).await,
            Err(Error::InvalidRefreshToken)
        ));
    }
    call(&db, &bob).await.unwrap();
    let recorded = "select details || jsonb_build_object('by', request_id, 'to', (select email from users where id = subject_id))
        from audit_events where event = 'sessions_ended'";
    let expected = json!({"count": 2, "by": "sessions revoke", "to": "ada@example.com"});
    assert_eq!(db.value::<Value>(recorded).await, expected);
    assert_eq!(db.run(&revoke).await.json()["ended"], 0);
    let nobody = ["sessions", "revoke", "--json", "--user", "x@example.com"];
    assert_eq!(db.run(&nobody).await.failed(5)["code"], "not_found");
}

/// Number of rows in each table that the last revocation of all sessions has written, identified by the row of
/// settings.
const ROWS_TOUCHED: &str = "
    select jsonb_build_object(
        'settings', (select count(*) from settings where xmin = last.xmin),
        'sessions', (select count(*) from sessions where xmin = last.xmin),
        'users', (select count(*) from users where xmin = last.xmin),
        'auditEvents', (select count(*) from audit_events where xmin = last.xmin))
    from settings as last";

/// Average number of pages that the statements on the row of settings have read or changed. It does not depend on the
/// number of rows in other tables.
const PAGES_TOUCHED: &str = "
    select sum(shared_blks_hit + shared_blks_read)::bigint / sum(calls)::bigint from pg_stat_statements
    where query like '%update hallpass.settings%' and query not like '%pg_stat_statements%'
        and dbid = (select oid from pg_database where datname = current_database())";

#[tokio::test]
async fn revoking_all_sessions_changes_one_row_for_one_session_and_for_100000() {
    let db = people().await;
    db.execute("create extension pg_stat_statements schema public")
        .await;
    let all = ["sessions", "revoke", "--all", "--yes", "--json"];
    let expected = json!({"settings": 1, "sessions": 0, "users": 0, "auditEvents": 1});
    let mut pages = Vec::new();
    for more in [0, 100_000] {
        let fill = match more {
            0 => "select 1",
            _ => {
                "insert into sessions (id, user_id, idle_expires_at, expires_at)
                select gen_random_uuid(), u.id, now() + interval '1 day', now() + interval '1 day'
                from (select id from users limit 1) as u, generate_series(1, 100000)"
            }
        };
        db.execute(fill).await;
        let before = enter(&db, "ada@example.com").await;
        call(&db, &before).await.unwrap();
        db.execute("select pg_stat_statements_reset(0, oid, 0) from pg_database where datname = current_database()").await;
        db.run(&all).await.json();
        assert_eq!(db.value::<Value>(ROWS_TOUCHED).await, expected, "{more}");
        pages.push(db.value::<i64>(PAGES_TOUCHED).await);
        assert!(matches!(
            call(&db, &before).await,
            Err(Error::Unauthenticated)
        ));
        assert!(matches!(
            renew(&db, &before).await,
            Err(Error::InvalidRefreshToken)
        ));
        let after = enter(&db, "ada@example.com").await;
        call(&db, &after).await.unwrap();
        renew(&db, &after).await.unwrap();
        let live = ["sessions", "revoke", "--all", "--dry-run", "--json"];
        assert_eq!(db.run(&live).await.json()["ended"], 1, "{more}");
    }
    assert!(pages[1] <= pages[0] + 5, "{pages:?}");
}

#[tokio::test]
async fn revoking_all_sessions_prompts_is_recorded_and_never_moves_back() {
    let db = people().await;
    let session = enter(&db, "ada@example.com").await;
    let unsure = ["sessions", "revoke", "--all", "--json"];
    assert_eq!(db.run(&unsure).await.failed(1)["code"], "not_confirmed");
    call(&db, &session).await.unwrap();
    // Simulates a clock that was ahead. The later time must be kept.
    db.execute("update settings set sessions_valid_from = '2100-01-01 00:00:00+00'")
        .await;
    let all = ["sessions", "revoke", "--all", "--yes", "--json"];
    let report = db.run(&all).await.json();
    assert_eq!(report["sessionsValidFrom"], "2100-01-01T00:00:00Z");
    let recorded =
        "select severity || ' ' || request_id from audit_events where event = 'all_sessions_ended'";
    assert_eq!(
        db.value::<String>(recorded).await,
        "warning sessions revoke"
    );
    for wrong in [
        ["sessions", "revoke"].as_slice(),
        &["sessions", "revoke", "--all", "--user", "a@b.c"],
    ] {
        assert_eq!(hallpass(wrong).run().await.code, 2);
    }
}

#[tokio::test]
async fn the_functions_role_without_a_secret_is_enough() {
    let db = people().await;
    let migrate = db
        .call(&["migrate"])
        .env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    migrate.run().await.succeeded();
    enter(&db, "ada@example.com").await;
    for arguments in [
        ["sessions", "list"].as_slice(),
        &["sessions", "revoke", "--user", "ada@example.com"],
        &["sessions", "revoke", "--all", "--dry-run"],
        &["sessions", "revoke", "--all", "--yes"],
    ] {
        let call = hallpass(arguments).env("DATABASE_URL", &db.app_url());
        call.run().await.succeeded();
    }
    let empty = TestDb::empty().await;
    let error = empty.run(&["sessions", "list", "--json"]).await.failed(4);
    assert_eq!(error["code"], "not_migrated");
}
