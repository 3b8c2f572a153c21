//! What the gateway's responses say about the function, and requests that no client library would send.

use hallpass_test_support::Answer;
use hyper::StatusCode;
use serde_json::Value;

/// What the function `echo` says about the request and about itself.
pub(crate) fn echo(answer: &Answer) -> Value {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// The id of the process that answered.
pub(crate) fn pid(answer: &Answer) -> u64 {
    echo(answer)["pid"].as_u64().unwrap()
}

/// The id that the gateway gave the request.
pub(crate) fn id(answer: &Answer) -> &str {
    answer
        .header("x-vercel-id")
        .expect("every response has an id")
}

/// Sends a request as it is written, without what a client library would add or normalize.
pub(crate) async fn raw(port: u16, request: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
