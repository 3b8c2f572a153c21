//! The steps of `cargo ci`, ordered so that cheap checks come first and nothing is built twice.

mod browser;
mod build;
mod clients;
mod clippy;
mod deny;
mod doc;
mod drills;
mod failover;
mod faults;
mod format;
mod fuzz;
mod lighthouse;
mod lint;
mod monitoring;
mod oldest;
mod plans;
mod readme;
mod rollback;
mod runbook;
mod schemathesis;
mod sqlx;
mod tests;
mod vercel;
mod web;

use std::future::Future;
use std::pin::Pin;

use hallpass_platform::Error;

use super::context::Context;

type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;

/// A step of `cargo ci`.
#[derive(Debug)]
pub(super) struct Step {
    /// Name for `--only` and `--skip`.
    pub(super) name: &'static str,
    /// What the step checks, as `--list` and the header show it.
    pub(super) about: &'static str,
    /// Runs the step.
    pub(super) run: fn(&mut Context) -> Running<'_>,
}

/// Steps that only run if `--only` names them, as jobs of the workflow do for every push. They would make a run on one
/// machine much longer.
pub(super) const ON_DEMAND: &[Step] = &[
    Step {
        name: "oldest",
        about: "most of the API suite on the oldest PostgreSQL, through PgBouncer without prepared statements \
                (only with --only)",
        run: |c| Box::pin(oldest::run(c)),
    },
    Step {
        name: "plans",
        about: "no operation grows with the number of users: plans, pages and rows at 10,000 and at 300,000 \
                (only with --only)",
        run: |c| Box::pin(plans::run(c)),
    },
    Step {
        name: "fuzz",
        about: "libFuzzer for every parser, a few seconds each (only with --only)",
        run: |c| Box::pin(fuzz::run(c)),
    },
    Step {
        name: "failover",
        about: "the primary of a cluster is killed and replaced while users work (only with --only)",
        run: |c| Box::pin(failover::run(c)),
    },
];

/// All other steps, in the order in which they run.
pub(super) const ALL: &[Step] = &[
    Step {
        name: "format",
        about: "the code is formatted",
        run: |c| Box::pin(format::run(c)),
    },
    Step {
        name: "deny",
        about: "licences and sources of all dependencies, no banned and no unused ones",
        run: |c| Box::pin(deny::run(c)),
    },
    Step {
        name: "lint",
        about: "migrations (squawk) and workflows (actionlint, zizmor)",
        run: |c| Box::pin(lint::run(c)),
    },
    Step {
        name: "clippy",
        about: "no warnings in the code",
        run: |c| Box::pin(clippy::run(c)),
    },
    Step {
        name: "doc",
        about: "no warnings in the documentation of the code",
        run: |c| Box::pin(doc::run(c)),
    },
    Step {
        name: "sqlx",
        about: "the saved queries match the schema of the database",
        run: |c| Box::pin(sqlx::run(c)),
    },
    Step {
        name: "build",
        about: "all functions and commands",
        run: |c| Box::pin(build::run(c)),
    },
    Step {
        name: "tests",
        about: "all tests of all crates, the API suite through PgBouncer with prepared statements",
        run: |c| Box::pin(tests::run(c)),
    },
    Step {
        name: "drills",
        about: "recovery from a lost server, exhausted connections, a lost administrator and more",
        run: |c| Box::pin(drills::run(c)),
    },
    Step {
        name: "faults",
        about: "crashes, silent networks, poolers and signals under load: nothing acknowledged is lost",
        run: |c| Box::pin(faults::run(c)),
    },
    Step {
        name: "rollback",
        about: "the newest release passes its own API suite on the current schema",
        run: |c| Box::pin(rollback::run(c)),
    },
    Step {
        name: "web",
        about: "the console: lint, types, tests, build",
        run: |c| Box::pin(web::run(c)),
    },
    // The transcripts expect a new stack, in which other steps have not created users yet.
    Step {
        name: "readme",
        about: "the transcripts in README.md and docs/ show the real output",
        run: |c| Box::pin(readme::run(c)),
    },
    Step {
        name: "browser",
        about: "the console in a real browser against the real stack",
        run: |c| Box::pin(browser::run(c)),
    },
    Step {
        name: "lighthouse",
        about: "Lighthouse scores of the sign-in and users pages, at least 98 of 100",
        run: |c| Box::pin(lighthouse::run(c)),
    },
    Step {
        name: "clients",
        about: "jose and PyJWT verify access tokens with the published keys",
        run: |c| Box::pin(clients::run(c)),
    },
    Step {
        name: "monitoring",
        about: "Prometheus can parse the metrics, and OpenTelemetry the traces",
        run: |c| Box::pin(monitoring::run(c)),
    },
    Step {
        name: "runbook",
        about: "the commands in docs/guide/RUNBOOK.md work as described",
        run: |c| Box::pin(runbook::run(c)),
    },
    Step {
        name: "schemathesis",
        about: "responses to generated requests match openapi.json",
        run: |c| Box::pin(schemathesis::run(c)),
    },
    Step {
        name: "vercel",
        about: "the Vercel CLI builds the project and serves it like the local gateway",
        run: |c| Box::pin(vercel::run(c)),
    },
];
