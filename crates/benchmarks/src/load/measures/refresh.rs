//! Refreshes of eight sessions, against the statement of a refresh.

use sqlx::{Connection as _, PgConnection};

use super::Context;
use super::cost::Cost;
use crate::load::Failure;
use crate::load::report::{Figure, Goal};
use crate::load::stack::{self, CONNECTIONS, Pgbench, Statement};
use crate::load::traffic::{CLIENTS, Connection, drive, request};

/// The position of the presented generation in the statement's parameters, from 1.
const GENERATION: usize = 2;

/// A session whose token is exchanged again and again.
struct Client {
    connection: Connection,
    token: String,
}

fn refresh(client: &mut Client) -> Result<(), Failure> {
    let body = format!(r#"{{"refreshToken":"{}"}}"#, client.token);
    let request = request("POST", "/api/refresh", "", &body);
    let answer = client.connection.exchange(&request)?.ok()?;
    answer.text("refreshToken")?.clone_into(&mut client.token);
    Ok(())
}

pub(super) async fn measure(context: &mut Context) -> Result<Vec<Figure>, Failure> {
    let stack = &context.stack;
    let login = stack.function("login")?;
    let function = stack.function("refresh")?;
    let open = |number: usize| {
        Ok::<_, Failure>(Client {
            connection: Connection::open(function.port)?,
            token: stack::tokens(&login, &stack::email(number))?.refresh,
        })
    };
    let mut clients: Vec<Client> = (0..CLIENTS).map(open).collect::<Result<_, _>>()?;
    // The sessions of pgbench are other ones: each of their rows is changed by one connection.
    let mut statements = Vec::new();
    for number in 0..CONNECTIONS {
        let mut client = open(CLIENTS + number)?;
        let statement = Statement::of(&stack.postgres, "reissued_at", || refresh(&mut client));
        statements.push(statement.await?);
    }
    let (mut ours, mut theirs, mut cost) = (Vec::new(), Vec::new(), Cost::default());
    for _ in 0..context.rounds {
        let work = || drive(&mut clients, context.seconds, refresh);
        ours.push(cost.of(stack, &function, work)?.rate());
        theirs.push(by_pgbench(context, &statements).await?);
    }
    let (in_function, in_server) = cost.figures("a refresh");
    Ok(vec![
        Figure::ratio("refresh ÷ the same statement by pgbench", &ours, &theirs)
            .goal(Goal::AtLeast(0.5)),
        in_function.goal(Goal::AtMost(120.0)),
        in_server,
    ])
}

/// Every turn continues with the generations that the sessions have by now, and fails unless they grew with every
/// execution: a statement that refuses the token would cost less.
async fn by_pgbench(context: &Context, statements: &[Statement]) -> Result<f64, Failure> {
    let before = generations(context, statements).await?;
    let parameters = statements
        .iter()
        .zip(&before)
        .map(|(statement, generation)| {
            let mut values = statement.parameters.clone();
            values[GENERATION - 1] = Some(generation.to_string());
            values
        });
    let pgbench = Pgbench::new(&statements[0], parameters.collect(), Some(GENERATION))?;
    let driven = pgbench.run(&context.stack, context.seconds)?;
    let after: i32 = generations(context, statements).await?.iter().sum();
    let rotations = f64::from(after - before.iter().sum::<i32>());
    if rotations < 0.99 * driven.steps {
        return Err(format!("{rotations} rotations in {} executions", driven.steps).into());
    }
    Ok(driven.rate())
}

async fn generations(context: &Context, statements: &[Statement]) -> Result<Vec<i32>, Failure> {
    let url = context.stack.postgres.superuser_url("postgres");
    let mut owner = PgConnection::connect(&url).await?;
    let mut generations = Vec::new();
    for statement in statements {
        let session = statement.parameters[0].as_deref();
        let generation =
            sqlx::query_scalar("select generation from hallpass.sessions where id = $1::uuid")
                .bind(session)
                .fetch_one(&mut owner)
                .await?;
        generations.push(generation);
    }
    owner.close().await?;
    Ok(generations)
}
