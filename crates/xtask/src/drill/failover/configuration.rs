//! The configuration files of the cluster. RUNBOOK.md recommends the same settings.

use std::fmt::Write as _;
use std::path::Path;

use super::node::Ports;
use super::programs::Programs;

/// Seconds after which the leader key expires unless it is renewed. A failover takes about this long. It is the smallest
/// value that Patroni accepts, and must be less than the retry grace period of refresh tokens (30 s).
pub(super) const TTL: u64 = 20;
/// Seconds between two renewals.
pub(super) const LOOP_WAIT: u64 = 5;
/// Seconds that Patroni tries to reach etcd and PostgreSQL. `LOOP_WAIT + 2 * RETRY_TIMEOUT` must not exceed [`TTL`].
pub(super) const RETRY_TIMEOUT: u64 = 5;
/// Name of the cluster.
pub(super) const SCOPE: &str = "hallpass";

/// Passwords of the roles that Patroni creates and uses.
#[derive(Debug)]
pub(super) struct Passwords {
    pub(super) superuser: String,
    pub(super) replication: String,
    pub(super) rewind: String,
}

/// Patroni's configuration of a node. `etcd` is the port at which the node reaches etcd.
pub(super) fn patroni(
    name: &str,
    directory: &Path,
    ports: &Ports,
    programs: &Programs,
    passwords: &Passwords,
) -> String {
    let Passwords {
        superuser,
        replication,
        rewind,
    } = passwords;
    let Ports {
        postgres,
        api,
        postgres_link,
        api_link,
        etcd_link,
    } = ports;
    let section = if programs.uses_etcd3 { "etcd3" } else { "etcd" };
    let directory = directory.display();
    let programs = programs.postgres.display();
    // `use_proxies`: Patroni would otherwise ask etcd for its address, and bypass the link. `fsync`: a killed process does
    // not lose what it has written, only a power failure would.
    format!(
        "scope: {SCOPE}
name: {name}
restapi:
  listen: 127.0.0.1:{api}
  connect_address: 127.0.0.1:{api_link}
{section}:
  host: 127.0.0.1:{etcd_link}
  use_proxies: true
bootstrap:
  dcs:
    ttl: {TTL}
    loop_wait: {LOOP_WAIT}
    retry_timeout: {RETRY_TIMEOUT}
    maximum_lag_on_failover: 1048576
    synchronous_mode: true
    failsafe_mode: true
    postgresql:
      use_pg_rewind: true
      use_slots: true
  initdb:
  - encoding: UTF8
  - data-checksums
  - locale: C
  - lc-ctype: C.UTF-8
postgresql:
  listen: 127.0.0.1:{postgres}
  connect_address: 127.0.0.1:{postgres_link}
  data_dir: {directory}/data
  bin_dir: {programs}
  pgpass: {directory}/pgpass
  remove_data_directory_on_rewind_failure: true
  remove_data_directory_on_diverged_timelines: true
  authentication:
    superuser: {{username: postgres, password: {superuser}}}
    replication: {{username: replicator, password: {replication}}}
    rewind: {{username: rewinder, password: {rewind}}}
  parameters:
    unix_socket_directories: ''
    fsync: 'off'
    password_encryption: scram-sha-256
    shared_buffers: 64MB
  pg_hba:
  - host replication replicator 127.0.0.1/32 scram-sha-256
  - host all all 127.0.0.1/32 scram-sha-256
watchdog:
  mode: 'off'
"
    )
}

/// HAProxy's configuration: one port, which leads to the node that says it is the primary.
pub(super) fn haproxy<'a>(
    port: u16,
    nodes: impl IntoIterator<Item = (&'a str, &'a Ports)>,
) -> String {
    let mut text = format!(
        "global
  maxconn 500
defaults
  mode tcp
  timeout connect 2s
  timeout client 30m
  timeout server 30m
  timeout check 2s
listen primary
  bind 127.0.0.1:{port}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
"
    );
    for (name, ports) in nodes {
        let _infallible = writeln!(
            text,
            "  server {name} 127.0.0.1:{} check port {}",
            ports.postgres_link, ports.api_link
        );
    }
    text
}
