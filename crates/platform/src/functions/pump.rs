//! Reads what a process prints, line by line.

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::Child;

use super::instance::Pumps;
use super::{Launch, LogStream};

/// Starts a task that reads standard output and standard error of a process. It ends when both are closed.
pub(super) fn start(launch: &Launch, child: &mut Child) -> Pumps {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let launch = launch.clone();
    tokio::spawn(async move {
        tokio::join!(
            lines(stdout, &launch, LogStream::Stdout),
            lines(stderr, &launch, LogStream::Stderr),
        );
    })
}

async fn lines(pipe: Option<impl AsyncRead + Unpin>, launch: &Launch, stream: LogStream) {
    let Some(pipe) = pipe else { return };
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line).await, Ok(1..)) {
        launch.print(
            stream,
            String::from_utf8_lossy(&line)
                .trim_end_matches('\n')
                .to_owned(),
        );
        line.clear();
    }
}
