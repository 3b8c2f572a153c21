//! The first page of the list of users, against its statement.

use super::Context;
use super::cost::Cost;
use crate::load::Failure;
use crate::load::report::{Figure, Goal};
use crate::load::stack::{self, CONNECTIONS, Pgbench, Statement};
use crate::load::traffic::{CLIENTS, Connection, drive, request};

pub(super) async fn measure(context: &mut Context) -> Result<Vec<Figure>, Failure> {
    let stack = &context.stack;
    let login = stack.function("login")?;
    let token = stack::tokens(&login, "admin@example.com")?.access;
    let function = stack.function("users")?;
    let page = request(
        "GET",
        "/api/users",
        &format!("authorization: Bearer {token}\r\n"),
        "",
    );
    let fetch = |connection: &mut Connection| {
        connection.exchange(&page)?.ok()?;
        Ok(())
    };
    let mut first = Connection::open(function.port)?;
    // Twice: the first statement of a process can be another one.
    let statement = Statement::of(&stack.postgres, "hallpass.users", || {
        fetch(&mut first)?;
        fetch(&mut first)
    });
    let statement = statement.await?;
    let pgbench = Pgbench::new(
        &statement,
        vec![statement.parameters.clone(); CONNECTIONS],
        None,
    )?;
    let mut clients: Vec<Connection> = (0..CLIENTS)
        .map(|_| Connection::open(function.port))
        .collect::<Result<_, _>>()?;
    let (mut ours, mut theirs, mut cost) = (Vec::new(), Vec::new(), Cost::default());
    for _ in 0..context.rounds {
        let work = || drive(&mut clients, context.seconds, fetch);
        ours.push(cost.of(stack, &function, work)?.rate());
        theirs.push(pgbench.run(stack, context.seconds)?.rate());
    }
    let (in_function, in_server) = cost.figures("a list page");
    Ok(vec![
        Figure::ratio("list page ÷ the same statement by pgbench", &ours, &theirs)
            .goal(Goal::AtLeast(0.5)),
        in_function,
        in_server,
    ])
}
