//! PgBouncer in transaction mode with two server connections, with and without prepared statements. It is killed under
//! load and started again.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use hallpass_platform::pgbouncer::{Login, PgBouncer, Settings};
use hallpass_platform::{Error, Proxy};

use crate::ledger::{Tally, compare};
use crate::load::Load;
use crate::outcome::Outcome;
use crate::stack::{ROLE, Server};

const SERVER_CONNECTIONS: u32 = 2;

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let clients = if server.is_short { 20 } else { 50 };
    let (mut samples, mut tally, mut backs, mut most) =
        (Vec::new(), Tally::default(), Vec::new(), 0);
    let connected = format!("select count(*) from pg_stat_activity where usename = '{ROLE}'");
    for prepared in [200, 0] {
        let settings = Settings::for_server_on(server.postgres.port())
            .login(Login::from_url(&server.app_url())?)
            .default_pool_size(SERVER_CONNECTIONS)
            .max_prepared_statements(prepared);
        let pooler = PgBouncer::start(&settings).await?;
        // The pooler that is started later has another port.
        let proxy = Proxy::before(address(&pooler)).await?;
        let url = server.app_url().replace(
            &server.address().to_string(),
            &format!("127.0.0.1:{}", proxy.port()),
        );
        let stack = server.stack_at(2, proxy, url, &[]).await?;
        let load = Load::start(server, &stack, clients).await?;
        tokio::time::sleep(server.seconds(4.0, 12.0)).await;
        most = most.max(server.number(&connected).await?);
        pooler.stop().await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let pooler = PgBouncer::start(&settings).await?;
        stack.proxy.point_to(address(&pooler));
        backs.push(Instant::now());
        tokio::time::sleep(server.seconds(4.0, 12.0)).await;
        let ledgers = load.finish().await;
        let seen = stack.samples.take();
        samples.push(seen);
        tally = tally.and(compare(&server.owner_url(), &ledgers).await?);
        stack.platform.stop().await;
        pooler.stop().await?;
    }
    let injected = format!(
        "{clients} clients, 2 instances of each function, {SERVER_CONNECTIONS} server connections; pooler killed for 2 s; max_prepared_statements 200 and 0"
    );
    let parts: Vec<_> = samples
        .iter()
        .zip(&backs)
        .map(|(samples, back)| {
            let mut part = Outcome::of(String::new(), samples.clone(), &[]);
            part.recovers_from(*back);
            part
        })
        .collect();
    let mut outcome = Outcome::of(injected, samples.concat(), &[]);
    for part in parts {
        outcome.recovery = outcome.recovery.max(part.recovery);
        outcome.problems.extend(part.problems);
    }
    outcome.problems.dedup();
    outcome.figure("server connections", most);
    outcome.require(most <= i64::from(SERVER_CONNECTIONS), || {
        format!("{most} connections reached the server")
    });
    outcome.balance(tally);
    Ok(outcome)
}

fn address(pooler: &PgBouncer) -> SocketAddr {
    let url = pooler.base_url();
    let port = url.rsplit(':').next().and_then(|port| port.parse().ok());
    SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap_or_default()))
}
