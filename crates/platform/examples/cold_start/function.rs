//! A process that is started, sent one request and killed.

use std::error::Error;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::database::Database;
use super::{target, wire};

/// A program to start.
pub(crate) struct Program {
    file: String,
    arguments: Vec<String>,
    database_url: String,
}

impl Program {
    pub(crate) fn binary(root: &Path, name: &str, database: &Database) -> Self {
        let file = target(root).join(name).display().to_string();
        Self {
            file,
            arguments: Vec::new(),
            database_url: database.url.clone(),
        }
    }

    pub(crate) fn node(root: &Path, database: &Database) -> Self {
        let server = root.join("crates/platform/examples/cold_start/node/server.js");
        Self {
            file: "node".to_owned(),
            arguments: vec![server.display().to_string()],
            database_url: database.url.clone(),
        }
    }
}

/// A running process. It is killed when the value is dropped.
pub(crate) struct Function {
    child: Child,
    port: u16,
    pub(crate) started: Instant,
}

impl Function {
    pub(crate) fn start(program: &Program) -> Result<Self, Box<dyn Error>> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut command = Command::new(&program.file);
        command
            .args(&program.arguments)
            .env("DATABASE_URL", &program.database_url)
            .env(
                "HALLPASS_SECRET",
                "/mPAwiTtniOtB4WVTwZo9/WNmg7DPRFVRHfG4ETrZlk=",
            )
            .env("VERCEL_DEV_PORT", port.to_string())
            .stdout(Stdio::null());
        let started = Instant::now();
        Ok(Self {
            child: command.spawn()?,
            port,
            started,
        })
    }

    /// Sends one request as soon as the process accepts connections.
    pub(crate) fn request(&self, head: &str, body: &str) -> Result<String, Box<dyn Error>> {
        while self.started.elapsed() < Duration::from_secs(20) {
            match TcpStream::connect(("127.0.0.1", self.port)) {
                Ok(stream) => return wire::exchange(stream, head, body),
                Err(_) => sleep(Duration::from_micros(200)),
            }
        }
        Err("it does not listen".into())
    }

    /// Peak memory of the process (`VmHWM`) in MiB.
    pub(crate) fn peak_memory(&self) -> Result<f64, Box<dyn Error>> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .ok_or("no VmHWM")?;
        let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kibibytes / 1024.0)
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
