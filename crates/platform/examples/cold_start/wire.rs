//! A minimal HTTP/1.1 client. The start-up time of a client library would be part of the measurement.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Sends a request and reads the whole response.
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

/// The text of a field whose value has no escape sequences.
pub(crate) fn json_text(json: &str, name: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{name}\":\""))?;
    Some(rest.split('"').next()?.to_owned())
}
