//! Binds the database to an environment: production when it migrates the database, a preview when it migrates a copy.

use hallpass_core::Client;
use hallpass_core::config::Environment as Name;
use hallpass_core::schema::{self, Ownership};
use sqlx::postgres::PgConnection;

use super::trail;
use crate::environment::Environment;
use crate::failure::{Failure, database as said};

/// The environment that claims the database.
#[derive(Debug)]
pub(super) struct Claim {
    environment: Name,
    /// Identities of the database by the direct address and by the functions' address.
    identities: Vec<String>,
}

impl Claim {
    pub(super) fn new(environment: &Environment, name: Name) -> Result<Self, Failure> {
        let mut identities = vec![environment.direct()?.identity()];
        if let Ok(functions) = environment.database() {
            identities.push(functions.identity());
        }
        identities.dedup();
        Ok(Self {
            environment: name,
            identities,
        })
    }

    pub(super) async fn ownership(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Ownership, Failure> {
        schema::ownership(connection, &self.environment, &self.identities)
            .await
            .map_err(|error| said(&error))
    }

    /// Binds the database after the migrations. `ownership` is the state before the migrations.
    pub(super) async fn settle(
        &self,
        connection: &mut PgConnection,
        ownership: &Ownership,
        client: &Client,
    ) -> Result<(), Failure> {
        if let Ownership::Copy(_) = ownership {
            let emptied = schema::empty_copy(connection).await;
            emptied.map_err(|error| said(&error))?;
        }
        let bound = schema::bind(connection, &self.environment, &self.identities).await;
        bound.map_err(|error| said(&error))?;
        trail::bound(connection, self.environment.as_str(), ownership, client).await
    }

    pub(super) fn text(&self, ownership: &Ownership) -> String {
        let name = self.environment.as_str();
        match ownership {
            Ownership::Copy(owner) => format!(
                "Bound   to {name}; copied from {owner}, so its sessions and one-time links were removed\n"
            ),
            Ownership::Taken(owner) => format!("Bound   to {name} (previously to {owner})\n"),
            _ => format!("Bound   to {name}\n"),
        }
    }
}
