//! Three nodes with Patroni and PostgreSQL, one etcd, and HAProxy in front of them.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hallpass_platform::processes::signal;
use hallpass_platform::{Error, free_port, random_password};
use nix::sys::signal::Signal;
use serde_json::Value;
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;

use super::configuration::{self, Passwords};
use super::daemon::{Daemon, directory};
use super::node::{Node, Shared};
use super::programs::Programs;
use crate::drill::report::ensure;
use crate::http;

/// Time in which the nodes become a whole cluster, at the start and after an event, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(5);
const PAUSE: Duration = Duration::from_millis(200);
/// A node that does not answer for this long is skipped.
const ANSWER_PATIENCE: Duration = Duration::from_secs(3);
/// Lines of a log that an error shows.
const SHOWN_LINES: usize = 25;

/// A running cluster. Dropping it ends all processes and deletes all data.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) nodes: Vec<Node>,
    pub(super) port: u16,
    pub(super) programs: Programs,
    passwords: Passwords,
    _haproxy: Daemon,
    etcd: Daemon,
    // Declared last, because fields are dropped in this order.
    _directory: TempDir,
}

/// What Patroni says about the nodes, by their index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Roles {
    pub(super) primary: usize,
    pub(super) synchronous_standby: usize,
}

impl Cluster {
    /// Starts the cluster and waits until it is whole.
    ///
    /// # Errors
    /// A server cannot be started, or the nodes do not find each other.
    pub(super) async fn start(programs: Programs) -> Result<Self, Error> {
        let temporary = tempfile::Builder::new()
            .prefix("hallpass-failover-")
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir()
            .map_err(Error::system("making a temporary directory"))?;
        let place = directory(temporary.path().to_owned())?;
        let passwords = Passwords {
            superuser: random_password()?,
            replication: random_password()?,
            rewind: random_password()?,
        };
        let (etcd, etcd_port) = start_etcd(&programs, &place)?;
        let mut nodes = Vec::new();
        let shared = Shared {
            place: &place,
            programs: &programs,
            passwords: &passwords,
            etcd: etcd_port,
            isolation: Arc::default(),
        };
        for name in ["n1", "n2", "n3"] {
            let mut node = Node::new(name.to_owned(), &shared).await?;
            node.start(&programs)?;
            nodes.push(node);
        }
        let port = free_port()?;
        let file = place.join("haproxy.cfg");
        let named = nodes.iter().map(|node| (node.name.as_str(), &node.ports));
        std::fs::write(&file, configuration::haproxy(port, named)).map_err(Error::file(&file))?;
        // -db: in the foreground.
        let arguments = ["-db".into(), "-f".into(), file.into_os_string()];
        let haproxy = Daemon::start(&programs.haproxy, arguments, &place)?;
        let cluster = Self {
            nodes,
            port,
            programs,
            passwords,
            _haproxy: haproxy,
            etcd,
            _directory: temporary,
        };
        cluster.until_whole().await?;
        Ok(cluster)
    }

    /// URL of the superuser on the primary, through HAProxy.
    pub(super) fn superuser_url(&self, database: &str) -> String {
        self.superuser_url_at(self.port, database)
    }

    /// URL of the superuser at a port.
    pub(super) fn superuser_url_at(&self, port: u16, database: &str) -> String {
        let password = &self.passwords.superuser;
        format!("postgres://postgres:{password}@127.0.0.1:{port}/{database}")
    }

    /// Patroni's configuration file of the first node, for `patronictl`.
    pub(super) fn configuration(&self) -> PathBuf {
        self.nodes[0].configuration()
    }

    /// Stops etcd with SIGSTOP: it accepts connections and does not answer.
    ///
    /// # Errors
    /// It does not run.
    pub(super) fn stop_etcd(&self) -> Result<(), Error> {
        signal(self.etcd.pid, Signal::SIGSTOP)
    }

    /// Continues etcd.
    ///
    /// # Errors
    /// It does not run.
    pub(super) fn continue_etcd(&self) -> Result<(), Error> {
        signal(self.etcd.pid, Signal::SIGCONT)
    }

    /// Waits until another node is the primary and accepts writes.
    ///
    /// # Errors
    /// This does not happen in time.
    pub(super) async fn until_primary_is_not(&self, old: usize) -> Result<usize, Error> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            for (index, node) in self.nodes.iter().enumerate() {
                // The port of the node itself: the old primary may not be reachable otherwise.
                if index != old && self.is_primary(node.ports.postgres).await {
                    return Ok(index);
                }
            }
            ensure(Instant::now() < deadline, || {
                self.described("no other node became the primary")
            })?;
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn is_primary(&self, port: u16) -> bool {
        let url = self.superuser_url_at(port, "postgres");
        let asked = async {
            let mut connection = PgConnection::connect(&url).await?;
            sqlx::query_scalar("select not pg_is_in_recovery()")
                .fetch_one(&mut connection)
                .await
        };
        matches!(
            tokio::time::timeout(ANSWER_PATIENCE, asked).await,
            Ok(Ok(true))
        )
    }

    /// Waits until there are a primary, a synchronous standby and a second standby, which stream from it.
    ///
    /// # Errors
    /// This does not happen in time.
    pub(super) async fn until_whole(&self) -> Result<Roles, Error> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(roles) = self.roles().await
                && self.streams().await
            {
                return Ok(roles);
            }
            ensure(Instant::now() < deadline, || {
                self.described("the cluster is not whole")
            })?;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The roles, if Patroni knows a primary and two running standbys.
    async fn roles(&self) -> Option<Roles> {
        for node in self.nodes.iter().filter(|node| node.is_started()) {
            let url = format!("http://127.0.0.1:{}/cluster", node.ports.api);
            if let Ok(Ok(answer)) = tokio::time::timeout(ANSWER_PATIENCE, http::get(&url)).await {
                return self.read_roles(&answer.json);
            }
        }
        None
    }

    fn read_roles(&self, answer: &Value) -> Option<Roles> {
        let members = answer["members"].as_array()?;
        let is_running = |member: &&Value| {
            // Patroni calls a running standby "streaming" since 3.1.
            member["state"] == "running" || member["state"] == "streaming"
        };
        if members.iter().filter(is_running).count() != self.nodes.len() {
            return None;
        }
        let find = |role: &str| {
            let member = members.iter().find(|member| member["role"] == role)?;
            self.nodes
                .iter()
                .position(|node| member["name"] == node.name.as_str())
        };
        Some(Roles {
            primary: find("leader")?,
            synchronous_standby: find("sync_standby")?,
        })
    }

    /// Whether all standbys stream, one of them synchronously. Patroni's own view of a killed node is old for a while.
    async fn streams(&self) -> bool {
        let url = self.superuser_url("postgres");
        let standbys = i64::try_from(self.nodes.len() - 1).unwrap_or_default();
        let asked = async {
            let mut connection = PgConnection::connect(&url).await?;
            sqlx::query_scalar::<_, bool>(
                "select count(*) = $1 and count(*) filter (where sync_state = 'sync') = 1
                from pg_stat_replication where state = 'streaming'",
            )
            .bind(standbys)
            .fetch_one(&mut connection)
            .await
        };
        matches!(
            tokio::time::timeout(ANSWER_PATIENCE, asked).await,
            Ok(Ok(true))
        )
    }

    /// A problem with the last lines of each node's log.
    fn described(&self, problem: &str) -> String {
        let logs = self.nodes.iter().map(|node| {
            let text = std::fs::read_to_string(node.log(&self.programs)).unwrap_or_default();
            let lines: Vec<_> = text.lines().collect();
            let last = lines.len().saturating_sub(SHOWN_LINES);
            format!("\n{}:\n{}", node.name, lines[last..].join("\n"))
        });
        format!(
            "{problem} after {} s; the logs end with{}",
            PATIENCE.as_secs(),
            logs.collect::<String>()
        )
    }
}

/// Starts etcd. Its data need not survive a power failure, so that a slow disk does not make it miss its deadlines.
fn start_etcd(programs: &Programs, place: &Path) -> Result<(Daemon, u16), Error> {
    let (client, peer) = (free_port()?, free_port()?);
    let (client_url, peer_url) = (
        format!("http://127.0.0.1:{client}"),
        format!("http://127.0.0.1:{peer}"),
    );
    let data = directory(place.join("etcd"))?;
    let mut arguments = vec![
        format!("--data-dir={}", data.display()),
        format!("--listen-client-urls={client_url}"),
        format!("--advertise-client-urls={client_url}"),
        format!("--listen-peer-urls={peer_url}"),
        format!("--initial-advertise-peer-urls={peer_url}"),
        format!("--initial-cluster=default={peer_url}"),
        "--unsafe-no-fsync".to_owned(),
    ];
    if !programs.uses_etcd3 {
        arguments.push("--enable-v2".to_owned());
    }
    let arguments = arguments.into_iter().map(Into::into);
    let etcd = Daemon::start(&programs.etcd, arguments, place)?;
    Ok((etcd, client))
}
