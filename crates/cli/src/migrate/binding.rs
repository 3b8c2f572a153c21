//! Binds the database to an environment: production when it migrates the database, a preview when it migrates a copy.

use hallpass_core::Client;
use hallpass_core::config::Environment as Name;
use hallpass_core::schema::{self, Standing};
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

    pub(super) async fn standing(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Standing, Failure> {
        schema::standing(connection, &self.environment, &self.identities)
            .await
            .map_err(|error| said(&error))
    }

    /// Binds the database after the migrations. `standing` is the state before the migrations.
    pub(super) async fn settle(
        &self,
        connection: &mut PgConnection,
        standing: &Standing,
        client: &Client,
    ) -> Result<(), Failure> {
        if let Standing::Copy(_) = standing {
            let emptied = schema::empty_copy(connection).await;
            emptied.map_err(|error| said(&error))?;
        }
        let bound = schema::bind(connection, &self.environment, &self.identities).await;
        bound.map_err(|error| said(&error))?;
        trail::bound(connection, self.environment.as_str(), standing, client).await
    }

    pub(super) fn text(&self, standing: &Standing) -> String {
        let name = self.environment.as_str();
        match standing {
            Standing::Copy(owner) => format!(
                "Bound   to {name}; copied from {owner}, so its sessions and one-time links were removed\n"
            ),
            Standing::Taken(owner) => format!("Bound   to {name} (previously to {owner})\n"),
            _ => format!("Bound   to {name}\n"),
        }
    }
}
