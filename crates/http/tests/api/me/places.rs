//! The location of a sign-in: read from the platform's headers, stored in the audit event, and shown in lists of
//! sessions.

use serde_json::{Value, json};

use crate::support::{Call, PASSWORD, Person, TestApp};
use crate::users::sessions::listed;

const SESSIONS: &str = "/api/me/sessions";

fn sign_in<'a>(app: &'a TestApp, person: &Person) -> Call<'a> {
    let body = json!({ "email": person.email, "password": PASSWORD, "delivery": "body" });
    app.post("/api/login").json(&body)
}

fn located<'a>(call: Call<'a>, country: &str, city: &str) -> Call<'a> {
    call.header("x-vercel-ip-country", country)
        .header("x-vercel-ip-city", city)
        .header("x-vercel-ip-country-region", "BE")
}

/// The user with the tokens of a response that signs them in.
fn as_signed_in(answer: &Value, person: &Person) -> Person {
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    Person {
        access_token: text("accessToken"),
        refresh_token: text("refreshToken"),
        ..person.clone()
    }
}

/// The location of the newest session.
async fn newest(app: &TestApp, person: &Person) -> Value {
    let place = listed(app, person, SESSIONS).await[0].get("place").cloned();
    place.expect("there is a place or null")
}

#[tokio::test]
async fn a_session_and_its_sign_in_event_show_the_location() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let call = located(sign_in(&app, &ada), "BR", "S%C3%A3o%20Paulo");
    let before = app.statements().await;
    let ada = as_signed_in(&call.send().await.expect(200), &ada);
    assert_eq!(app.statements().await - before, 2);
    let call = sign_in(&app, &ada).header("x-vercel-ip-country", "DE");
    call.send().await.expect(200);
    sign_in(&app, &ada).send().await.expect(200);

    let paulo = json!({ "city": "S\u{e3}o Paulo", "country": "BR" });
    let germany = json!({ "city": null, "country": "DE" });
    let of_ada = format!("/api/users/{}/sessions", ada.id);
    for (by, path) in [(&ada, SESSIONS), (&admin, &of_ada)] {
        let before = app.statements().await;
        let sessions = listed(&app, by, path).await;
        assert_eq!(app.statements().await - before, 1);
        let places: Vec<_> = sessions.iter().map(|session| &session["place"]).collect();
        assert_eq!(places, [&Value::Null, &germany, &paulo], "{path}");
    }
    let events = app.database.events("login").await;
    let details: Vec<_> = events[1..].iter().map(|event| &event["details"]).collect();
    let [first, second, third] = details[..] else {
        panic!("{events:?}")
    };
    assert_eq!(first, &json!({ "place": paulo }));
    assert_eq!(second, &json!({ "place": { "country": "DE" } }));
    assert_eq!(third, &json!({}));
}

#[tokio::test]
async fn signing_in_by_link_records_the_location() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let path = format!("/api/users/{}/setup-link", ada.id);
    let made = app.post(&path).bearer(&admin).send().await.expect(201);
    let (_, token) = made["setupLink"].as_str().unwrap().split_once('#').unwrap();
    let body = json!({ "token": token, "password": "quartz lantern meadow", "delivery": "body" });
    let call = located(app.post("/api/recovery").json(&body), "DE", "K%C3%B6ln");
    let ada = as_signed_in(&call.send().await.expect(200), &ada);
    let cologne = json!({ "city": "K\u{f6}ln", "country": "DE" });
    assert_eq!(newest(&app, &ada).await, cologne);
    let events = app.database.events("password_set_by_link").await;
    assert_eq!(events[0]["details"], json!({ "place": cologne }));
}

#[tokio::test]
async fn a_sign_in_that_replaces_a_session_records_location_and_replacement() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let body = json!({ "email": ada.email, "password": PASSWORD });
    let call = app.post("/api/login").cookie(&ada.refresh_token);
    let call = located(call.json(&body), "DE", "Ulm");
    call.send().await.expect(200);
    let details = &app.database.events("login").await[1]["details"];
    assert_eq!(details["place"], json!({ "city": "Ulm", "country": "DE" }));
    assert!(details["replaced"].is_string(), "{details}");
}

#[tokio::test]
async fn off_the_platform_location_headers_are_ignored() {
    let app = TestApp::with(&[("VERCEL", "")]).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let call = located(sign_in(&app, &ada), "DE", "Berlin");
    let ada = as_signed_in(&call.send().await.expect(200), &ada);
    assert_eq!(newest(&app, &ada).await, Value::Null);
    assert_eq!(app.database.events("login").await[0]["details"], json!({}));
}

#[tokio::test]
async fn an_invalid_location_is_dropped_and_sign_in_works() {
    let app = TestApp::new().await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let (long, longer) = ("x".repeat(101), "%41".repeat(20_000));
    let germany = json!({ "city": null, "country": "DE" });
    for (country, city, place) in [
        ("DE", "", &germany),
        ("DE", "%00", &germany),
        ("DE", "Ber%00lin", &germany),
        ("DE", "%FF%FE", &germany),
        ("DE", "%ED%A0%80", &germany),
        ("DE", "%", &germany),
        ("DE", "New%2520York", &germany),
        ("DE", "K\u{f6}ln", &germany),
        ("DE", "a%0Ab", &germany),
        ("DE", &long, &germany),
        ("DE", &longer, &germany),
        ("", "Berlin", &Value::Null),
        ("de", "Berlin", &Value::Null),
        ("XX", "Berlin", &Value::Null),
        ("T1", "Berlin", &Value::Null),
        ("Germany", "Berlin", &Value::Null),
        ("\u{c4}", "Berlin", &Value::Null),
        ("DE, US", "Berlin", &Value::Null),
    ] {
        let call = located(sign_in(&app, &ada), country, city);
        let ada = as_signed_in(&call.send().await.expect(200), &ada);
        let found = newest(&app, &ada).await;
        assert_eq!(&found, place, "{country:?} {city:.20}");
    }
    let call = sign_in(&app, &ada).header("x-vercel-ip-city", "Berlin");
    let ada = as_signed_in(&call.send().await.expect(200), &ada);
    assert_eq!(newest(&app, &ada).await, Value::Null, "no country");
}

#[tokio::test]
async fn the_location_is_shown_while_the_session_stays_in_its_network() {
    let app = TestApp::new().await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let place = json!({ "city": "Ulm", "country": "DE" });
    for (opened, used, stays) in [
        ("192.0.2.1", "192.0.2.1", true),
        ("192.0.2.1", "192.0.2.2", false),
        ("192.0.2.1", "2001:db8:1:2::1", false),
        ("2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", true),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("2001:db8:1:2::1", "192.0.2.1", false),
    ] {
        let call = sign_in(&app, &ada).from(opened.parse().unwrap());
        let answer = located(call, "DE", "Ulm").send().await.expect(200);
        let ada = as_signed_in(&answer, &ada);
        assert_eq!(newest(&app, &ada).await, place, "{opened}");
        let body = json!({ "refreshToken": ada.refresh_token });
        let call = app.post("/api/refresh").from(used.parse().unwrap());
        // The location of a refresh is ignored: a session has the location where it was opened, or none after a move.
        let answer = located(call.json(&body), "US", "Reno").send().await;
        let ada = as_signed_in(&answer.expect(200), &ada);
        let expected = if stays { &place } else { &Value::Null };
        assert_eq!(&newest(&app, &ada).await, expected, "{opened} {used}");
    }
}
