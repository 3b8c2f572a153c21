//! Messages from the runtime to the platform: JSON values over a Unix socket, each terminated by a NUL byte.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::UnixStream;

/// A message of the runtime.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "kebab-case")]
pub(super) enum Message {
    /// The function listens for requests.
    #[serde(rename_all = "camelCase")]
    ServerStarted {
        /// Port that the function listens on.
        http_port: u16,
    },
    /// A log message that belongs to a request.
    Log(Log),
    /// A request has ended.
    End {
        /// The request.
        context: Context,
        /// The error, if any: null or any JSON value.
        #[serde(default)]
        error: Option<serde_json::Value>,
    },
    /// A message that only later versions of the runtime send.
    #[serde(untagged)]
    Other(serde_json::Value),
}

/// A log message.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Log {
    pub(super) context: Context,
    #[serde(deserialize_with = "from_base64")]
    pub(super) message: String,
    #[serde(default)]
    pub(super) level: Option<String>,
}

/// The request that a message belongs to, identified by two request headers that the gateway has set.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Context {
    pub(super) invocation_id: String,
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let bytes = STANDARD.decode(text).map_err(serde::de::Error::custom)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Reads messages until the function closes the connection.
pub(super) struct Messages {
    stream: BufReader<UnixStream>,
    buffer: Vec<u8>,
}

impl Messages {
    pub(super) fn new(stream: UnixStream) -> Self {
        Self {
            stream: BufReader::new(stream),
            buffer: Vec::new(),
        }
    }

    /// The next message; `None` if the connection is closed or a message is invalid.
    pub(super) async fn next(&mut self) -> Option<Message> {
        loop {
            self.buffer.clear();
            let read = self.stream.read_until(0, &mut self.buffer).await.ok()?;
            let text = self.buffer.strip_suffix(&[0])?;
            match serde_json::from_slice(text) {
                Ok(message) => return Some(message),
                Err(_) if read > 1 => {}
                Err(_) => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Message {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn messages_of_the_runtime_are_parsed() {
        let started = r#"{"type":"server-started","payload":{"initDuration":0,"httpPort":4001}}"#;
        assert_eq!(parse(started), Message::ServerStarted { http_port: 4001 });

        let log = r#"{"type":"log","payload":{"context":{"invocationId":"a","requestId":7},"message":"aGk=","level":"warn"}}"#;
        let context = Context {
            invocation_id: "a".into(),
        };
        let level = Some("warn".to_owned());
        assert_eq!(
            parse(log),
            Message::Log(Log {
                context,
                message: "hi".into(),
                level
            })
        );

        let end = r#"{"type":"end","payload":{"context":{"invocationId":"a","requestId":7},"error":null}}"#;
        let context = Context {
            invocation_id: "a".into(),
        };
        assert_eq!(
            parse(end),
            Message::End {
                context,
                error: None
            }
        );
    }

    #[test]
    fn unknown_messages_are_no_error() {
        let message = parse(r#"{"type":"handler-started","payload":{"x":1}}"#);
        assert!(matches!(message, Message::Other(_)));
    }
}
