//! The log has one JSON line for each request, whatever the request contains.

use serde_json::json;
use time::format_description::well_known::Rfc3339;

use crate::support::{Log, PASSWORD, TestApp};

#[tokio::test]
async fn a_request_is_one_log_line_with_its_route_status_and_cost() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    let log = Log::catch();
    let path = format!("/api/users/{}?secret=in-the-query", ada.id);
    let answer = app.get(&path).bearer(&ada).send().await;
    answer.expect(200);
    let lines = log.lines();
    let [line] = &lines[..] else {
        panic!("{lines:?}")
    };
    assert_eq!(line["level"], "INFO");
    let time = line["timestamp"].as_str().unwrap();
    let time = time::OffsetDateTime::parse(time, &Rfc3339).unwrap();
    assert!(time.offset().is_utc(), "{time}");
    assert_eq!(line["request_id"].as_str(), answer.header("x-request-id"));
    assert_eq!(line["function"], "users");
    assert_eq!(line["method"], "GET");
    assert_eq!(line["route"], "/api/users/{id}");
    assert_eq!(line["status"], 200);
    assert!(line["duration_ms"].as_f64().unwrap() >= line["db_ms"].as_f64().unwrap());
    assert!(line["db_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(line["db_statements"], 1);
    assert_eq!(line["user_id"], ada.id.to_string());
    assert!(line["session_id"].is_string());
    assert_eq!(line["ip"], "192.0.2.1");
    assert!(!log.text().contains("in-the-query"));
}

#[tokio::test]
async fn the_log_line_names_user_and_session_of_sign_in_and_sign_out() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let log = Log::catch();
    app.post("/api/refresh")
        .cookie(&ada.refresh_token)
        .send()
        .await
        .expect(200);
    app.signed_in_again(&ada).await;
    app.post("/api/logout")
        .cookie(&ada.refresh_token)
        .send()
        .await
        .expect(204);
    let requests = log.requests();
    assert_eq!(requests.len(), 3);
    for line in requests {
        assert_eq!(line["user_id"], ada.id.to_string(), "{line}");
    }
}

#[tokio::test]
async fn a_server_error_is_logged_once_with_its_cause() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let cut_off = app.cut_off();
    let log = Log::catch();
    let answer = cut_off.get("/api/me").bearer(&ada).send().await;
    answer.expect_unavailable();
    let lines = log.lines();
    let errors: Vec<_> = lines
        .iter()
        .filter(|line| line["level"] == "ERROR")
        .collect();
    let [error] = errors[..] else {
        panic!("{lines:?}")
    };
    assert_eq!(error["message"], "request");
    assert_eq!(error["code"], "unavailable");
    assert!(error["cause"].as_str().unwrap().len() > 10);
    assert_eq!(error["request_id"].as_str(), answer.header("x-request-id"));
}

#[tokio::test]
async fn security_events_have_owasp_names() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let log = Log::catch();
    let wrong = json!({ "email": "ada@example.com", "password": "not the password" });
    for _ in 0..6 {
        app.post("/api/login").json(&wrong).send().await;
    }
    app.post("/api/logout")
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .expect(403);
    app.get("/api/me").token("x.y.z").send().await.expect(401);
    app.get("/api/users").bearer(&ada).send().await.expect(403);
    for _ in 0..2 {
        app.post("/api/refresh")
            .cookie(&ada.refresh_token)
            .send()
            .await;
        app.database
            .execute("update sessions set rotated_at = rotated_at - interval '1 hour'")
            .await;
    }
    let lines = log.lines();
    for (event, times) in [
        ("authn_login_fail", 5),
        ("authn_login_lock", 1),
        ("malicious_csrf", 1),
        ("authn_token_refused", 1),
        ("authn_token_reuse", 1),
        ("authz_fail", 1),
    ] {
        let found = lines.iter().filter(|line| line["event"] == event).count();
        assert_eq!(found, times, "{event}");
    }
}

#[tokio::test]
async fn t29_client_input_cannot_add_or_forge_log_lines() {
    let app = TestApp::new().await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let log = Log::catch();
    let false_line = "\r\n{\"level\":\"ERROR\",\"message\":\"false\"}\u{1b}[31m\u{2028}";
    let body = json!({ "email": false_line, "password": false_line });
    app.post("/api/login").json(&body).send().await.expect(401);
    let body = json!({ false_line: 1 });
    app.post("/api/login").json(&body).send().await.expect(422);
    let path = "/api/login/%0d%0a%1b[31m\"{level:ERROR}";
    app.post(path)
        .handed_to("/api/login")
        .send()
        .await
        .expect(404);
    let endless = "agent ".repeat(170_000);
    let body = json!({ "email": ada.email, "password": PASSWORD });
    for agent in [endless.as_str(), "tab\t\"}{", "latin \u{e4}"] {
        let call = app
            .post("/api/login")
            .json(&body)
            .header("user-agent", agent);
        call.header("x-vercel-id", "a\tb")
            .header("referer", agent)
            .send()
            .await
            .expect(200);
    }
    let lines = log.lines();
    assert_eq!(log.requests().len(), 6);
    assert!(lines.iter().all(|line| line["message"] != "false"));
    assert!(!log.text().contains('\u{1b}'));
    assert!(log.text().len() < 10_000, "the agent is not in the log");
    let kept: Vec<String> = app
        .database
        .value("select array_agg(user_agent order by created_at) from sessions")
        .await;
    assert_eq!(kept[0].chars().count(), 512);
    assert_eq!(kept[1], "tab \"}{");
}
