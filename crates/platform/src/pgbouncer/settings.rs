//! Settings of a PgBouncer, and the two files that they are written to.

use std::fmt;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::failed;
use crate::Error;

/// A role and its password.
#[derive(Clone)]
pub struct Login {
    role: String,
    password: String,
}

impl Login {
    /// A role whose password is stored in PgBouncer's own user list.
    #[must_use]
    pub fn new(role: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            role: role.into(),
            password: password.into(),
        }
    }

    /// The role in a URL whose user name and password are not percent-encoded.
    ///
    /// # Errors
    /// The URL contains no role or no password.
    pub fn from_url(url: &str) -> Result<Self, Error> {
        url.split_once("://")
            .and_then(|(_, rest)| rest.rsplit_once('@')?.0.split_once(':'))
            .map(|(role, password)| Self::new(role, password))
            .ok_or_else(|| failed("the server's URL contains no role and password"))
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Settings of a PgBouncer. Through it, every database of the server can be reached by its name.
#[derive(Debug, Clone)]
pub struct Settings {
    upstream_port: u16,
    superuser: Option<Login>,
    logins: Vec<Login>,
    max_prepared_statements: u32,
    default_pool_size: u32,
    has_failover: bool,
}

impl Settings {
    /// Settings for the server on this port of 127.0.0.1: transaction mode, with tracking of named statements.
    #[must_use]
    pub fn for_server_on(port: u16) -> Self {
        Self {
            upstream_port: port,
            superuser: None,
            logins: Vec::new(),
            max_prepared_statements: 200,
            default_pool_size: 10,
            has_failover: false,
        }
    }

    /// Makes PgBouncer look up the passwords of all other roles in the server (`auth_query`), like hosted poolers do.
    /// Roles can then be created and dropped without a restart.
    #[must_use]
    pub fn superuser(mut self, login: Login) -> Self {
        self.superuser = Some(login);
        self
    }

    /// Adds a role with its password.
    #[must_use]
    pub fn login(mut self, login: Login) -> Self {
        self.logins.push(login);
        self
    }

    /// Number of named statements that are kept for each connection; 0 turns tracking off.
    #[must_use]
    pub fn max_prepared_statements(mut self, number: u32) -> Self {
        self.max_prepared_statements = number;
        self
    }

    /// Number of server connections for each pair of role and database.
    #[must_use]
    pub fn default_pool_size(mut self, number: u32) -> Self {
        self.default_pool_size = number;
        self
    }

    /// For a server that may be replaced by another one: connects again after a second instead of 15, and refuses a
    /// statement that has waited for a connection for 5 s instead of 120.
    #[must_use]
    pub fn with_failover(mut self) -> Self {
        self.has_failover = true;
        self
    }

    /// Writes the two files, and returns the path of the configuration file.
    pub(super) fn write(&self, directory: &Path, port: u16) -> Result<PathBuf, Error> {
        let users = directory.join("users");
        write_private(&users, &self.users())?;
        let configuration = directory.join("pgbouncer.ini");
        write_private(&configuration, &self.configuration(&users, port))?;
        Ok(configuration)
    }

    fn users(&self) -> String {
        let quoted = |text: &str| text.replace('"', "\"\"");
        self.superuser
            .iter()
            .chain(&self.logins)
            .fold(String::new(), |mut list, login| {
                let _infallible = writeln!(
                    list,
                    "\"{}\" \"{}\"",
                    quoted(&login.role),
                    quoted(&login.password)
                );
                list
            })
    }

    /// `ignore_startup_parameters` is not set, because hosted poolers refuse unknown parameters, too.
    fn configuration(&self, users: &Path, port: u16) -> String {
        let lookup = self.superuser.as_ref().map_or_else(String::new, |login| {
            format!("auth_user = {}\nauth_dbname = postgres\n", login.role)
        });
        let failover = if self.has_failover {
            "server_login_retry = 1\nquery_wait_timeout = 5\n"
        } else {
            ""
        };
        format!(
            "[databases]\n\
             * = host=127.0.0.1 port={upstream}\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\n\
             listen_port = {port}\n\
             unix_socket_dir =\n\
             auth_type = scram-sha-256\n\
             auth_file = {users}\n\
             {lookup}\
             pool_mode = transaction\n\
             max_prepared_statements = {statements}\n\
             default_pool_size = {size}\n\
             max_client_conn = 500\n\
             server_idle_timeout = 5\n\
             {failover}",
            upstream = self.upstream_port,
            users = users.display(),
            statements = self.max_prepared_statements,
            size = self.default_pool_size,
        )
    }
}

fn write_private(path: &Path, text: &str) -> Result<(), Error> {
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(Error::file(path))?;
    file.write_all(text.as_bytes()).map_err(Error::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_with_quotes_stays_one_field() {
        let settings = Settings::for_server_on(5432).login(Login::new("app", "a\"b"));
        assert_eq!(settings.users(), "\"app\" \"a\"\"b\"\n");
    }

    #[test]
    fn start_up_parameters_are_not_ignored() {
        let settings = Settings::for_server_on(5432).max_prepared_statements(0);
        let text = settings.configuration(Path::new("/u"), 6432);
        assert!(text.contains("max_prepared_statements = 0\n"));
        assert!(text.contains("* = host=127.0.0.1 port=5432\n"));
        assert!(!text.contains("ignore_startup_parameters"));
    }

    #[test]
    fn a_login_is_read_from_a_url() {
        let login = Login::from_url("postgres://me:pass-word@127.0.0.1:5432/db").unwrap();
        assert_eq!(
            (login.role.as_str(), login.password.as_str()),
            ("me", "pass-word")
        );
        assert!(Login::from_url("postgres://127.0.0.1/db").is_err());
    }

    #[test]
    fn a_password_is_not_shown() {
        assert!(!format!("{:?}", Login::new("app", "secret")).contains("secret"));
    }
}
