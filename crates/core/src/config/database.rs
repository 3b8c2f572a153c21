//! The database's address and how to connect to it: variables of the integrations, TLS, connection pooler.

use std::fmt;
use std::net::IpAddr;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use webpki::anchor_from_trusted_cert;

use super::database_url::DatabaseUrl;
use super::{Environment, Reader};

/// Variables with the functions' database address, in order of precedence: Prisma's pooled one, Neon's and ours,
/// Supabase's.
const POOLED: [&str; 3] = ["DATABASE_URL_POOLED", "DATABASE_URL", "POSTGRES_URL"];
/// Variables with the direct connection that migrations need, in order of precedence.
const DIRECT: [&str; 3] = [
    "DATABASE_URL_UNPOOLED",
    "POSTGRES_URL_NON_POOLING",
    "DATABASE_URL",
];

/// The connection pooler in front of the server, as configured (`DATABASE_POOLER`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolerMode {
    /// Detect the pooler when the first connection is made.
    Auto,
    /// No pooler, a session pooler, or one that tracks named statements (`PgBouncer` ≥ 1.21 with
    /// `max_prepared_statements` > 0, Neon): each connection prepares a statement once and reuses it.
    Named,
    /// A transaction pooler that does not track named statements (Supavisor on port 6543, `PgBouncer`
    /// with `max_prepared_statements` = 0): no statement stays prepared, and each one runs in a transaction.
    Unnamed,
}

/// Validated address and settings of the database connection.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// Connection options, with the final TLS mode. They contain the password: not for display.
    pub(crate) options: PgConnectOptions,
    /// The variable that the address was read from, for messages.
    pub variable: &'static str,
    /// Whether this is the direct connection of the operator's commands.
    pub(crate) is_direct: bool,
    /// The connection pooler in front of the server, as configured.
    pub pooler: PoolerMode,
    /// `DATABASE_CONNECTION_LIMIT`: maximum number of connections of an instance.
    pub max_connections: u32,
}

impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseConfig")
            .field("address", &self.address())
            .field("variable", &self.variable)
            .field("pooler", &self.pooler)
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

impl DatabaseConfig {
    /// Host, port and database name, without user and password.
    #[must_use]
    pub fn address(&self) -> String {
        let host = match self.options.get_socket() {
            Some(path) => path.display().to_string(),
            None if self.options.get_host().contains(':') => {
                format!("[{}]", self.options.get_host())
            }
            None => self.options.get_host().to_owned(),
        };
        format!("{host}:{}/{}", self.options.get_port(), self.database())
    }

    /// Host and port to connect to; `None` for a Unix socket.
    #[must_use]
    pub fn endpoint(&self) -> Option<(&str, u16)> {
        let host = self.options.get_host();
        let is_socket = self.options.get_socket().is_some() || host.starts_with('/');
        (!is_socket).then(|| (host, self.options.get_port()))
    }

    /// Whether the server is on this machine, so that the connection needs no TLS.
    #[must_use]
    pub fn is_local(&self) -> bool {
        is_local(&self.options)
    }

    /// Whether the server's certificate and host name are verified.
    #[must_use]
    pub fn verifies_tls(&self) -> bool {
        matches!(self.options.get_ssl_mode(), PgSslMode::VerifyFull)
    }

    /// Reads the direct connection for migrations from the process's environment.
    ///
    /// # Errors
    /// All variables that are missing or invalid.
    pub fn direct_from_env() -> Result<Self, super::ConfigErrors> {
        Self::direct(&super::from_environment)
    }

    /// Reads the direct connection for migrations. `get` returns the value of a variable.
    ///
    /// # Errors
    /// All variables that are missing or invalid.
    pub fn direct(get: &dyn Fn(&str) -> Option<String>) -> Result<Self, super::ConfigErrors> {
        let mut reader = Reader {
            get,
            errors: Vec::new(),
        };
        let environment = Environment::new(&reader.get("VERCEL_ENV").unwrap_or_default());
        match read_from(&mut reader, &environment, &DIRECT) {
            Some(config) if reader.errors.is_empty() => Ok(config),
            _ => Err(super::ConfigErrors(reader.errors)),
        }
    }
}

pub(super) fn read(reader: &mut Reader<'_>, environment: &Environment) -> Option<DatabaseConfig> {
    read_from(reader, environment, &POOLED)
}

fn read_from(
    reader: &mut Reader<'_>,
    environment: &Environment,
    variables: &[&'static str],
) -> Option<DatabaseConfig> {
    let Some((variable, url)) = variables
        .iter()
        .find_map(|variable| reader.get(variable).map(|url| (*variable, url)))
    else {
        reader.error(
            "DATABASE_URL",
            "is missing: postgres://user:password@host/database?sslmode=verify-full",
        );
        return None;
    };
    let read = DatabaseUrl::parse(&url).and_then(|url| Ok((url.options()?, url.names_pgbouncer)));
    let (mut options, names_pgbouncer) = match read {
        Ok(read) => read,
        Err(problem) => {
            reader.error(variable, problem);
            return None;
        }
    };
    if let Some(pem) = reader.get("DATABASE_CA_CERT") {
        // Editors for environment variables often replace line breaks by the two characters \n.
        let pem = pem.replace("\\n", "\n");
        if is_certificates(&pem) {
            options = options
                .ssl_root_cert_from_pem(pem.into_bytes())
                .ssl_mode(PgSslMode::VerifyFull);
        } else {
            reader.error("DATABASE_CA_CERT", "is not a certificate in PEM form");
        }
    }
    if !is_local(&options) {
        match options.get_ssl_mode() {
            // Integrations write `require`, which encrypts but accepts any certificate. We always verify it.
            PgSslMode::Require | PgSslMode::VerifyCa => {
                options = options.ssl_mode(PgSslMode::VerifyFull);
            }
            PgSslMode::VerifyFull => {}
            _ if environment.is_production() => reader.error(
                variable,
                "does not verify TLS: add sslmode=verify-full to it, or give the server's CA in DATABASE_CA_CERT",
            ),
            _ => {}
        }
    }
    let pooler = pooler(reader, names_pgbouncer);
    let max_connections = reader.number("DATABASE_CONNECTION_LIMIT", 3, 1, 100);
    // PgBouncer refuses start-up parameters that it does not know.
    let mut options = options.extra_float_digits(None);
    if options.get_application_name().is_none() {
        options = options.application_name("hallpass");
    }
    Some(DatabaseConfig {
        options,
        variable,
        is_direct: variables == DIRECT,
        pooler,
        max_connections,
    })
}

fn pooler(reader: &mut Reader<'_>, names_pgbouncer: bool) -> PoolerMode {
    match reader.get("DATABASE_POOLER").as_deref() {
        Some("named") => PoolerMode::Named,
        Some("unnamed") => PoolerMode::Unnamed,
        None | Some("auto") if names_pgbouncer => PoolerMode::Unnamed,
        None | Some("auto") => PoolerMode::Auto,
        Some(_) => {
            reader.error("DATABASE_POOLER", "must be auto, named or unnamed");
            PoolerMode::Auto
        }
    }
}

/// Whether the driver can load the certificates. If it cannot, every request would fail when it connects.
fn is_certificates(pem: &str) -> bool {
    let mut certificates = CertificateDer::pem_slice_iter(pem.as_bytes()).peekable();
    certificates.peek().is_some()
        && certificates.all(|certificate| {
            certificate.is_ok_and(|certificate| anchor_from_trusted_cert(&certificate).is_ok())
        })
}

fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
