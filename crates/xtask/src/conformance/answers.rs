//! Starts every built executable over the runtime's protocol, and checks its start, a ping, a request and its end.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use hallpass_platform::{Error, Platform};
use hyper::Method;
use serde_json::{Value, json};

use super::{Deployed, functions};
use crate::http;

/// Longer than a function keeps idle connections after the last response.
const LONGEST_LINGER: Duration = Duration::from_secs(20);

/// A request for every function, with the status that only this function responds with.
const REQUESTS: [(&str, Method, &str, u16); 10] = [
    ("audit", Method::GET, "/api/audit/sign-ins", 401),
    ("cron", Method::GET, "/api/cron", 401),
    ("health", Method::GET, "/health", 200),
    ("keys", Method::GET, "/.well-known/jwks.json", 200),
    ("login", Method::POST, "/api/login", 401),
    ("logout", Method::GET, "/api/logout", 405),
    ("me", Method::GET, "/api/me", 401),
    ("recovery", Method::GET, "/api/recovery", 405),
    ("refresh", Method::POST, "/api/refresh", 401),
    (
        "users",
        Method::GET,
        "/api/users/00000000-0000-7000-8000-000000000000",
        401,
    ),
];

pub(crate) async fn answer(root: &Path, deployed: &Deployed) -> Result<(), Error> {
    let binaries = functions::built(root, &root.join(".vercel/output/functions"))?;
    let mut builder = Platform::builder().root(root);
    for (name, binary) in &binaries {
        builder = builder.function(name, binary);
    }
    for (name, value) in &deployed.environment {
        builder = builder.env(name, value);
    }
    let platform = builder.start().await?;
    let mut problems = Vec::new();
    let mut requests = Vec::new();
    for name in binaries.keys() {
        match one(&platform, name).await {
            Ok(id) => requests.push((name, id)),
            Err(error) => problems.push(error.to_string()),
        }
    }
    for (name, id) in requests {
        if let Err(error) = ends(&platform, name, &id).await {
            problems.push(error.to_string());
        }
    }
    platform.stop().await;
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Message(problems.join("\n")))
    }
}

/// Starts a function and sends it a ping and a request. Returns the id of the request.
async fn one(platform: &Platform, name: &str) -> Result<String, Error> {
    let failed = |problem: String| Error::Message(format!("function {name}: {problem}"));
    let Some((_, method, path, expected)) =
        REQUESTS.iter().find(|(function, ..)| *function == name)
    else {
        return Err(failed("no request is known for it; add one".to_owned()));
    };
    let started = Instant::now();
    // `warm` returns when the function has reported over the socket that it listens.
    platform.warm(name, 0).await?;
    let start = started.elapsed();
    let Some(instance) = platform.instances(name).await.into_iter().next() else {
        return Err(failed("it ended right after its start".to_owned()));
    };
    let ping = http::get(&format!("http://127.0.0.1:{}/_vercel/ping", instance.port)).await?;
    if ping.status != 200 {
        return Err(failed(format!("ping was answered with {}", ping.status)));
    }
    let body = body_of(name);
    let answer = http::send(
        method,
        &format!("{}{path}", platform.url()),
        None,
        body.as_ref(),
    )
    .await?;
    if answer.status != *expected {
        return Err(failed(format!(
            "{method} {path} was answered with {} instead of {expected}",
            answer.status
        )));
    }
    let first = started.elapsed().saturating_sub(start);
    let _reader_gone = writeln!(
        std::io::stdout(),
        "{name:<10} listens after {:.1} ms, first answer {:.1} ms later",
        start.as_secs_f64() * 1000.0,
        first.as_secs_f64() * 1000.0
    );
    Ok(answer.header("x-vercel-id").to_owned())
}

/// Waits for the end of the request, which the function reports when its idle connections are closed.
async fn ends(platform: &Platform, name: &str, id: &str) -> Result<(), Error> {
    let problem = match platform.wait_for_end(id, LONGEST_LINGER).await {
        Some(ended) if ended.error.is_none() && ended.function == name => return Ok(()),
        Some(ended) => format!("the request ended as {ended:?}"),
        None => format!("it never reported the end of request {id:?}"),
    };
    Err(Error::Message(format!("function {name}: {problem}")))
}

fn body_of(function: &str) -> Option<Value> {
    match function {
        "login" => {
            Some(json!({ "email": "nobody@example.com", "password": "not a password of anybody" }))
        }
        "refresh" => Some(json!({ "refreshToken": "hpr_not-one-of-ours" })),
        _ => None,
    }
}
