//! Calls that block, on threads of their own.

use std::io;

use tokio::sync::oneshot;

/// Runs what blocks on a thread that may be left behind: whoever interrupts the command waits neither for an answer of
/// the network nor types one first. The runtime's own blocking threads would be waited for in the end.
///
/// # Errors
/// The system has no thread to give, or the work panicked.
pub(crate) async fn spawn_detached<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new().spawn(move || {
        let _nobody_waits_any_more = tell.send(work());
    })?;
    told.await
        .map_err(|_| io::Error::other("the background thread panicked"))
}
