//! The least of HTTP/1.1: a client library's own start-up would be measured along.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Sends a request and reads the answer to its end.
pub(crate) fn exchange(
    mut stream: TcpStream,
    head: &str,
    body: &str,
) -> Result<String, Box<dyn Error>> {
    let length = body.len();
    write!(
        stream,
        "{head}\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// The text of a field, where it needs no unescaping.
pub(crate) fn json_text(json: &str, name: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{name}\":\""))?;
    Some(rest.split('"').next()?.to_owned())
}
