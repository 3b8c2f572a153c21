//! Spans as an OTLP receiver gets them.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use axum::routing::get;
use hallpass_http::Service;
use serde_json::{Value, json};

use crate::support::{NEVER, PASSWORD, Receiver, TestApp};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

async fn traced(receiver: &Receiver, variables: &[(&str, &str)]) -> TestApp {
    let url = receiver.url("");
    let endpoint = [("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str())];
    TestApp::with(&[&endpoint[..], variables].concat()).await
}

/// The attributes of a span, a resource or an event, by their names.
fn attributes(of: &Value) -> Value {
    let list = of["attributes"].as_array().unwrap().iter();
    let pair = |one: &Value| {
        let value = one["value"].as_object().unwrap().values().next().unwrap();
        (one["key"].as_str().unwrap().to_owned(), value.clone())
    };
    Value::Object(list.map(pair).collect())
}

/// All spans that the receiver got, in the order of their arrival.
fn spans(receiver: &Receiver) -> Vec<Value> {
    let requests = receiver.received().into_iter();
    let of_request = |request: Value| {
        request["resourceSpans"][0]["scopeSpans"][0]["spans"]
            .as_array()
            .unwrap()
            .clone()
    };
    requests
        .flat_map(|request| of_request(request.json()))
        .collect()
}

#[tokio::test]
async fn a_request_is_a_server_span_of_its_route() {
    let receiver = Receiver::answering(&[]).await;
    let app = traced(
        &receiver,
        &[("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=se%20cret, x-two=2")],
    )
    .await;
    let admin = app.signed_in("ada@example.com", &["admin"]).await;
    let path = format!("/api/users/{}?q=in-the-query", admin.id);
    let answer = app.get(&path).bearer(&admin).send().await;
    answer.expect(200);
    app.service("/api/users").send_traces().await;
    let [request] = &receiver.received()[..] else {
        panic!("not exactly one request")
    };
    assert_eq!(
        (&request.method, request.path.as_str()),
        (&Method::POST, "/v1/traces")
    );
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(
        (request.header("x-api-key"), request.header("x-two")),
        ("se cret", "2")
    );
    let [span] = &spans(&receiver)[..] else {
        panic!("not exactly one span")
    };
    assert_eq!(span["name"], "GET /api/users/{id}");
    assert_eq!(span["kind"], 2);
    assert_eq!(span["parentSpanId"], Value::Null);
    assert_eq!(span["status"], Value::Null);
    let said = attributes(span);
    assert_eq!(said["http.request.method"], "GET");
    assert_eq!(said["http.route"], "/api/users/{id}");
    assert_eq!(said["http.response.status_code"], "200");
    assert_eq!(said["hallpass.db.statements"], "1");
    assert!(said["hallpass.db.duration"].as_f64().unwrap() > 0.0);
    assert_eq!(
        said["hallpass.request_id"],
        answer.header("x-request-id").unwrap()
    );
    let at = |name: &str| span[name].as_str().unwrap().parse::<i128>().unwrap();
    let took = at("endTimeUnixNano") - at("startTimeUnixNano");
    assert!((1..60_000_000_000).contains(&took), "{took}");
    let now: i64 = app
        .database
        .value("select extract(epoch from now())::bigint")
        .await;
    assert!((at("startTimeUnixNano") / 1_000_000_000 - i128::from(now)).abs() < 60);
    let text = String::from_utf8(request.body.clone()).unwrap();
    for absent in [
        &admin.id.to_string(),
        &admin.access_token,
        "in-the-query",
        "ada@",
        "192.0.2",
    ] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
}

#[tokio::test]
async fn resource_attributes_come_from_the_variables() {
    let receiver = Receiver::answering(&[]).await;
    let attributes_given = "team=a%2Cb%3D1,service.name=ignored,deployment.environment.name=mine";
    let app = traced(
        &receiver,
        &[
            ("OTEL_SERVICE_NAME", "accounts"),
            ("OTEL_RESOURCE_ATTRIBUTES", attributes_given),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
            ("VERCEL_REGION", "fra1"),
        ],
    )
    .await;
    app.get("/api/keys").send().await.expect(200);
    app.service("/api/keys").send_traces().await;
    let resource = attributes(&receiver.received()[0].json()["resourceSpans"][0]["resource"]);
    assert_eq!(
        resource,
        json!({ "service.name": "accounts", "service.version": env!("CARGO_PKG_VERSION"), "team": "a,b=1",
            "deployment.environment.name": "mine", "cloud.region": "fra1", "faas.name": "keys" })
    );
}

#[tokio::test]
async fn a_callers_trace_is_continued_and_an_unsampled_trace_is_not_sent() {
    let receiver = Receiver::answering(&[]).await;
    let app = traced(&receiver, &[]).await;
    let call = |flags: &str| {
        app.get("/api/keys")
            .header("traceparent", &format!("00-{TRACE}-{SPAN}-{flags}"))
    };
    call("00").send().await.expect(200);
    app.service("/api/keys").send_traces().await;
    assert!(receiver.received().is_empty());
    call("01").send().await.expect(200);
    app.get("/api/keys").send().await.expect(200);
    app.service("/api/keys").send_traces().await;
    assert_eq!(receiver.received().len(), 1, "both in one request");
    let [theirs, ours] = &spans(&receiver)[..] else {
        panic!("not two")
    };
    assert_eq!(
        (&theirs["traceId"], &theirs["parentSpanId"]),
        (&json!(TRACE), &json!(SPAN))
    );
    assert_ne!(theirs["spanId"], ours["spanId"]);
    assert_ne!(ours["traceId"], TRACE);
}

#[tokio::test]
async fn a_server_error_is_traced_with_its_cause_even_if_unsampled() {
    let receiver = Receiver::answering(&[]).await;
    let app = traced(&receiver, &[]).await;
    let url = receiver.url("/");
    let gone = "postgres://hallpass_app:none@127.0.0.1:1/none";
    let away = app.beside(&[
        ("DATABASE_URL", gone),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &url),
    ]);
    let admin = app.signed_in("ada@example.com", &["admin"]).await;
    let unsampled = format!("00-{TRACE}-{SPAN}-00");
    let call = away
        .get("/api/me")
        .bearer(&admin)
        .header("traceparent", &unsampled);
    call.send().await.expect_unavailable();
    away.get("/api/me")
        .send()
        .await
        .expect_problem(401, "unauthenticated");
    away.service("/api/me").send_traces().await;
    let [failed, refused] = &spans(&receiver)[..] else {
        panic!("not two")
    };
    assert_eq!(failed["traceId"], TRACE);
    assert_eq!(
        failed["status"],
        json!({ "code": 2, "message": "unavailable" })
    );
    assert_eq!(attributes(failed)["error.type"], "unavailable");
    let [event] = &failed["events"].as_array().unwrap()[..] else {
        panic!("not one event")
    };
    assert_eq!(event["name"], "exception");
    assert_eq!(attributes(event)["exception.type"], "unavailable");
    assert!(
        attributes(event)["exception.message"]
            .as_str()
            .unwrap()
            .len()
            > 3
    );
    // A client error does not make the span an error.
    assert_eq!(
        (&refused["status"], &refused["events"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(attributes(refused)["hallpass.problem"], "unauthenticated");
}

#[tokio::test]
async fn a_panic_is_recorded_as_an_exception_without_secrets() {
    let receiver = Receiver::answering(&[]).await;
    let app = traced(&receiver, &[]).await;
    let broken = get(async || -> () { panic!("no way to treat ada@example.com with hpr_secret") });
    let service = Service::new(
        "fragile",
        Router::new().route("/api/broken", broken),
        app.hallpass.clone(),
    );
    let request = Request::builder()
        .uri("/api/broken")
        .body(Body::empty())
        .unwrap();
    assert_eq!(service.answer(request).await.status(), 500);
    service.send_traces().await;
    let event = &spans(&receiver)[0]["events"][0];
    assert_eq!(attributes(event)["exception.type"], "panic");
    assert_eq!(
        attributes(event)["exception.message"],
        "panic: no way to treat … with …"
    );
}

#[tokio::test]
async fn methods_and_paths_of_clients_are_not_span_names() {
    let receiver = Receiver::answering(&[]).await;
    let app = traced(&receiver, &[]).await;
    app.call("BREW".parse().unwrap(), "/api/keys").send().await;
    app.get("/api/keys/hunter2")
        .handed_to("/api/keys")
        .send()
        .await;
    app.service("/api/keys").send_traces().await;
    let names: Vec<_> = spans(&receiver)
        .iter()
        .map(|span| span["name"].clone())
        .collect();
    assert_eq!(names, ["_OTHER /api/keys", "GET"]);
    let body = receiver.received()[0].body.clone();
    assert!(!String::from_utf8(body).unwrap().contains("hunter2"));
}

#[tokio::test]
async fn spans_contain_no_passwords_no_tokens_and_no_users() {
    let receiver = Receiver::answering(&[]).await;
    let app = traced(&receiver, &[]).await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    let body = json!({ "email": "ada@example.com", "password": "wrong horse battery" });
    app.post("/api/login").json(&body).send().await.expect(401);
    app.post("/api/refresh")
        .cookie(&ada.refresh_token)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    app.get("/api/users?q=lovelace")
        .bearer(&ada)
        .send()
        .await
        .expect(200);
    app.get("/api/metrics")
        .token("a-token-that-is-wrong-0123456789ab")
        .send()
        .await
        .expect(401);
    for function in ["/api/login", "/api/refresh", "/api/users", "/health"] {
        app.service(function).send_traces().await;
    }
    assert_eq!(spans(&receiver).len(), 5);
    for request in receiver.received() {
        let text = String::from_utf8(request.body).unwrap();
        let secrets = [
            PASSWORD,
            "wrong horse",
            "example.com",
            "lovelace",
            "hpr_",
            "eyJ",
            "a-token",
            "__Host",
            "Bearer",
        ];
        for secret in secrets.into_iter().chain([ada.id.to_string().as_str()]) {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}

#[tokio::test]
async fn lost_spans_are_counted_and_logged_once() {
    let receiver = Receiver::answering(&[503, 400]).await;
    let app = traced(&receiver, &[]).await;
    let log = crate::support::Log::catch();
    for spans in [1, 2, 1] {
        for _ in 0..spans {
            app.get("/api/keys").send().await.expect(200);
        }
        app.service("/api/keys").send_traces().await;
    }
    let lost = |request: &crate::support::Received| {
        let scope = request.json()["resourceSpans"][0]["scopeSpans"][0]["scope"].clone();
        attributes(&scope)["hallpass.spans.lost"].clone()
    };
    let lost: Vec<_> = receiver.received().iter().map(lost).collect();
    assert_eq!(lost, ["0", "1", "3"]);
    let complaints = log
        .lines()
        .into_iter()
        .filter(|line| line["event"] == "traces_lost");
    assert_eq!(complaints.count(), 1);
}

#[tokio::test]
async fn a_queue_that_is_never_sent_stays_bounded() {
    let receiver = Receiver::answering(&[]).await;
    let app = traced(&receiver, &[]).await;
    for _ in 0..520 {
        app.get("/api/keys").send().await.expect(200);
    }
    app.service("/api/keys").send_traces().await;
    assert_eq!(spans(&receiver).len(), 512);
    let scope = receiver.received()[0].json()["resourceSpans"][0]["scopeSpans"][0]["scope"].clone();
    assert_eq!(attributes(&scope)["hallpass.spans.lost"], "8");
}

#[tokio::test]
async fn no_spans_are_sent_unless_configured() {
    let receiver = Receiver::answering(&[]).await;
    let app = traced(&receiver, &[("OTEL_SDK_DISABLED", "true")]).await;
    for app in [&app, &app.beside(&[])] {
        app.get("/api/keys").send().await.expect(200);
        app.service("/api/keys").send_traces().await;
    }
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn requests_are_answered_while_spans_are_sent() {
    let receiver = Receiver::answering(&[NEVER]).await;
    let app = traced(&receiver, &[]).await;
    app.get("/api/keys").send().await.expect(200);
    let service = app.service("/api/keys");
    let sending = service.send_traces();
    let asking = async {
        receiver.until(1).await;
        app.get("/api/keys").send().await.expect(200);
    };
    tokio::select! {
        // `biased` polls `sending` first: if it were finished, the request would have waited for it.
        biased;
        () = sending => panic!("the receiver never answers"),
        () = asking => {}
    }
}
