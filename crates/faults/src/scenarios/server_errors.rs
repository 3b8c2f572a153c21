//! The server refuses statements: the disk is full, memory is short, a limit is reached. A trigger raises the errors.

use hallpass_platform::Error;
use hyper::Method;
use serde_json::json;

use crate::client::{Call, Client, Reply};
use crate::outcome::Outcome;
use crate::stack::{Server, Stack};

/// Disk full, out of memory, too many of something, cancelled, serialization failure, deadlock, lock not available,
/// read-only, internal error.
const STATES: [&str; 9] = [
    "53100", "53200", "53400", "57014", "40001", "40P01", "55P03", "25006", "XX000",
];

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let stack = server.stack(1).await?;
    let client = stack.client(0);
    let mut wrong = Vec::new();
    for (number, state) in STATES.into_iter().enumerate() {
        server.execute(&raising(state)).await?;
        let failed = create(&client, &stack, number).await;
        server
            .execute("drop trigger faults on hallpass.users")
            .await?;
        let succeeded = create(&client, &stack, number).await;
        if (failed.status, succeeded.status) != (503, 201) {
            wrong.push(format!(
                "{state}: {}, then {}",
                failed.status, succeeded.status
            ));
        }
    }
    server.execute("drop function public.faults()").await?;
    let injected = format!("SQLSTATE {}", STATES.join(", "));
    let mut outcome = Outcome::of(injected, stack.samples.take(), &[]);
    outcome.problems.extend(wrong);
    stack.platform.stop().await;
    Ok(outcome)
}

fn raising(state: &str) -> String {
    format!(
        "create or replace function public.faults() returns trigger language plpgsql as $$ begin \
         raise exception 'injected' using errcode = '{state}'; end $$; \
         create trigger faults before insert on hallpass.users for each row execute function public.faults()"
    )
}

async fn create(client: &Client, stack: &Stack, number: usize) -> Reply {
    let body = json!({ "email": format!("state{number}@example.com"), "name": "Created", "roles": ["user"] });
    client
        .send(Call {
            kind: "create",
            method: &Method::POST,
            path: "/api/users",
            token: Some(&stack.admin.access_token),
            body: Some(&body),
        })
        .await
}
