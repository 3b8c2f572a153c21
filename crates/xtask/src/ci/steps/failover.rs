//! The short form of the drill `failover`, with a cluster of programs from Debian's packages. It also checks the runbook's
//! commands for a cluster.

use hallpass_platform::Error;

use super::drills;
use crate::ci::context::Context;
use crate::ci::machine;

/// Long enough for a second failover, whose primary was the standby of the first.
const DRILL: [&str; 5] = ["failover", "--kills", "2", "--events", "kill,switchover"];
/// The newest and the oldest version in a Debian release that is supported.
const POSTGRES: std::ops::RangeInclusive<u32> = 14..=18;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let servers: Vec<_> = POSTGRES
        .map(|version| format!("/usr/lib/postgresql/{version}/bin/postgres"))
        .collect();
    let servers: Vec<_> = servers.iter().map(String::as_str).collect();
    for (programs, package) in [
        (&servers[..], "postgresql"),
        (&["patroni"], "patroni"),
        (&["etcd"], "etcd-server"),
        (&["haproxy", "/usr/sbin/haproxy"], "haproxy"),
    ] {
        machine::need(context, programs, package).await?;
    }
    context.run_checked("cargo", &["build", "--bins"]).await?;
    drills::rehearse(context, &DRILL, None).await
}
