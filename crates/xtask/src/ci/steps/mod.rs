//! The steps, in an order in which nothing is built twice and cheap complaints come first.

mod browser;
mod build;
mod clients;
mod clippy;
mod deny;
mod doc;
mod drills;
mod format;
mod fuzz;
mod lighthouse;
mod lint;
mod monitoring;
mod oldest;
mod pooler;
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

/// One step.
#[derive(Debug)]
pub(super) struct Step {
    /// What `--only` and `--skip` call it.
    pub(super) name: &'static str,
    /// What it makes sure of.
    pub(super) about: &'static str,
    /// Does it.
    pub(super) run: fn(&mut Context) -> Running<'_>,
}

/// All steps.
pub(super) const ALL: &[Step] = &[
    Step {
        name: "format",
        about: "the code is formatted",
        run: |c| Box::pin(format::run(c)),
    },
    Step {
        name: "deny",
        about: "licences, sources and bans of every dependency, and none that is not used",
        run: |c| Box::pin(deny::run(c)),
    },
    Step {
        name: "lint",
        about: "migrations (squawk) and workflows (actionlint, zizmor)",
        run: |c| Box::pin(lint::run(c)),
    },
    Step {
        name: "clippy",
        about: "no warning anywhere",
        run: |c| Box::pin(clippy::run(c)),
    },
    Step {
        name: "doc",
        about: "the documentation of the code, without a broken link",
        run: |c| Box::pin(doc::run(c)),
    },
    Step {
        name: "sqlx",
        about: "the saved queries are what the database says",
        run: |c| Box::pin(sqlx::run(c)),
    },
    Step {
        name: "build",
        about: "every function and command",
        run: |c| Box::pin(build::run(c)),
    },
    Step {
        name: "tests",
        about: "all tests of all crates",
        run: |c| Box::pin(tests::run(c)),
    },
    Step {
        name: "oldest",
        about: "the API suite on the oldest PostgreSQL, through PgBouncer without prepared statements",
        run: |c| Box::pin(oldest::run(c)),
    },
    Step {
        name: "drills",
        about: "a lost server, taken connections, a lost administrator: each is mended and proved",
        run: |c| Box::pin(drills::run(c)),
    },
    Step {
        name: "pooler",
        about: "the API suite through PgBouncer with prepared statements",
        run: |c| Box::pin(pooler::run(c)),
    },
    Step {
        name: "rollback",
        about: "the newest release passes its own API suite on today's schema",
        run: |c| Box::pin(rollback::run(c)),
    },
    Step {
        name: "fuzz",
        about: "every parser under libFuzzer, for a few seconds each",
        run: |c| Box::pin(fuzz::run(c)),
    },
    Step {
        name: "web",
        about: "the console: lint, types, tests, build",
        run: |c| Box::pin(web::run(c)),
    },
    // As a newcomer does it: before anybody else has made users.
    Step {
        name: "readme",
        about: "the transcripts in README.md and docs/ are what happens",
        run: |c| Box::pin(readme::run(c)),
    },
    Step {
        name: "browser",
        about: "the console in a real browser against the real stack",
        run: |c| Box::pin(browser::run(c)),
    },
    Step {
        name: "lighthouse",
        about: "speed, accessibility and best practices of the sign-in and the users, 98 of 100 each",
        run: |c| Box::pin(lighthouse::run(c)),
    },
    Step {
        name: "clients",
        about: "jose and PyJWT verify access tokens with the published keys",
        run: |c| Box::pin(clients::run(c)),
    },
    Step {
        name: "monitoring",
        about: "Prometheus' parser reads the metrics, OpenTelemetry's messages the traces",
        run: |c| Box::pin(monitoring::run(c)),
    },
    Step {
        name: "runbook",
        about: "every command of docs/guide/RUNBOOK.md does what it says",
        run: |c| Box::pin(runbook::run(c)),
    },
    Step {
        name: "schemathesis",
        about: "every operation answers generated requests as openapi.json says",
        run: |c| Box::pin(schemathesis::run(c)),
    },
    Step {
        name: "vercel",
        about: "the real CLI builds and serves what our gateway serves",
        run: |c| Box::pin(vercel::run(c)),
    },
];
