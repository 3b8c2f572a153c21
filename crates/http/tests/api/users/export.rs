//! GET /api/users/export

use http_body_util::BodyExt as _;
use serde_json::json;

use super::{administrator, fill};
use crate::support::{Answer, Person, TestApp};

async fn export(app: &TestApp, by: &Person, query: &str) -> Answer {
    let path = format!("/api/users/export?{query}");
    app.get(&path).bearer(by).send().await
}

/// The cells of the column with this name, without the header.
fn column(answer: &Answer, name: &str) -> Vec<String> {
    let text = answer.text();
    let mut lines = text.split_terminator("\r\n");
    let names = lines.next().unwrap().split(',');
    let place = names.clone().position(|column| column == name).unwrap();
    lines
        .map(|line| {
            line.split(',')
                .nth(place)
                .unwrap()
                .trim_matches('"')
                .to_owned()
        })
        .collect()
}

#[tokio::test]
async fn an_export_is_a_dated_file_with_a_line_for_each_user() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    app.person("ada@example.com", &["viewer", "user"]).await;
    app.database
        .execute(
            "update users set name = '=Ada, \"Countess\"', created_at = '2026-01-01', updated_at = '2026-01-02',
                 is_active = false where email = 'ada@example.com'",
        )
        .await;
    let before = app.statements().await;
    let answer = export(&app, &admin, "q=ada").await;
    assert_eq!(app.statements().await - before, 1);
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let today: String = app
        .database
        .value("select to_char(now() at time zone 'UTC', 'YYYY-MM-DD')")
        .await;
    let name = format!("attachment; filename=\"users-{today}.csv\"");
    assert_eq!(answer.header("content-disposition"), Some(name.as_str()));
    let id: String = app
        .database
        .value("select id::text from users where email = 'ada@example.com'")
        .await;
    let expected = format!(
        "id,email,name,roles,isActive,emailVerifiedAt,lastLoginAt,createdAt,updatedAt,version\r\n\
         {id},\"ada@example.com\",\"'=Ada, \"\"Countess\"\"\",\"viewer user\",false,,,2026-01-01T00:00:00.000Z,2026-01-02T00:00:00.000Z,1\r\n"
    );
    assert_eq!(answer.text(), expected);
    assert_eq!(
        export(&app, &admin, "q=nobody")
            .await
            .text()
            .lines()
            .count(),
        1
    );
}

#[tokio::test]
async fn every_user_is_exported_once_and_in_order() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 4_500).await;
    // Many users with the same time of creation, few managers, who are among the oldest, and every second user
    // deactivated.
    app.database
        .execute(
            "update users set created_at = date_trunc('hour', created_at) where email like 'u%';
             update users set roles = '{manager}' where email like 'u0001%';
             update users set is_active = false where email like 'u%' and right(split_part(email, '@', 1), 1)::int % 2 = 0",
        )
        .await;
    for (query, order, count, statements) in [
        ("", "created_at desc, id desc", 4_501, 3),
        ("sort=createdAt", "created_at, id", 4_501, 3),
        ("role=manager&sort=createdAt", "created_at, id", 10, 1),
        ("q=u0001", "created_at desc, id desc", 10, 1),
        ("active=true&sort=createdAt", "created_at, id", 2_251, 2),
        (
            "active=false&q=filler",
            "created_at desc, id desc",
            2_250,
            2,
        ),
    ] {
        let before = app.statements().await;
        let answer = export(&app, &admin, query).await;
        assert_eq!(app.statements().await - before, statements, "{query}");
        assert_eq!(answer.status, 200, "{query}");
        let found = column(&answer, "email");
        assert_eq!(found.len(), count, "{query}");
        let wanted = match query.split('&').next().unwrap() {
            "role=manager" => "roles = '{manager}'",
            "q=u0001" => "email like '%u0001%'",
            "active=true" => "is_active",
            "active=false" => "not is_active",
            _ => "true",
        };
        let expected: String = app
            .database
            .value(&format!(
                "select string_agg(email, ' ' order by {order}) from users where {wanted}"
            ))
            .await;
        assert_eq!(found.join(" "), expected, "{query}");
    }
    // Exactly two full batches: a third statement is needed to find out that no user is left.
    app.database
        .execute("delete from users where email > 'u03999@example.com' and email like 'u%'")
        .await;
    let before = app.statements().await;
    assert_eq!(column(&export(&app, &admin, "").await, "id").len(), 4_000);
    assert_eq!(app.statements().await - before, 3);
}

#[tokio::test]
async fn an_export_is_recorded_with_its_filter_when_it_begins() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    export(&app, &admin, "").await;
    let query = "q=%20ADA%20&role=user&active=false&sort=createdAt";
    export(&app, &admin, query).await;
    let events = app.events().await;
    let details: Vec<_> = events.iter().map(|event| &event.details).collect();
    let filter = json!({ "q": "ada", "role": "user", "active": false });
    assert_eq!(details[0], &json!({ "filter": {}, "sort": "-createdAt" }));
    assert_eq!(
        details[1],
        &json!({ "filter": filter, "sort": "createdAt" })
    );
    for event in &events {
        assert_eq!(
            (event.name.as_str(), event.severity.as_str()),
            ("users_exported", "info")
        );
        assert_eq!((event.actor_id, event.subject_id), (Some(admin.id), None));
        assert!(event.session_id.is_some() && event.request_id.is_some());
    }
}

#[tokio::test]
async fn invalid_parameters_are_named_and_nothing_is_recorded() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    for (query, errors) in [
        (
            "active=x&sort=y",
            &[("active", "invalid_value"), ("sort", "invalid_value")][..],
        ),
        ("sort=email", &[("sort", "invalid_value")]),
        ("sort=-email", &[("sort", "invalid_value")]),
        (
            "separator=space&bom=1",
            &[("separator", "invalid_value"), ("bom", "invalid_value")],
        ),
        ("q=a%00b", &[("q", "invalid_search")]),
        ("role=a%00b", &[("role", "invalid_role")]),
    ] {
        let answer = export(&app, &admin, query).await;
        answer.expect_fields(400, "invalid_query", errors);
    }
    let user = app.signed_in("user@example.com", &["user"]).await;
    export(&app, &user, "")
        .await
        .expect_problem(403, "forbidden");
    let away = app.cut_off();
    let answer = away.get("/api/users/export").bearer(&admin).send().await;
    answer.expect_unavailable();
    assert!(app.events().await.is_empty());
}

#[tokio::test]
async fn a_user_renamed_during_an_export_is_in_it_once() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 4_500).await;
    for query in ["", "sort=createdAt"] {
        let path = format!("/api/users/export?{query}");
        let mut body = app.get(&path).bearer(&admin).stream().await.into_body();
        let mut text = body
            .frame()
            .await
            .unwrap()
            .unwrap()
            .into_data()
            .unwrap()
            .to_vec();
        // Moves users from one end of the alphabet to the other: some that were already exported, and some that were
        // not.
        app.database
            .execute(
                "update users set email = n, email_normalized = n from (
                     select id, case when email like 'u%' then 'z' || substr(email, 2) else 'u' || substr(email, 2) end as n
                     from users where email <> 'root@example.com' and email ~ '^[uz]..[05]') as renamed
                 where renamed.id = users.id",
            )
            .await;
        while let Some(frame) = body.frame().await {
            text.extend(frame.unwrap().into_data().unwrap());
        }
        let text = String::from_utf8(text).unwrap();
        let mut ids: Vec<_> = text.lines().skip(1).map(|line| &line[..36]).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((ids.len(), text.lines().count()), (4_501, 4_502), "{query}");
    }
}

#[tokio::test]
async fn byte_order_mark_and_separator_can_be_chosen() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    app.database
        .execute("update users set name = 'M\u{fc}ller;=1+1'")
        .await;
    let answer = export(&app, &admin, "bom=true&separator=semicolon").await;
    let text = answer.text();
    let mut lines = text.split_terminator("\r\n");
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("\u{feff}id;email;name;roles;")
    );
    let line = lines.next().unwrap();
    assert!(
        line.contains(";\"root@example.com\";\"M\u{fc}ller;'=1+1\";\"admin\";true;"),
        "{line}"
    );
    let answer = export(&app, &admin, "separator=tab&bom=false").await;
    assert!(answer.text().starts_with("id\temail\tname\t"));
}

#[tokio::test]
async fn an_export_is_cut_off_when_its_caller_loses_the_permission() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 4_500).await;
    for over in [
        "update users set roles = '{user}' where email = 'ada@example.com'",
        "update users set is_active = false where email = 'ada@example.com'",
        "update sessions set revoked_at = now(), revoked_reason = 'test' where user_id = (
             select id from users where email = 'ada@example.com')",
    ] {
        app.database
            .execute("delete from users where email = 'ada@example.com'")
            .await;
        let ada = app.signed_in("ada@example.com", &["viewer"]).await;
        let call = app.get("/api/users/export?sort=createdAt").bearer(&ada);
        let mut body = call.stream().await.into_body();
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert!(first.starts_with(b"id,email,"));
        app.database.execute(over).await;
        // The body does not end: it fails, which closes the connection.
        assert!(body.frame().await.unwrap().is_err(), "{over}");
    }
    let whole = export(&app, &admin, "").await;
    assert_eq!(column(&whole, "id").len(), 4_502);
}
