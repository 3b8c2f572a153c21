//! A keep-alive connection to one server.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use crate::load::Failure;

/// Longer than any request takes, under any load.
const PATIENCE: Duration = Duration::from_mins(1);

/// A connection on loopback.
#[derive(Debug)]
pub(in crate::load) struct Connection {
    port: u16,
    stream: TcpStream,
    /// What was received and not read yet.
    received: Vec<u8>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(in crate::load) struct Answer {
    pub(in crate::load) status: u16,
    /// `name=value` of all cookies, as a `Cookie` header sends them back.
    pub(in crate::load) cookies: String,
    pub(in crate::load) body: String,
}

/// A request with a JSON body; without one if it is empty. `headers` are whole lines, each with its line end.
pub(in crate::load) fn request(method: &str, path: &str, headers: &str, body: &str) -> String {
    let content = if body.is_empty() {
        String::new()
    } else {
        format!(
            "content-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        )
    };
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{headers}{content}\r\n{body}")
}

impl Connection {
    pub(in crate::load) fn open(port: u16) -> Result<Self, Failure> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            port,
            stream,
            received: Vec::with_capacity(16 * 1024),
        })
    }

    /// Connects anew: servers close connections that were idle during the turn of another one.
    pub(in crate::load) fn reopen(&mut self) -> Result<(), Failure> {
        *self = Self::open(self.port)?;
        Ok(())
    }

    /// Sends a request and reads the answer.
    pub(in crate::load) fn exchange(&mut self, request: &str) -> Result<Answer, Failure> {
        self.stream.write_all(request.as_bytes())?;
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 64];
            let mut response = httparse::Response::new(&mut headers);
            if let httparse::Status::Complete(head) = response.parse(&self.received)? {
                let status = response.code.unwrap_or_default();
                let length = Length::of(response.headers)?;
                let cookies = cookies(response.headers);
                self.received.drain(..head);
                let body = match length {
                    Length::Known(length) => self.take(length)?,
                    Length::Chunked => self.chunks()?,
                };
                let body = String::from_utf8(body)?;
                return Ok(Answer {
                    status,
                    cookies,
                    body,
                });
            }
            self.receive()?;
        }
    }

    fn receive(&mut self) -> Result<(), Failure> {
        let mut buffer = [0; 16 * 1024];
        let length = self.stream.read(&mut buffer)?;
        if length == 0 {
            return Err("the server closed the connection".into());
        }
        self.received.extend_from_slice(&buffer[..length]);
        Ok(())
    }

    /// Takes this many bytes from what is received.
    fn take(&mut self, length: usize) -> Result<Vec<u8>, Failure> {
        while self.received.len() < length {
            self.receive()?;
        }
        let rest = self.received.split_off(length);
        Ok(std::mem::replace(&mut self.received, rest))
    }

    fn chunks(&mut self) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        loop {
            let size = httparse::parse_chunk_size(&self.received);
            let size = size.map_err(|_| "the answer has an invalid chunk")?;
            let httparse::Status::Complete((head, length)) = size else {
                self.receive()?;
                continue;
            };
            self.take(head)?;
            let chunk = self.take(usize::try_from(length)? + 2)?;
            if length == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&chunk[..chunk.len() - 2]);
        }
    }
}

enum Length {
    Known(usize),
    Chunked,
}

impl Length {
    fn of(headers: &[httparse::Header<'_>]) -> Result<Self, Failure> {
        let value = |name: &str| {
            let header = headers
                .iter()
                .find(|header| header.name.eq_ignore_ascii_case(name))?;
            std::str::from_utf8(header.value).ok()
        };
        if let Some(length) = value("content-length") {
            return Ok(Self::Known(length.trim().parse()?));
        }
        if value("transfer-encoding").is_some() {
            return Ok(Self::Chunked);
        }
        Ok(Self::Known(0))
    }
}

fn cookies(headers: &[httparse::Header<'_>]) -> String {
    let pairs: Vec<&str> = headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("set-cookie"))
        .filter_map(|header| std::str::from_utf8(header.value).ok()?.split(';').next())
        .collect();
    pairs.join("; ")
}

impl Answer {
    /// Fails unless the request was successful.
    pub(in crate::load) fn ok(self) -> Result<Self, Failure> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        Err(format!("answered {}: {}", self.status, self.body).into())
    }

    /// The text of a field whose value has no escape sequences.
    pub(in crate::load) fn text(&self, name: &str) -> Result<&str, Failure> {
        let start = format!("\"{name}\":\"");
        self.body
            .split_once(&start)
            .and_then(|(_, rest)| rest.split('"').next())
            .ok_or_else(|| format!("no {name} in {}", self.body).into())
    }
}
