//! Who is signed in: `GET /api/me`, and `/get-session` of other systems.

use super::Context;
use super::cost::Cost;
use crate::load::Failure;
use crate::load::peers::{Hash, PeerServer};
use crate::load::report::{Figure, Goal};
use crate::load::stack;
use crate::load::traffic::{CLIENTS, Connection, Driven, drive, request};

/// A client that asks again and again.
struct Client {
    connection: Connection,
    request: String,
}

fn check(client: &mut Client) -> Result<(), Failure> {
    let answer = client.connection.exchange(&client.request)?.ok()?;
    // Without a valid session, some systems answer 200 and null.
    answer.text("email").map(drop)
}

fn turn(clients: &mut [Client], seconds: u64) -> Result<Driven, Failure> {
    for client in &mut *clients {
        client.connection.reopen()?;
    }
    drive(clients, seconds, check)
}

pub(super) async fn measure(context: &mut Context) -> Result<Vec<Figure>, Failure> {
    let stack = &context.stack;
    let login = stack.function("login")?;
    let function = stack.function("me")?;
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let token = stack::tokens(&login, &stack::email(number))?.access;
        clients.push(Client {
            connection: Connection::open(function.port)?,
            request: request(
                "GET",
                "/api/me",
                &format!("authorization: Bearer {token}\r\n"),
                "",
            ),
        });
    }
    let mut peers = Vec::new();
    for peer in &context.peers {
        let server = PeerServer::start(*peer, stack, Hash::Default).await?;
        let clients = (0..CLIENTS).map(|number| {
            Ok::<_, Failure>(Client {
                connection: Connection::open(server.function.port)?,
                request: server.session_check(number)?,
            })
        });
        let clients: Vec<Client> = clients.collect::<Result<_, _>>()?;
        peers.push((*peer, server, clients, Vec::new()));
    }
    let (mut ours, mut cost) = (Vec::new(), Cost::default());
    for _ in 0..context.rounds {
        let work = || turn(&mut clients, context.seconds);
        ours.push(cost.of(stack, &function, work)?.rate());
        for (_, _, clients, rates) in &mut peers {
            rates.push(turn(clients, context.seconds)?.rate());
        }
    }
    let (in_function, in_server) = cost.figures("a session check");
    let mut figures = vec![in_function, in_server];
    for (peer, _, _, rates) in &peers {
        let goal = peer
            .session_check_goal()
            .map_or(Goal::Above(1.0), Goal::AtLeast);
        figures.push(
            Figure::ratio(format!("session check ÷ that of {peer}"), &ours, rates).goal(goal),
        );
    }
    Ok(figures)
}
