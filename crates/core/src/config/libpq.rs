//! Connection settings for PostgreSQL's own programs (`pg_dump`, `pg_restore`), as libpq's environment variables.

use std::fmt;

use percent_encoding::percent_decode_str;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgSslMode;

use super::DatabaseConfig;

/// What libpq needs to connect as we do. Contains the password: pass it in a child's environment, never in its
/// arguments.
pub struct Libpq {
    /// Names and values of the variables.
    pub variables: Vec<(&'static str, String)>,
    /// The only CA that is trusted, in PEM. The caller writes it to a file and names the file in `PGSSLROOTCERT`.
    pub ca: Option<String>,
}

impl fmt::Debug for Libpq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Libpq").finish_non_exhaustive()
    }
}

impl DatabaseConfig {
    /// Name of the database.
    #[must_use]
    pub fn database(&self) -> &str {
        let options = &self.options;
        // As in PostgreSQL, the default is the user's name.
        options.get_database().unwrap_or(options.get_username())
    }

    /// The same server with another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.options = other.options.database(name);
        other
    }

    /// What libpq needs to connect as we do. It verifies TLS if we verify it, against the same CA, or else against the
    /// system's CAs.
    #[must_use]
    pub fn libpq(&self) -> Libpq {
        let options = &self.options;
        let host = options.get_socket().map_or_else(
            || options.get_host().to_owned(),
            |path| path.display().to_string(),
        );
        // The driver returns its password only as part of a URL. The other parts are replaced, because a user name that
        // has to be encoded would make that URL invalid.
        let plain = options.clone().username("u").host("h").database("d");
        let url = plain.to_url_lossy();
        let mut variables = vec![
            ("PGHOST", host),
            ("PGPORT", options.get_port().to_string()),
            ("PGUSER", options.get_username().to_owned()),
            ("PGDATABASE", self.database().to_owned()),
            (
                "PGAPPNAME",
                options
                    .get_application_name()
                    .unwrap_or_default()
                    .to_owned(),
            ),
            ("PGCONNECT_TIMEOUT", "10".to_owned()),
        ];
        if let Some(password) = url.password() {
            let password = percent_decode_str(password).decode_utf8_lossy();
            variables.push(("PGPASSWORD", password.into_owned()));
        }
        if let Some(given) = options.get_options() {
            variables.push(("PGOPTIONS", given.to_owned()));
        }
        let mut ca = None;
        if options.get_socket().is_none() {
            let value = |name: &str| {
                let mut pairs = url.query_pairs();
                pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
            };
            variables.push(("PGSSLMODE", value("sslmode").unwrap_or_default()));
            match value("sslrootcert") {
                Some(pem) if pem.contains("-----BEGIN") => ca = Some(pem),
                Some(path) => variables.push(("PGSSLROOTCERT", path)),
                None if matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) => {
                    variables.push(("PGSSLROOTCERT", "system".to_owned()));
                }
                None => {}
            }
        }
        Libpq { variables, ca }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn libpq(url: &str, ca: Option<&str>) -> Libpq {
        let get = |name: &str| match name {
            "DATABASE_URL" => Some(url.to_owned()),
            "DATABASE_CA_CERT" => ca.map(str::to_owned),
            _ => None,
        };
        DatabaseConfig::direct(&get).unwrap().libpq()
    }

    fn value<'a>(libpq: &'a Libpq, name: &str) -> Option<&'a str> {
        let mut variables = libpq.variables.iter();
        variables.find_map(|(key, value)| (*key == name).then_some(value.as_str()))
    }

    #[test]
    fn every_part_of_the_address_reaches_libpq_decoded() {
        let url = "postgres://own%40er:p%20%2F%25%3A%27%5C%C3%BC@db.example:6000/hall%20pass?sslmode=require";
        let libpq = libpq(url, None);
        assert_eq!(value(&libpq, "PGUSER"), Some("own@er"));
        assert_eq!(value(&libpq, "PGPASSWORD"), Some("p /%:'\\ü"));
        assert_eq!(value(&libpq, "PGHOST"), Some("db.example"));
        assert_eq!(value(&libpq, "PGPORT"), Some("6000"));
        assert_eq!(value(&libpq, "PGDATABASE"), Some("hall pass"));
        // `require` is raised to full verification, as for our own connection.
        assert_eq!(value(&libpq, "PGSSLMODE"), Some("verify-full"));
        assert_eq!(value(&libpq, "PGSSLROOTCERT"), Some("system"));
        assert!(!format!("{libpq:?}").contains('%'));
    }

    #[test]
    fn loopback_and_sockets_need_no_certificate() {
        let loopback = libpq("postgres://me@[::1]/d", None);
        assert_eq!(value(&loopback, "PGHOST"), Some("::1"));
        assert_eq!(value(&loopback, "PGSSLMODE"), Some("prefer"));
        assert_eq!(value(&loopback, "PGSSLROOTCERT"), None);
        let socket = libpq("postgres://me@%2Fvar%2Frun%2Fpostgresql/d", None);
        assert_eq!(value(&socket, "PGHOST"), Some("/var/run/postgresql"));
        assert_eq!(value(&socket, "PGSSLMODE"), None);
    }
}
