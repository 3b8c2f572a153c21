//! Time from the start of a process to its first answer that needs the database.

use super::Context;
use crate::load::Failure;
use crate::load::peers::{Hash, PeerServer};
use crate::load::report::{Figure, Goal, RATIO, median};
use crate::load::stack::{self, Function};
use crate::load::traffic::{Connection, request};

/// Number of starts of each program for each round.
const STARTS: u32 = 7;

/// Milliseconds from the start to the end of the first answer.
fn first_answer(function: &Function, request: &str) -> Result<f64, Failure> {
    let answer = Connection::open(function.port)?.exchange(request)?.ok()?;
    let elapsed = function.started.elapsed();
    answer.text("email")?;
    Ok(elapsed.as_secs_f64() * 1e3)
}

pub(super) async fn measure(context: &mut Context) -> Result<Vec<Figure>, Failure> {
    let stack = &context.stack;
    let token = stack::tokens(&stack.function("login")?, &stack::email(0))?.access;
    let bearer = format!("authorization: Bearer {token}\r\n");
    let own_request = request("GET", "/api/me", &bearer, "");
    let mut peers = Vec::new();
    for peer in &context.peers {
        // Accounts and sessions stay in the database, so the next processes answer the same request.
        let server = PeerServer::start(*peer, stack, Hash::Default).await?;
        peers.push((*peer, server.session_check(0)?, Vec::new()));
    }
    let mut ours = Vec::new();
    for _ in 0..context.rounds * STARTS {
        ours.push(first_answer(&stack.function("me")?, &own_request)?);
        for (peer, request, times) in &mut peers {
            let function = peer.function(stack, Hash::Default)?;
            times.push(first_answer(&function, request)?);
        }
    }
    let own = median(&ours);
    let mut figures = vec![Figure::new("cold start", own, "ms").goal(Goal::AtMost(12.0))];
    for (peer, _, times) in &peers {
        let theirs = median(times);
        figures.push(
            Figure::new(format!("cold start of {peer} ÷ ours"), theirs / own, RATIO)
                .goal(Goal::Above(1.0))
                .detail(format!("{theirs:.1} ms ÷ {own:.1} ms")),
        );
    }
    Ok(figures)
}
