//! Signing in with the right password.

use serde_json::json;

use super::{attempt, credentials};
use crate::support::{PASSWORD, TestApp};

/// Hash of [`PASSWORD`] with weaker parameters: less than half of the memory, and one pass.
const WEAK_HASH: &str = "$argon2id$v=19$m=8192,t=1,p=1$hWAWYhFlGCnP744NqbELqQ$mX+C/N+bVtxWkiAeD9/zLM77ol+UmWec+q4q/j0qD1g";

#[tokio::test]
async fn sign_in_sets_the_refresh_token_in_a_cookie_that_scripts_cannot_read() {
    let app = TestApp::new().await;
    let ada = app.person("Ada@example.com", &["viewer"]).await;
    let answer = attempt(&app, " ada@EXAMPLE.com", PASSWORD).send().await;
    let tokens = answer.expect(200);
    assert_eq!(tokens["tokenType"], "Bearer");
    assert_eq!(tokens["expiresIn"], 600);
    assert_eq!(tokens["user"]["id"], ada.id.to_string());
    assert_eq!(tokens["user"]["email"], "Ada@example.com");
    assert!(tokens["user"]["lastLoginAt"].is_string());
    assert!(tokens.get("refreshToken").is_none());
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    let [session, present, device] = cookies[..] else {
        panic!("{cookies:?}")
    };
    // The cookie that scripts can read marks that there is a session, and contains nothing of it.
    assert_eq!(
        present,
        "__Host-hallpass-present=1; Path=/; Max-Age=2592000; Secure; SameSite=Strict"
    );
    for (cookie, start, age) in [
        (session, "__Host-hallpass=hpr_", "; Max-Age=2592000"),
        (device, "__Host-hallpass-device=hpd_", "; Max-Age=34560000"),
    ] {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.starts_with(start), "{cookie}");
        for attribute in [
            "; Secure",
            "; HttpOnly",
            "; SameSite=Strict",
            "; Path=/",
            age,
        ] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn sign_in_delivers_the_refresh_token_in_the_body_on_request() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["viewer"]).await;
    let body = json!({ "email": "ada@example.com", "password": PASSWORD, "delivery": "body" });
    let answer = app.post("/api/login").json(&body).send().await;
    let tokens = answer.expect(200);
    assert!(tokens["refreshToken"].as_str().unwrap().starts_with("hpr_"));
    assert_eq!(answer.header("set-cookie"), None);
}

#[tokio::test]
async fn sign_in_returns_the_user_with_exactly_the_documented_fields() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["viewer"]).await;
    let tokens = attempt(&app, "ada@example.com", PASSWORD)
        .send()
        .await
        .expect(200);
    let mut fields: Vec<_> = tokens["user"].as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(
        fields,
        [
            "createdAt",
            "email",
            "emailVerifiedAt",
            "id",
            "isActive",
            "lastLoginAt",
            "name",
            "roles",
            "updatedAt",
            "version"
        ]
    );
}

#[tokio::test]
async fn the_address_is_matched_in_any_case_and_unicode_form() {
    let app = TestApp::new().await;
    app.person("Zo\u{eb}.\u{c5}ngstr\u{f6}m@example.com", &["user"])
        .await;
    for spelling in [
        "zo\u{eb}.\u{e5}ngstr\u{f6}m@example.com",
        "ZO\u{cb}.\u{c5}NGSTR\u{d6}M@EXAMPLE.COM",
        "zoe\u{308}.a\u{30a}ngstro\u{308}m@example.com",
        "\u{ff5a}o\u{eb}.\u{212b}ngstr\u{f6}m@example.com",
        "\tzo\u{eb}.\u{e5}ngstr\u{f6}m@example.com\n",
    ] {
        attempt(&app, spelling, PASSWORD).send().await.expect(200);
    }
}

#[tokio::test]
async fn the_password_is_compared_verbatim() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["user"]).await;
    for other in [
        "Zebra umbrella note",
        " zebra umbrella note",
        "zebra umbrella note ",
        // A compatibility form (full-width n) is a different character. Other spaces and compositions are equivalent.
        "zebra umbrella \u{ff4e}ote",
    ] {
        let answer = attempt(&app, "ada@example.com", other).send().await;
        answer.expect_problem(401, "invalid_credentials");
    }
}

/// The same password in NFC and in NFD, the latter with spaces of other widths.
const COMPOSED: &str = "r\u{e9}sum\u{e9} of a wolf";
const DECOMPOSED: &str = "re\u{301}sume\u{301}\u{a0}of\u{2003}a wolf";

#[tokio::test]
async fn a_password_is_accepted_in_every_equivalent_unicode_form() {
    let app = TestApp::new().await;
    let ada = app.person("ada@example.com", &["user"]).await;
    for made in [COMPOSED, DECOMPOSED] {
        let hasher = hallpass_core::passwords::Hasher::new(1);
        let hash = hasher.hash(made.into()).await.unwrap();
        let set = format!(
            "update users set password_hash = '{hash}' where id = '{}'",
            ada.id
        );
        app.database.execute(&set).await;
        for typed in [COMPOSED, DECOMPOSED] {
            attempt(&app, "ada@example.com", typed)
                .send()
                .await
                .expect(200);
        }
    }
}

#[tokio::test]
async fn the_address_is_matched_in_punycode_and_with_invisible_characters() {
    let app = TestApp::new().await;
    app.person("ada@m\u{fc}nchen.example", &["user"]).await;
    for spelling in [
        "ada@m\u{fc}nchen.example",
        "ada@mu\u{308}nchen.example",
        "ada@xn--mnchen-3ya.example",
        "\u{feff}ada@m\u{fc}nchen.example\u{200b}",
        "ada\u{200b}@m\u{fc}n\u{ad}chen.example\u{a0}\u{200e}",
    ] {
        attempt(&app, spelling, PASSWORD).send().await.expect(200);
    }
}

#[tokio::test]
async fn every_sign_in_costs_two_statements_whatever_its_result() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["viewer"]).await;
    for (email, password) in [
        ("ada@example.com", PASSWORD),
        ("ada@example.com", "wrong password"),
        ("nobody@example.com", PASSWORD),
        ("ada@example.com", DECOMPOSED),
        ("nobody@example.com", DECOMPOSED),
    ] {
        let before = app.statements().await;
        attempt(&app, email, password).send().await;
        assert_eq!(app.statements().await - before, 2, "{email}");
    }
}

#[tokio::test]
async fn sign_in_renews_a_hash_with_weaker_parameters_and_no_other() {
    let app = TestApp::new().await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let weaken = format!(
        "update users set password_hash = '{WEAK_HASH}' where id = '{}'",
        ada.id
    );
    app.database.execute(&weaken).await;
    let stored = || {
        app.database
            .value::<String>("select password_hash from users")
    };
    attempt(&app, "ada@example.com", "wrong password")
        .send()
        .await
        .expect(401);
    assert_eq!(stored().await, WEAK_HASH);
    attempt(&app, "ada@example.com", PASSWORD)
        .send()
        .await
        .expect(200);
    let strong = stored().await;
    assert!(
        strong.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{strong}"
    );
    attempt(&app, "ada@example.com", PASSWORD)
        .send()
        .await
        .expect(200);
    assert_eq!(stored().await, strong);
}

#[tokio::test]
async fn t08_a_planted_cookie_is_not_adopted_and_two_sign_ins_create_two_sessions() {
    let app = TestApp::new().await;
    let mallory = app.signed_in("mallory@example.com", &["user"]).await;
    app.person("ada@example.com", &["user"]).await;
    let sign_in = || attempt(&app, "ada@example.com", PASSWORD).cookie(&mallory.refresh_token);
    let first = sign_in().send().await;
    let second = sign_in().send().await;
    first.expect(200);
    second.expect(200);
    let session = |token: Option<String>| {
        hallpass_core::sessions::session_of(&app.hallpass, &token.unwrap()).unwrap()
    };
    let ids = [
        session(first.cookie("__Host-hallpass")),
        session(second.cookie("__Host-hallpass")),
        session(Some(mallory.refresh_token.clone())),
    ];
    assert!(ids[0] != ids[1] && ids[0] != ids[2] && ids[1] != ids[2]);
    let hers =
        "select count(*) from sessions s join users u on u.id = user_id where email like 'ada@%'";
    assert_eq!(app.database.value::<i64>(hers).await, 2);
}

#[tokio::test]
async fn sign_in_writes_one_audit_event_with_user_address_and_request() {
    let app = TestApp::new().await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let answer = attempt(&app, "ada@example.com", PASSWORD).send().await;
    answer.expect(200);
    let events = app.database.events("login").await;
    let [event] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(event["severity"], "info");
    assert_eq!(event["actor_id"], ada.id.to_string());
    assert_eq!(event["subject_id"], ada.id.to_string());
    assert_eq!(event["ip"], "192.0.2.1");
    assert_eq!(event["user_agent"], "tests");
    assert_eq!(event["request_id"].as_str(), answer.header("x-request-id"));
    let session: uuid::Uuid = app.database.value("select id from sessions").await;
    assert_eq!(event["session_id"], session.to_string());
    assert_eq!(
        app.database
            .value::<i64>("select count(*) from audit_events")
            .await,
        1
    );
}

#[tokio::test]
async fn sign_in_opens_a_session_with_the_configured_lifetimes() {
    let app = TestApp::with(&[
        ("HALLPASS_SESSION_IDLE_DAYS", "2"),
        ("HALLPASS_SESSION_MAX_DAYS", "5"),
    ])
    .await;
    app.person("ada@example.com", &["user"]).await;
    let answer = app
        .post("/api/login")
        .json(&credentials("ada@example.com", PASSWORD));
    let answer = answer.send().await;
    answer.expect(200);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("; Max-Age=432000;"), "{cookie}");
    let lifetimes = "select (idle_expires_at - created_at = '2 days' and expires_at - created_at = '5 days') from sessions";
    assert!(app.database.value::<bool>(lifetimes).await);
}
