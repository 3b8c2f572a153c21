//! Tries every cell of the table in docs/reference/PERMISSIONS.md, with one test for each column.

use super::matrix::{CALLERS, Row, Whom, rows};
use super::people::{stored, target};
use crate::support::{Person, TestApp};

/// Whether the request can end the caller's session or change their roles.
fn concerns_the_caller(row: &Row) -> bool {
    let others = matches!(row.whom, Whom::Holding(_) | Whom::Unknown);
    !others && !row.route.method.is_safe()
}

async fn go_through(caller: &'static str) {
    let app = TestApp::new().await;
    app.person("root@example.com", &["admin"]).await;
    // The account that the example body of a sign-in names.
    app.person("ada@example.com", &["user"]).await;
    let column = CALLERS.iter().position(|name| *name == caller).unwrap();
    let sign_in = async |line| -> Option<Person> {
        let email = format!("{caller}{line}@caller.test");
        match caller {
            "no session" => None,
            role => Some(app.signed_in(&email, &[role]).await),
        }
    };
    let mut person = sign_in(0).await;
    for (i, row) in rows().iter().enumerate() {
        let target = target(&app, row, person.as_ref(), caller).await;
        let before = stored(&app).await;
        let call = row.route.call(&app, target.id, target.session);
        let call = match &person {
            Some(person) => call.bearer(person),
            None => call,
        };
        let answer = call.send().await;
        let text = format!(
            "line {}: {caller}, {:?}: {}",
            row.line,
            row.whom,
            answer.text()
        );
        let expected = row.expected[column];
        let status = expected.status;
        assert_eq!(answer.status.as_u16(), status, "{text}");
        if let Some(word) = expected.word {
            assert!(
                answer.text().contains(&format!("\"{word}\"")),
                "{word}: {text}"
            );
        }
        match status {
            401 if row.route.needs_token => drop(answer.expect_problem(401, "unauthenticated")),
            403 => drop(answer.expect_problem(403, "forbidden")),
            404 => drop(answer.expect_problem(404, "not_found")),
            _ => {}
        }
        if expected.is_refusal() || row.route.method.is_safe() {
            assert_eq!(stored(&app).await, before, "{text}");
        }
        if concerns_the_caller(row) {
            person = sign_in(i + 1).await;
        }
        app.database
            .execute("delete from users where email = 'new@example.com'")
            .await;
    }
}

#[tokio::test]
async fn t15_permissions_without_a_session() {
    go_through("no session").await;
}

#[tokio::test]
async fn t15_permissions_of_a_user() {
    go_through("user").await;
}

#[tokio::test]
async fn t15_permissions_of_a_viewer() {
    go_through("viewer").await;
}

#[tokio::test]
async fn t15_permissions_of_a_manager() {
    go_through("manager").await;
}

#[tokio::test]
async fn t15_permissions_of_an_administrator() {
    go_through("admin").await;
}
