//! Tests of `hallpass users list`: pages, filters, and the width of the table.

use serde_json::{Value, json};

use crate::test_db::TestDb;

async fn crowd() -> TestDb {
    let db = TestDb::administered().await;
    db
        .execute(
            "insert into users (id, email, email_normalized, name, name_normalized, roles, is_active, created_at)
             select gen_random_uuid(), 'User' || i || '@example.com', 'user' || i || '@example.com',
                'Person ' || i, 'person ' || i, case when i % 3 = 0 then '{viewer}' else '{user}' end::text[],
                i % 4 <> 0, now() - make_interval(days => i)
             from generate_series(1, 12) as i",
        )
        .await;
    db
}

async fn page(db: &TestDb, arguments: &[&str]) -> Value {
    let call = db.call(&["users", "list", "--json"]);
    call.args(arguments).run().await.json()
}

fn emails(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    let email = |user: &Value| user["email"].as_str().unwrap().to_owned();
    items.iter().map(email).collect()
}

#[tokio::test]
async fn cursors_lead_through_the_whole_list_and_back() {
    let db = crowd().await;
    let everybody = emails(&page(&db, &["--size", "100"]).await);
    assert_eq!(everybody.len(), 13);
    assert_eq!(everybody[0], "root@example.com");
    let mut seen = Vec::new();
    let mut last = page(&db, &["--size", "5"]).await;
    assert_eq!(last["page"]["prev"], Value::Null);
    let mut pages = vec![emails(&last)];
    while let Some(next) = last["page"]["next"].as_str() {
        last = page(&db, &["--size", "5", "--cursor", next]).await;
        pages.push(emails(&last));
    }
    seen.extend(pages.iter().flatten().cloned());
    assert_eq!(seen, everybody);
    let back = last["page"]["prev"].as_str().unwrap();
    let before = page(&db, &["--size", "5", "--cursor", back]).await;
    assert_eq!(emails(&before), pages[1]);
    assert!(before["page"]["next"].is_string());
    let back = before["page"]["prev"].as_str().unwrap();
    let first = page(&db, &["--size", "5", "--cursor", back]).await;
    assert_eq!(emails(&first), pages[0]);
    assert_eq!(first["page"]["prev"], Value::Null);
}

#[tokio::test]
async fn a_name_cannot_reorder_or_overwrite_the_terminal() {
    let db = TestDb::administered().await;
    db.execute("update users set name = E'gnp\\u202Eexe\\u001B[2J\\rroot'")
        .await;
    for arguments in [
        ["users", "list"].as_slice(),
        &["users", "show", "root@example.com"],
    ] {
        let shown = db.run(arguments).await.succeeded().stdout;
        assert!(shown.contains("gnp\\u{202e}exe"), "{shown}");
        assert!(!shown.contains(['\u{202e}', '\u{1b}', '\r']), "{shown}");
        let json = db.call(arguments).args(&["--json"]).run().await.succeeded();
        assert!(
            json.stdout.contains("gnp\\u202eexe\\u001b[2J\\rroot"),
            "{}",
            json.stdout
        );
        assert!(json.json().to_string().contains('\u{202e}'));
    }
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let db = crowd().await;
    let found = page(&db, &["--q", "PERSON 1"]).await;
    let persons = ["User1", "User10", "User11", "User12"].map(|name| format!("{name}@example.com"));
    assert_eq!(emails(&found), persons);
    let search = ["--q", "person", "--size", "7"];
    let found = page(&db, &search).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 7);
    let next = found["page"]["next"].as_str().unwrap();
    let rest = page(&db, &["--q", "person", "--size", "7", "--cursor", next]).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 5);
    assert_eq!(rest["page"]["next"], Value::Null);
    assert_eq!(emails(&page(&db, &["--role", "viewer"]).await).len(), 4);
    assert_eq!(emails(&page(&db, &["--active", "false"]).await).len(), 3);
    let both = ["--role", "viewer", "--active", "false"];
    assert_eq!(emails(&page(&db, &both).await), ["User12@example.com"]);
    assert_eq!(page(&db, &["--q", "%"]).await["items"], json!([]));
}

#[tokio::test]
async fn the_table_has_80_columns_and_the_cursor_of_the_next_page() {
    let db = crowd().await;
    let outcome = db.run(&["users", "list", "--size", "3"]).await.succeeded();
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(
        lines[0],
        "E-MAIL             NAME      ROLES  STATUS  LAST SIGN-IN"
    );
    assert_eq!(
        lines[1],
        "root@example.com   Somebody  admin  active  never"
    );
    assert!(lines[..4].iter().all(|line| line.len() <= 80));
    let (_, cursor) = lines[5].split_once("--cursor ").unwrap();
    let next = db
        .run(&["users", "list", "--size", "3", "--cursor", cursor])
        .await;
    assert!(next.succeeded().stdout.contains("User3@example.com"));
    let nobody = db
        .run(&["users", "list", "--q", "nobody at all"])
        .await
        .succeeded();
    assert_eq!(nobody.stdout, "No users.\n");
}
