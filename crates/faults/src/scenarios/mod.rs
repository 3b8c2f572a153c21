//! What is broken, one file a scenario. The numbers are those of docs/compliance/ATTACK-TESTS.md.

mod cancelled;
mod connections_taken;
mod crash;
mod frozen;
mod locked_row;
mod lost_answer;
mod many_instances;
mod outage;
mod pooler;
mod read_only;
mod server_errors;
mod sign_in_burst;
mod sigterm;
mod silence;
mod slow_clients;
mod terminated;

use std::future::Future;
use std::pin::Pin;

use hallpass_platform::Error;

use crate::outcome::Outcome;
use crate::stack::Server;

type Running<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Error>> + Send + 'a>>;

/// A scenario.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) needs_pgbouncer: bool,
    pub(crate) run: fn(&mut Server) -> Running<'_>,
}

macro_rules! scenarios {
    ($($id:literal $name:literal $module:ident $(($pgbouncer:ident))?;)+) => {
        /// All scenarios, in the order in which they run.
        pub(crate) const ALL: &[Scenario] = &[$(Scenario {
            id: $id,
            name: $name,
            needs_pgbouncer: scenarios!(@ $($pgbouncer)?),
            run: |server| Box::pin($module::run(server)),
        }),+];
    };
    (@ pgbouncer) => { true };
    (@) => { false };
}

scenarios! {
    "T23" "clients that go away in the middle of a request" cancelled;
    "T24" "a burst of sign-ins" sign_in_burst;
    "T25" "all connections of the server taken" connections_taken;
    "T26" "slow headers and slow bodies" slow_clients;
    "T30" "crash of the database server" crash;
    "T31" "connections terminated again and again" terminated;
    "T32" "a network that goes silent" silence;
    "T33" "database server stopped" outage;
    "T34" "instances stopped for longer than connections live" frozen;
    "T35" "two server connections behind PgBouncer" pooler (pgbouncer);
    "T37" "SIGTERM under load" sigterm;
    "T38" "database server read-only" read_only;
    "T39" "a foreign lock on one row" locked_row;
    "T40" "answers lost after the commit" lost_answer;
    "T41" "many instances reconnect" many_instances;
    "T43" "a server out of space, memory or time" server_errors;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenarios_are_in_the_order_of_their_numbers() {
        assert!(ALL.is_sorted_by(|one, next| one.id < next.id));
    }
}
