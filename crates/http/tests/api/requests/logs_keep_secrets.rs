//! Passwords, tokens and addresses appear in no log, no statement, no problem and no audit event.

use serde_json::{Value, json};

use crate::support::{Answer, Log, PASSWORD, Person, TestApp};

const CANARY: &str = "canary velvet 4711 harbor";

/// Secrets that were issued or sent and must not appear anywhere, and the problems in which they are searched.
#[derive(Default)]
struct Secrets {
    secrets: Vec<String>,
    problems: String,
}

impl Secrets {
    fn note(&mut self, answer: &Answer) -> Value {
        let body = if answer.body.is_empty() {
            Value::Null
        } else {
            answer.json()
        };
        if !answer.status.is_success() {
            self.problems.push_str(&answer.text());
        }
        for name in ["accessToken", "refreshToken", "setupLink"] {
            let token = body[name]
                .as_str()
                .map(|text| text.rsplit('#').next().unwrap().to_owned());
            self.secrets.extend(token);
        }
        for name in ["__Host-hallpass", "__Host-hallpass-device"] {
            let value = answer.cookie(name).filter(|value| !value.is_empty());
            self.secrets.extend(value);
        }
        body
    }
}

/// Uses an account in every way, with right and wrong passwords wherever one is accepted, in valid and invalid bodies.
async fn live(app: &TestApp, admin: &Person) -> Secrets {
    let mut seen = Secrets::default();
    let body = json!({ "email": "canary@example.com", "name": "Bird", "roles": ["user"] });
    let made = seen.note(
        &app.post("/api/users")
            .bearer(admin)
            .json(&body)
            .send()
            .await,
    );
    let link = made["setupLink"]
        .as_str()
        .unwrap()
        .split_once('#')
        .unwrap()
        .1
        .to_owned();
    for token in [&link, &format!("{}AAAAAA", &link[..link.len() - 6])] {
        let body = json!({ "token": token });
        let call = app.post("/api/recovery/inspect").json(&body);
        seen.note(&call.send().await);
    }
    for password in ["canary", CANARY, CANARY] {
        let body = json!({ "token": link, "password": password });
        seen.note(&app.post("/api/recovery").json(&body).send().await);
    }
    for body in [
        json!({ "email": "canary@example.com", "password": CANARY }),
        json!({ "email": "canary@example.com", "password": format!("{CANARY}!") }),
        json!({ "email": CANARY, "password": "canary@example.com" }),
        json!({ "email": "canary@example.com", "password": [CANARY] }),
        json!({ "email": "canary@example.com", "password": "x", "delivery": CANARY }),
        json!({ "email": { CANARY: 1 }, "password": CANARY }),
        json!(CANARY),
    ] {
        seen.note(&app.post("/api/login").json(&body).send().await);
    }
    let malformed = format!("{{\"password\": \"{CANARY}\" {CANARY}");
    let call = app.post("/api/login").body("application/json", malformed);
    seen.note(&call.send().await);
    let body = json!({ "email": "canary@example.com", "password": CANARY, "delivery": "body" });
    let tokens = seen.note(&app.post("/api/login").json(&body).send().await);
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    use_up(app, &mut seen, &text("accessToken"), &text("refreshToken")).await;
    seen
}

/// Uses the tokens in every way, and tokens that differ slightly from them.
async fn use_up(app: &TestApp, seen: &mut Secrets, access: &str, refresh: &str) {
    let body = json!({ "refreshToken": refresh });
    seen.note(&app.post("/api/refresh").json(&body).send().await);
    seen.note(
        &app.post("/api/refresh")
            .cookie(&format!("{refresh}x"))
            .send()
            .await,
    );
    seen.note(&app.get("/api/me").token(&format!("{access}x")).send().await);
    for body in [
        json!({ "currentPassword": format!("{CANARY}?"), "newPassword": PASSWORD }),
        json!({ "currentPassword": CANARY, "newPassword": "canary" }),
        json!({ "currentPassword": CANARY, "newPassword": format!("{CANARY} two") }),
    ] {
        seen.note(
            &app.post("/api/me/password")
                .token(access)
                .json(&body)
                .send()
                .await,
        );
    }
    seen.note(&app.post("/api/logout").cookie(refresh).send().await);
}

#[tokio::test]
async fn t29_a_canary_password_and_every_token_appear_nowhere() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let log = Log::catch();
    let mut seen = live(&app, &admin).await;
    assert!(seen.secrets.len() >= 9, "{}", seen.secrets.len());
    assert!(log.requests().len() >= 20);
    let rows = "select concat((select string_agg(e::text, '') from audit_events e), \
        (select string_agg(s::text, '') from sessions s), \
        (select string_agg(t::text, '') from login_throttle t), \
        (select string_agg(password_hash, '') from users u))";
    let rows: String = app.database.value(rows).await;
    let statements = app.statement_texts().await;
    assert!(statements.contains("authorize_access"));
    seen.secrets
        .extend(["canary".to_owned(), CANARY.to_owned()]);
    for secret in &seen.secrets {
        for (place, text) in [
            ("log", &log.text()),
            ("rows", &rows),
            ("statements", &statements),
            ("problems", &seen.problems),
        ] {
            assert!(
                !text.contains(secret.as_str()),
                "{secret} in the {place}: {text}"
            );
        }
    }
}
