//! What else may stand behind a URL: other programs, protection, nothing.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A server that gives this answer to whatever it is asked; tells what it was asked, and where it is.
pub(super) async fn answering(
    answer: &'static str,
) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut buffer = [0; 4096];
            let read = connection.read(&mut buffer).await.unwrap_or_default();
            let _ = tell.send(String::from_utf8_lossy(&buffer[..read]).into_owned());
            let _ = connection.write_all(answer.as_bytes()).await;
        }
    });
    (url, told)
}

/// A port that nobody listens on.
pub(super) async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}
