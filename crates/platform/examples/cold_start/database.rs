//! A real PostgreSQL with the current schema and an administrator.

use std::error::Error;

use hallpass_core::config::DatabaseConfig;
use hallpass_core::passwords::Hasher;
use hallpass_core::schema;
use hallpass_platform::Postgres;

const EMAIL: &str = "admin@example.com";
const PASSWORD: &str = "zebra umbrella note";

/// The database for the measurements.
pub(crate) struct Database {
    postgres: Postgres,
    pub(crate) url: String,
}

impl Database {
    pub(crate) async fn start() -> Result<Self, Box<dyn Error>> {
        let postgres = Postgres::temporary().start().await?;
        let url = postgres.superuser_url("postgres");
        let config = DatabaseConfig::direct(&|name| (name == "DATABASE_URL").then(|| url.clone()))?;
        let mut connection = schema::connect(&config).await?;
        schema::migrate(&mut connection, |_| ()).await?;
        let hash = Hasher::new(1).hash(PASSWORD.into()).await?;
        let people = format!(
            "insert into hallpass.users (id, email, email_normalized, name, name_normalized, roles, password_hash) \
             select gen_random_uuid(), e, e, 'Somebody', 'somebody', '{{admin}}', '{hash}' \
             from (select case n when 1 then '{EMAIL}' else 'user' || n || '@example.com' end as e \
                   from generate_series(1, 1000) n) as people"
        );
        postgres.execute("postgres", people).await?;
        Ok(Self { postgres, url })
    }

    pub(crate) fn credentials() -> String {
        format!(r#"{{"email":"{EMAIL}","password":"{PASSWORD}","delivery":"body"}}"#)
    }

    pub(crate) async fn stop(mut self) -> Result<(), Box<dyn Error>> {
        Ok(self.postgres.stop().await?)
    }
}
