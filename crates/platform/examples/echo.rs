//! A function on the real runtime whose behaviour the gateway's tests control with the query string.
//!
//! `GET /api/echo?unread&status=…&panic&sleep=MS&large=BYTES&after=MS&log=TEXT&header=NAME:VALUE&drip=N` responds with
//! the request as JSON. If the variable `EXIT_AT_START` is set, the process ends before it listens.

use std::collections::BTreeMap;
use std::time::Duration;

use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Bytes, Frame};
use hyper::header::{HeaderName, HeaderValue};
use vercel_runtime::{AppState, Error, Request, Response, ResponseBody, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if let Some(reason) = std::env::var_os("EXIT_AT_START") {
        return Err(format!("cannot start: {}", reason.display()).into());
    }
    run(service_fn(echo)).await
}

async fn echo(request: Request, state: AppState) -> Result<Response<ResponseBody>, Error> {
    let (parts, body) = request.into_parts();
    let wishes = wishes(parts.uri.query().unwrap_or_default());
    let number = |name: &str| wishes.get(name).and_then(|value| value.parse::<u64>().ok());
    assert!(!wishes.contains_key("panic"), "as asked for");
    if wishes.contains_key("unread") {
        // The request body was not read, so the server closes the connection.
        return Ok(Response::new(ResponseBody::from("answered")));
    }
    if let Some(text) = wishes.get("log") {
        state.log_context.info(text);
        state.log_context.error(&format!("{text} (error)"));
    }
    if let Some(pause) = number("sleep") {
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    if let Some(pause) = number("after") {
        let log = state.log_context.clone();
        state.wait_until(async move {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            log.info("the work after the answer is done");
        });
    }
    if let Some(steps) = number("drip") {
        return Ok(Response::new(drip(steps)));
    }
    if let Some(size) = number("large").and_then(|size| usize::try_from(size).ok()) {
        return Ok(Response::new(ResponseBody::from(vec![b'x'; size])));
    }
    let body = body.collect().await?.to_bytes();
    let headers: BTreeMap<&str, String> = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (
                name.as_str(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
        .collect();
    let answer = serde_json::json!({
        "method": parts.method.as_str(),
        "uri": parts.uri.to_string(),
        "headers": headers,
        "bodyLength": body.len(),
        "body": String::from_utf8_lossy(&body[..body.len().min(1000)]),
        "pid": std::process::id(),
        "environment": environment,
    });
    let mut response = Response::new(ResponseBody::from(answer));
    if let Some(status) = number("status").and_then(|status| u16::try_from(status).ok()) {
        *response.status_mut() = hyper::StatusCode::from_u16(status)?;
    }
    if let Some((name, value)) = wishes
        .get("header")
        .and_then(|header| header.split_once([':', '=']))
    {
        let name: HeaderName = name.parse()?;
        response
            .headers_mut()
            .insert(name, HeaderValue::from_str(value)?);
    }
    Ok(response)
}

/// A body of several parts with a pause between them.
fn drip(steps: u64) -> ResponseBody {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        for step in 0..steps {
            let frame = Frame::data(Bytes::from(format!("step {step}\n")));
            if sender.send(Ok(frame)).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    ResponseBody::from(StreamBody::new(
        tokio_stream::wrappers::ReceiverStream::new(receiver),
    ))
}

fn wishes(query: &str) -> BTreeMap<&str, &str> {
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect()
}
