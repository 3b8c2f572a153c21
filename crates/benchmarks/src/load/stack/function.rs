//! A process that serves HTTP on a port of its own.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::load::Failure;

/// Maximum time until it accepts connections.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running process. It is killed when the value is dropped.
#[derive(Debug)]
pub(in crate::load) struct Function {
    child: Child,
    pub(in crate::load) port: u16,
    /// When it was started.
    pub(in crate::load) started: Instant,
    _socket: TempDir,
}

impl Function {
    /// Starts a program as the platform starts a function: with the port that it must listen on, and a socket for the
    /// runtime's messages. Programs that are no functions read the port, too. Standard output, to which a function
    /// writes a line for each request, is discarded.
    pub(in crate::load) fn start(
        program: &Path,
        arguments: &[&str],
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, Failure> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let socket = tempfile::tempdir()?;
        let path = socket.path().join("ipc.sock");
        let messages = UnixListener::bind(&path)?;
        thread::spawn(move || {
            // Read to the end, because a function waits while the socket is full.
            if let Ok((stream, _)) = messages.accept() {
                let mut reader = BufReader::new(stream);
                let mut message = Vec::new();
                while reader
                    .read_until(0, &mut message)
                    .is_ok_and(|length| length > 0)
                {
                    message.clear();
                }
            }
        });
        let started = Instant::now();
        let child = Command::new(program)
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(environment)
            .env("VERCEL_DEV_PORT", port.to_string())
            .env("VERCEL_IPC_PATH", &path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let mut function = Self {
            child,
            port,
            started,
            _socket: socket,
        };
        function.wait(program)?;
        Ok(function)
    }

    fn wait(&mut self, program: &Path) -> Result<(), Failure> {
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("{} has ended: {status}", program.display()).into());
            }
            if self.started.elapsed() > PATIENCE {
                let seconds = PATIENCE.as_secs();
                return Err(
                    format!("{} does not listen after {seconds} s", program.display()).into(),
                );
            }
            thread::sleep(Duration::from_micros(200));
        }
        Ok(())
    }

    pub(in crate::load) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
    }
}
