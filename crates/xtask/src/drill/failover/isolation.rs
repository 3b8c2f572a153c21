//! Which connections come from a node that is cut off.
//!
//! All nodes share one loopback address, so a proxy learns from the process table who connects to it: all processes of a
//! node work in the node's directory.

use std::path::{Path, PathBuf};

use tokio::sync::watch;

/// The directory of the node that is cut off, if there is one.
#[derive(Debug)]
pub(super) struct Isolation(watch::Sender<Option<PathBuf>>);

impl Default for Isolation {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Isolation {
    pub(super) fn begin(&self, directory: &Path) {
        self.0.send_replace(Some(directory.to_owned()));
    }

    pub(super) fn end(&self) {
        self.0.send_replace(None);
    }

    /// Waits for the end of the isolation if a connection from this port comes from the node that is cut off.
    pub(super) async fn pass(&self, port: u16) {
        let isolated = self.0.borrow().clone();
        if isolated.is_some_and(|directory| is_from(&directory, port).unwrap_or(false)) {
            let mut ended = self.0.subscribe();
            let _drill_is_over = ended.wait_for(Option::is_none).await;
        }
    }
}

/// Whether a process that works in the directory has a connection from this port. `None` if nobody has.
fn is_from(directory: &Path, port: u16) -> Option<bool> {
    let socket = format!("socket:[{}]", inode(port)?);
    let has_socket = |process: &Path| {
        let descriptors = std::fs::read_dir(process.join("fd"));
        descriptors.is_ok_and(|mut descriptors| {
            descriptors.any(|entry| {
                let target = entry.and_then(|entry| std::fs::read_link(entry.path()));
                target.is_ok_and(|target| target == Path::new(&socket))
            })
        })
    };
    let processes = std::fs::read_dir("/proc").ok()?;
    let owner = processes
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|process| has_socket(process))?;
    let works_in = std::fs::read_link(owner.join("cwd")).ok()?;
    Some(works_in.starts_with(directory))
}

/// Inode of the socket that is bound to this port of 127.0.0.1 and connected.
fn inode(port: u16) -> Option<String> {
    let table = std::fs::read_to_string("/proc/net/tcp").ok()?;
    let local = format!("0100007F:{port:04X}");
    table.lines().find_map(|line| {
        let fields: Vec<_> = line.split_whitespace().collect();
        let is_it = fields.get(1) == Some(&local.as_str());
        is_it.then(|| fields.get(9).map(|inode| (*inode).to_owned()))?
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::is_from;

    #[test]
    fn a_connection_is_known_by_the_directory_of_its_process() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let port = client.local_addr().unwrap().port();
        let here = std::env::current_dir().unwrap();
        assert_eq!(is_from(&here, port), Some(true));
        assert_eq!(is_from(&here.join("elsewhere"), port), Some(false));
        drop(client);
    }
}
