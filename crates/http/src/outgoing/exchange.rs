//! A request and the status of its answer, as HTTP/1.1 writes them (RFC 9112).
//!
//! hyper's client would do it as well, and make each function 300 kB larger, which is past what one may be.

use std::fmt::Write as _;

use axum::http::{HeaderMap, StatusCode};
use hallpass_core::config::Endpoint;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::connection::Stream;

/// The longest that is read of an answer, in bytes. Its status stands in front.
const HEAD_MAX: usize = 16 * 1024;

/// Writes the request and reads up to the final status line. Whoever is done hangs up: the connection is for one.
pub(super) async fn post(
    stream: &mut dyn Stream,
    to: &Endpoint,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<StatusCode, String> {
    let mut head = format!("POST {} HTTP/1.1\r\nhost: {}\r\n", to.path, to.authority());
    for (name, value) in headers {
        // A value with anything but visible ASCII is not sent; nobody here makes one.
        if let Ok(value) = value.to_str() {
            let _ = write!(head, "{name}: {value}\r\n");
        }
    }
    let _ = write!(
        head,
        "content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let failed = |error: std::io::Error| format!("no answer: {error}");
    stream.write_all(head.as_bytes()).await.map_err(failed)?;
    stream.write_all(body).await.map_err(failed)?;
    stream.flush().await.map_err(failed)?;
    let mut read = Vec::new();
    let mut chunk = [0; 512];
    loop {
        let count = stream.read(&mut chunk).await.map_err(failed)?;
        if count == 0 {
            return Err("no answer: the connection was closed".to_owned());
        }
        read.extend_from_slice(&chunk[..count]);
        if let Some(status) = final_status(&mut read)? {
            return Ok(status);
        }
    }
}

/// The status, once its line is there. What comes before it in heads of its own (1xx) is taken away.
fn final_status(read: &mut Vec<u8>) -> Result<Option<StatusCode>, String> {
    while let Some(line) = find(read, b"\r\n") {
        let status = status(&read[..line]).ok_or("no answer: this is no HTTP/1.1")?;
        if !status.is_informational() {
            return Ok(Some(status));
        }
        let Some(end) = find(read, b"\r\n\r\n") else {
            break;
        };
        read.drain(..end + 4);
    }
    if read.len() > HEAD_MAX {
        return Err("no answer: its head is too long".to_owned());
    }
    Ok(None)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// Of `HTTP/1.1 200 OK`; the reason may be missing.
fn status(line: &[u8]) -> Option<StatusCode> {
    let rest = line
        .strip_prefix(b"HTTP/1.1 ")
        .or_else(|| line.strip_prefix(b"HTTP/1.0 "))?;
    let (code, reason) = rest.split_at_checked(3)?;
    let ends_there = reason.is_empty() || reason[0] == b' ';
    StatusCode::from_bytes(code).ok().filter(|_| ends_there)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outcome when the answer comes in pieces of this many bytes.
    fn read(answer: &str, pieces: usize) -> Result<Option<u16>, String> {
        let mut read = Vec::new();
        for piece in answer.as_bytes().chunks(pieces) {
            read.extend_from_slice(piece);
            if let Some(status) = final_status(&mut read)? {
                return Ok(Some(status.as_u16()));
            }
        }
        Ok(None)
    }

    #[test]
    fn the_final_status_is_found_however_the_answer_is_cut() {
        for (answer, expected) in [
            ("HTTP/1.1 200 OK\r\n\r\n", Some(200)),
            ("HTTP/1.1 204\r\ndate: now\r\n", Some(204)),
            ("HTTP/1.0 503 Service Unavailable\r\n", Some(503)),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n",
                Some(202),
            ),
            (
                "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 100 \r\n\r\nHTTP/1.1 429 \r\n",
                Some(429),
            ),
            ("HTTP/1.1 200 OK", None),
            ("HTTP/1.1 100 Continue\r\n", None),
        ] {
            for pieces in [1, 2, 3, 7, 1_000] {
                assert_eq!(read(answer, pieces), Ok(expected), "{answer:?} in {pieces}");
            }
        }
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for answer in [
            "\r\n",
            "HTTP/2 200\r\n",
            "HTTP/1.1 20\r\n",
            "HTTP/1.1 2000\r\n",
            "HTTP/1.1 abc\r\n",
            "SSH-2.0-OpenSSH\r\n",
            "+OK ready\r\n",
        ] {
            assert!(read(answer, 1_000).is_err(), "{answer:?}");
        }
        assert!(read(&"x".repeat(HEAD_MAX + 1), 512).is_err());
    }
}
