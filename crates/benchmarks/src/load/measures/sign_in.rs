//! Sign-ins, against bare hashes, and against those of other systems.

use super::cost::Cost;
use super::{Context, argon2id};
use crate::load::Failure;
use crate::load::peers::{Hash, PeerServer};
use crate::load::report::{Figure, Goal, median};
use crate::load::stack;
use crate::load::traffic::{CLIENTS, Connection, Driven, drive};

/// A client that signs one account in after the other, each from its own network.
struct Client {
    connection: Connection,
    number: usize,
    request: fn(usize) -> String,
}

fn sign_in(client: &mut Client) -> Result<(), Failure> {
    let request = (client.request)(client.number);
    client.number += CLIENTS;
    client.connection.exchange(&request)?.ok()?;
    Ok(())
}

fn turn(clients: &mut [Client], seconds: u64) -> Result<Driven, Failure> {
    for client in &mut *clients {
        client.connection.reopen()?;
    }
    drive(clients, seconds, sign_in)
}

pub(super) async fn measure(context: &mut Context) -> Result<Vec<Figure>, Failure> {
    let stack = &context.stack;
    let function = stack.function("login")?;
    let mut clients: Vec<Client> = (0..CLIENTS)
        .map(|number| {
            Ok(Client {
                connection: Connection::open(function.port)?,
                number,
                request: |number| stack::sign_in(&stack::email(number), number),
            })
        })
        .collect::<Result<_, Failure>>()?;
    let mut peers = Vec::new();
    for (peer, hash) in context
        .peers
        .iter()
        .flat_map(|peer| [(*peer, Hash::Default), (*peer, Hash::Argon2id)])
    {
        let server = PeerServer::start(peer, stack, hash).await?;
        let clients = (0..CLIENTS).map(|number| {
            Ok(Client {
                connection: Connection::open(server.function.port)?,
                number,
                request: PeerServer::sign_in,
            })
        });
        let clients: Vec<Client> = clients.collect::<Result<_, Failure>>()?;
        peers.push((format!("{peer}, {hash}"), server, clients, Vec::new()));
    }
    let (mut ours, mut bare, mut cost) = (Vec::new(), Vec::new(), Cost::default());
    let mut beside = Vec::new();
    for _ in 0..context.rounds {
        let work = || turn(&mut clients, context.seconds);
        ours.push(cost.of(stack, &function, work)?.rate());
        let (hashes, hash_time) = argon2id::run(context.seconds)?;
        bare.push(hashes.rate());
        let whole = cost.function.last().zip(cost.server.last());
        beside.extend(whole.map(|(function, server)| (function + server) / 1e3 - hash_time));
        for (_, _, clients, rates) in &mut peers {
            rates.push(turn(clients, context.seconds)?.rate());
        }
    }
    let (in_function, in_server) = cost.figures("a sign-in");
    let mut figures = vec![
        Figure::ratio("sign-in ÷ bare Argon2id on all cores", &ours, &bare)
            .goal(Goal::AtLeast(0.88)),
        in_function,
        in_server,
        Figure::new(
            "CPU of a sign-in beside the hash, PostgreSQL included",
            median(&beside),
            "ms",
        )
        .goal(Goal::AtMost(2.0)),
    ];
    for (name, _, _, rates) in &peers {
        figures.push(
            Figure::ratio(format!("sign-in ÷ that of {name}"), &ours, rates).goal(Goal::Above(1.0)),
        );
    }
    Ok(figures)
}
