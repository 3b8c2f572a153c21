//! Blocking calls on separate threads.

use std::io;

use tokio::sync::oneshot;

/// Runs a blocking call on a thread that is not joined, so that an interrupted command exits at once, without waiting for
/// the network or for input. Tokio would wait for its own blocking threads when the runtime shuts down.
///
/// # Errors
/// The thread cannot be started, or the call panicked.
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
