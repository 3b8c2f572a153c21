//! A node of the cluster: Patroni with its PostgreSQL, and the links through which everything else reaches it.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hallpass_platform::processes::{Program, is_alive, run, signal, signal_group};
use hallpass_platform::{Error, Proxy, free_port};
use nix::sys::signal::Signal;

use super::configuration::{self, Passwords};
use super::daemon::{self, Daemon};
use super::isolation::Isolation;
use super::programs::Programs;

/// Ports on 127.0.0.1. Those of a link lead to the service of the same name.
#[derive(Debug)]
pub(super) struct Ports {
    pub(super) postgres: u16,
    pub(super) api: u16,
    pub(super) postgres_link: u16,
    pub(super) api_link: u16,
    pub(super) etcd_link: u16,
}

/// What all nodes have in common.
#[derive(Debug)]
pub(super) struct Shared<'a> {
    /// Directory in which each node has its own.
    pub(super) place: &'a Path,
    pub(super) programs: &'a Programs,
    pub(super) passwords: &'a Passwords,
    /// Port of etcd.
    pub(super) etcd: u16,
    pub(super) isolation: Arc<Isolation>,
}

/// A node. Dropping it ends its processes.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) ports: Ports,
    directory: PathBuf,
    patroni: Option<Daemon>,
    links: [Proxy; 3],
    isolation: Arc<Isolation>,
}

impl Node {
    /// Writes the configuration of a node, and does not start it.
    ///
    /// # Errors
    /// A file cannot be written, or a port cannot be bound.
    pub(super) async fn new(name: String, shared: &Shared<'_>) -> Result<Self, Error> {
        let Shared {
            place,
            programs,
            passwords,
            etcd,
            isolation,
        } = shared;
        let directory = daemon::directory(place.join(&name))?;
        let (postgres, api) = (free_port()?, free_port()?);
        let link = |port| {
            let isolation = Arc::clone(isolation);
            Proxy::admitting((Ipv4Addr::LOCALHOST, port).into(), move |from| {
                let isolation = Arc::clone(&isolation);
                async move { isolation.pass(from).await }
            })
        };
        let links = [link(postgres).await?, link(api).await?, link(*etcd).await?];
        let [postgres_link, api_link, etcd_link] = links.each_ref().map(Proxy::port);
        let ports = Ports {
            postgres,
            api,
            postgres_link,
            api_link,
            etcd_link,
        };
        let file = directory.join("patroni.yml");
        let text = configuration::patroni(&name, &directory, &ports, programs, passwords);
        std::fs::write(&file, text).map_err(Error::file(&file))?;
        Ok(Self {
            name,
            ports,
            directory,
            patroni: None,
            links,
            isolation: Arc::clone(isolation),
        })
    }

    /// Starts Patroni, which starts PostgreSQL. A running node continues.
    ///
    /// # Errors
    /// Patroni cannot be started.
    pub(super) fn start(&mut self, programs: &Programs) -> Result<(), Error> {
        if self.patroni.as_mut().is_some_and(Daemon::is_running) {
            return Ok(());
        }
        let configuration = self.configuration().into_os_string();
        let patroni = Daemon::start(&programs.patroni, [configuration], &self.directory)?;
        self.patroni = Some(patroni);
        Ok(())
    }

    pub(super) fn is_started(&self) -> bool {
        self.patroni.is_some()
    }

    pub(super) fn configuration(&self) -> PathBuf {
        self.directory.join("patroni.yml")
    }

    pub(super) fn log(&self, programs: &Programs) -> PathBuf {
        daemon::log(&programs.patroni, &self.directory)
    }

    /// Kills all processes of the node with SIGKILL, as a power failure ends them.
    ///
    /// # Errors
    /// The processes cannot be listed, or a signal cannot be sent.
    pub(super) async fn kill(&mut self) -> Result<(), Error> {
        // Patroni first, so that it does not restart PostgreSQL.
        if let Some(patroni) = self.patroni.take() {
            patroni.kill().await;
        }
        let processes = self.stopped_postgres().await?;
        for pid in &processes {
            let _gone_already = signal(*pid, Signal::SIGKILL);
        }
        Ok(())
    }

    /// Stops all processes of the node with SIGSTOP, as a paused virtual machine stops them.
    ///
    /// # Errors
    /// The processes cannot be listed, or a signal cannot be sent.
    pub(super) async fn freeze(&self) -> Result<(), Error> {
        if let Some(patroni) = &self.patroni {
            signal_group(patroni.pid, Signal::SIGSTOP);
        }
        self.stopped_postgres().await.map(|_| ())
    }

    /// Continues all processes of the node.
    ///
    /// # Errors
    /// The processes cannot be listed, or a signal cannot be sent.
    pub(super) async fn thaw(&self) -> Result<(), Error> {
        if let Some(postmaster) = self.postmaster() {
            for pid in children(postmaster).await? {
                let _gone_already = signal(pid, Signal::SIGCONT);
            }
            signal(postmaster, Signal::SIGCONT)?;
        }
        if let Some(patroni) = &self.patroni {
            signal_group(patroni.pid, Signal::SIGCONT);
        }
        Ok(())
    }

    /// Cuts the node off: from etcd, from the other nodes and from HAProxy.
    pub(super) fn cut_off(&self) {
        self.isolation.begin(&self.directory);
        self.links.iter().for_each(Proxy::silence_all);
    }

    /// Ends the isolation.
    pub(super) fn reconnect(&self) {
        self.isolation.end();
        self.links.iter().for_each(Proxy::restore);
    }

    /// Stops PostgreSQL with SIGSTOP, and returns its processes. The stopped postmaster starts no further ones.
    async fn stopped_postgres(&self) -> Result<Vec<u32>, Error> {
        let Some(postmaster) = self.postmaster() else {
            return Ok(Vec::new());
        };
        signal(postmaster, Signal::SIGSTOP)?;
        let mut processes = children(postmaster).await?;
        for pid in &processes {
            let _gone_already = signal(*pid, Signal::SIGSTOP);
        }
        processes.push(postmaster);
        Ok(processes)
    }

    /// Process id of the running server.
    fn postmaster(&self) -> Option<u32> {
        let data = self.directory.join("data");
        let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let pid: u32 = text.lines().next()?.trim().parse().ok()?;
        // The id of a killed server may belong to another process by now.
        let arguments = std::process::Command::new("ps")
            .args(["-ww", "-o", "args=", "-p", &pid.to_string()])
            .output()
            .ok()?;
        let arguments = String::from_utf8_lossy(&arguments.stdout).into_owned();
        arguments.contains(data.to_str()?).then_some(pid)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.patroni.take());
        let Some(postmaster) = self.postmaster() else {
            return;
        };
        // An immediate shutdown ends the other processes, and releases the shared memory, which SIGKILL does not.
        let _gone_already = signal(postmaster, Signal::SIGQUIT);
        let _was_not_stopped = signal(postmaster, Signal::SIGCONT);
        let deadline = Instant::now() + Duration::from_secs(6);
        while is_alive(postmaster) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _gone_meanwhile = signal(postmaster, Signal::SIGKILL);
    }
}

/// Processes that a process has started.
async fn children(parent: u32) -> Result<Vec<u32>, Error> {
    let listed = run(Program::new("ps").args(["-e", "-o", "pid=,ppid="])).await?;
    let children = listed.stdout.lines().filter_map(|line| {
        let mut numbers = line.split_whitespace().map(str::parse::<u32>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(pid)), Some(Ok(of))) if of == parent => Some(pid),
            _ => None,
        }
    });
    Ok(children.collect())
}
