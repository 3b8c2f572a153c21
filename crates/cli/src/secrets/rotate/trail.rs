//! Audit events of a rotation, and the sessions and links that still depend on the previous secret.

use std::fmt;

use hallpass_core::config::DatabaseConfig;
use hallpass_core::db::Db;
use hallpass_core::tokens::link::LINK_LIFETIME;
use hallpass_core::users::operator::pending_links;
use hallpass_core::{Client, audit, schema};
use serde::Serialize;
use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::{query_file, query_scalar};
use time::OffsetDateTime;

use crate::clock;
use crate::environment::Environment;
use crate::failure::{Failure, database};
use crate::interrupt;
use crate::units;

pub(super) const STARTED: &str = "secret_rotation_started";
pub(super) const VERIFIED: &str = "secret_rotation_verified";
pub(super) const FINISHED: &str = "secret_rotation_finished";
pub(super) const AT_ONCE: &str = "secret_replaced_at_once";

/// Sessions and links that depend on the previous secret.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dependents {
    pub(super) sessions: i64,
    pub(super) links: i64,
    /// When the last of them expires; earlier if all of them are used before.
    #[serde(with = "time::serde::rfc3339::option")]
    pub(super) until: Option<OffsetDateTime>,
}

impl fmt::Display for Dependents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sessions = units::count(self.sessions, "session");
        write!(f, "{sessions} and {}", units::count(self.links, "link"))
    }
}

/// The owner's connection, which writes audit events and counts dependents.
pub(super) struct Trail {
    connection: PgConnection,
    address: DatabaseConfig,
}

impl Trail {
    pub(super) async fn open(environment: &Environment) -> Result<Self, Failure> {
        let address = environment.direct()?;
        let connection = schema::connect(&address).await?;
        Ok(Self {
            connection,
            address,
        })
    }

    pub(super) fn database(&self) -> String {
        self.address.address()
    }

    pub(super) async fn record(
        &mut self,
        event: &str,
        severity: &str,
        details: Value,
    ) -> Result<(), Failure> {
        interrupt::set_interrupt_note(
            "the secrets are unchanged; the audit event may already be recorded",
            "run the command again",
        );
        let client = Client::operator("secrets rotate");
        audit::record(&mut self.connection, event, severity, details, &client)
            .await
            .map_err(|error| database(&error))
    }

    /// Since when the deployment is known to sign with a secret other than the one with the given fingerprint.
    pub(super) async fn verified_at(
        &mut self,
        from: &str,
    ) -> Result<Option<OffsetDateTime>, Failure> {
        query_scalar!(
            "select min(occurred_at) from hallpass.audit_events
            where event = 'secret_rotation_verified' and details ->> 'from' = $1",
            from
        )
        .fetch_one(&mut self.connection)
        .await
        .map_err(|error| database(&error))
    }

    /// Sessions and links that were issued before `since` and are still valid.
    pub(super) async fn dependents(
        &mut self,
        since: OffsetDateTime,
    ) -> Result<Dependents, Failure> {
        let sessions = query_file!("src/secrets/rotate/sql/dependent_sessions.sql", since)
            .fetch_one(&mut self.connection)
            .await
            .map_err(|error| database(&error))?;
        let mut address = self.address.clone();
        address.max_connections = 1;
        let links = pending_links(&Db::new(&address), clock::now()).await?;
        let links: Vec<_> = links
            .into_iter()
            .filter(|link| link.made_at < since)
            .map(|link| link.made_at + LINK_LIFETIME)
            .collect();
        Ok(Dependents {
            sessions: sessions.sessions,
            links: i64::try_from(links.len()).unwrap_or(i64::MAX),
            until: links.into_iter().chain(sessions.until).max(),
        })
    }
}
