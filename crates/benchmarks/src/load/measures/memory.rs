//! Peak memory of processes.

use super::Context;
use crate::load::Failure;
use crate::load::peers::{Hash, PeerServer};
use crate::load::process::peak_memory;
use crate::load::report::{Figure, Goal};
use crate::load::stack::{self, Function, Stack};
use crate::load::traffic::{CLIENTS, Connection, drive, request};

/// Sign-ins at the same moment.
const BURST: usize = 300;
/// Accounts with a password that are created at the same moment.
const CREATIONS: usize = 60;
/// Requests of a burst that must succeed: otherwise nothing was hashed.
const LEAST: usize = 10;
/// Memory of one hash in MiB.
const HASH: f64 = 19.0;
/// What requests themselves may take in MiB.
const REQUESTS: f64 = 16.0;
/// Peak of a function that does not hash, in MiB.
const PLAIN: f64 = 12.0;

pub(super) async fn measure(context: &mut Context) -> Result<Vec<Figure>, Failure> {
    let stack = &context.stack;
    let login = stack.function("login")?;
    let base = peak_memory(login.pid())?;
    let admin = stack::tokens(&login, "admin@example.com")?;
    let mut figures = plain(stack, &admin, context.seconds)?;
    burst(&login, BURST, |number| {
        stack::sign_in(&stack::email(number), number)
    })?;
    figures.push(bounded("login, after 300 sign-ins at once", &login, base)?);

    let users = stack.function("users")?;
    let bearer = format!("authorization: Bearer {}\r\n", admin.access);
    Connection::open(users.port)?.exchange(&request("GET", "/api/users", &bearer, ""))?;
    let base = peak_memory(users.pid())?;
    burst(&users, CREATIONS, |number| {
        let body = format!(
            r#"{{"email":"new{number}@example.com","name":"New","roles":["user"],"password":"zebra umbrella note"}}"#
        );
        request("POST", "/api/users", &bearer, &body)
    })?;
    figures.push(bounded(
        "users, after 60 accounts with a password at once",
        &users,
        base,
    )?);
    for peer in &context.peers {
        let server = PeerServer::start(*peer, stack, Hash::Default).await?;
        figures.push(Figure::new(
            format!("{peer}, started"),
            peak_memory(server.function.pid())?,
            "MiB",
        ));
        burst(&server.function, BURST, PeerServer::sign_in)?;
        figures.push(Figure::new(
            format!("{peer}, after 300 sign-ins at once"),
            peak_memory(server.function.pid())?,
            "MiB",
        ));
    }
    Ok(figures)
}

/// Functions that do not hash, after requests of all clients.
fn plain(stack: &Stack, tokens: &stack::Tokens, seconds: u64) -> Result<Vec<Figure>, Failure> {
    let bearer = format!("authorization: Bearer {}\r\n", tokens.access);
    let refresh = format!(r#"{{"refreshToken":"{}"}}"#, tokens.refresh);
    let requests = [
        ("health", request("GET", "/health", "", "")),
        ("me", request("GET", "/api/me", &bearer, "")),
        ("users", request("GET", "/api/users", &bearer, "")),
        // The same token each time: within the reuse interval it has the same successor. One second is enough.
        ("refresh", request("POST", "/api/refresh", "", &refresh)),
    ];
    let mut figures = Vec::new();
    for (name, request) in requests {
        let function = stack.function(name)?;
        let mut clients: Vec<Connection> = (0..CLIENTS)
            .map(|_| Connection::open(function.port))
            .collect::<Result<_, _>>()?;
        let seconds = if name == "refresh" { 1 } else { seconds };
        drive(&mut clients, seconds, |connection| {
            connection.exchange(&request)?.ok()?;
            Ok(())
        })?;
        figures.push(
            Figure::new(
                format!("{name}, under load"),
                peak_memory(function.pid())?,
                "MiB",
            )
            .goal(Goal::AtMost(PLAIN)),
        );
    }
    Ok(figures)
}

/// Sends all requests at the same moment. Some may be refused.
fn burst(
    function: &Function,
    count: usize,
    request: impl Fn(usize) -> String + Sync,
) -> Result<(), Failure> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|number| {
                let request = &request;
                scope.spawn(move || {
                    let answer = Connection::open(function.port)?.exchange(&request(number))?;
                    Ok::<_, Failure>(answer.ok().is_ok())
                })
            })
            .collect();
        let mut succeeded = 0;
        for thread in threads {
            let answered = thread.join();
            succeeded +=
                usize::from(answered.unwrap_or_else(|_| Err("a client has panicked".into()))?);
        }
        if succeeded < LEAST {
            return Err(format!("only {succeeded} of {count} requests succeeded").into());
        }
        Ok(())
    })
}

fn bounded(name: &str, function: &Function, base: f64) -> Result<Figure, Failure> {
    let permits = std::thread::available_parallelism()?.get();
    #[expect(clippy::cast_precision_loss, reason = "a number of processors")]
    let limit = base + permits as f64 * HASH + REQUESTS;
    let peak = peak_memory(function.pid())?;
    Ok(Figure::new(name, peak, "MiB")
        .goal(Goal::AtMost((limit * 10.0).round() / 10.0))
        .detail(format!(
            "{base:.1} MiB before, {permits} hashes of {HASH} MiB at a time"
        )))
}
