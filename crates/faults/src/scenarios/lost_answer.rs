//! The server's answer is lost after the statement was committed. The client repeats the request.

use hallpass_platform::Error;
use hyper::Method;
use serde_json::{Value, json};

use crate::client::{Call, Client, Reply};
use crate::outcome::Outcome;
use crate::stack::{Person, Server};

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let stack = server.stack(1).await?;
    let client = stack.client(0);
    let mut person = server.sign_in(&client, "user").await?;
    // The connections are open and the statements prepared, so that the next answer with one row is the statement's.
    let reply = refresh(&client, &person).await;
    person.refresh_token = reply.text("refreshToken");
    create(&client, &stack.admin.access_token, "first@example.com").await;
    stack.samples.take();

    stack.proxy.lose_the_next_answer();
    let first = refresh(&client, &person).await;
    let repeated = refresh(&client, &person).await;
    stack.proxy.lose_the_next_answer();
    let created = create(&client, &stack.admin.access_token, "second@example.com").await;
    let again = create(&client, &stack.admin.access_token, "second@example.com").await;

    let samples = stack.samples.take();
    let lost = stack.proxy.lost_answers();
    let mut outcome = Outcome::of(format!("{lost} answers after COMMIT"), samples, &[409]);
    outcome.require(lost == 2, || {
        format!("{lost} answers were lost instead of 2")
    });
    let tokens = [&first, &repeated].map(|reply| reply.text("refreshToken"));
    outcome.require(!tokens[0].is_empty() && tokens[0] == tokens[1], || {
        format!(
            "the repeated refresh gave another token ({}, {})",
            first.status, repeated.status
        )
    });
    let generation = format!(
        "select generation::bigint from hallpass.sessions where id = '{}'",
        person.session_id
    );
    let generation = server.number(&generation).await?;
    outcome.require(generation == 2, || {
        format!("{generation} rotations instead of 2")
    });
    outcome.require((created.status, again.status) == (503, 409), || {
        format!(
            "a creation without an answer: {}, repeated: {}",
            created.status, again.status
        )
    });
    let events = "select count(*) from hallpass.audit_events e join hallpass.users u on u.id = e.subject_id \
                  where e.event = 'user_created' and u.email = 'second@example.com'";
    let events = server.number(events).await?;
    outcome.require(events == 1, || {
        format!("{events} audit events instead of 1")
    });
    stack.platform.stop().await;
    Ok(outcome)
}

async fn refresh(client: &Client, person: &Person) -> Reply {
    let body = json!({ "refreshToken": person.refresh_token });
    post(client, "refresh", "/api/refresh", None, &body).await
}

async fn create(client: &Client, token: &str, email: &str) -> Reply {
    let body = json!({ "email": email, "name": "Created", "roles": ["user"] });
    post(client, "create", "/api/users", Some(token), &body).await
}

async fn post(
    client: &Client,
    kind: &'static str,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> Reply {
    client
        .send(Call {
            kind,
            method: &Method::POST,
            path,
            token,
            body: Some(body),
        })
        .await
}
