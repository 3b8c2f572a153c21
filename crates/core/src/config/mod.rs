//! Configuration from environment variables. All of them are checked, and every invalid one is named in the error.

mod database;
mod database_url;
mod endpoint;
mod guessable;
mod identity;
mod libpq;
mod monitoring;
mod otlp;
mod preshared;
mod site;

use std::env::VarError;
use std::fmt;
use std::num::NonZeroUsize;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use secrecy::SecretBox;
use time::Duration;

pub use database::{DatabaseConfig, PoolerMode};
pub use endpoint::Endpoint;
pub use libpq::Libpq;
pub use monitoring::Monitoring;
pub use otlp::Otlp;
pub use preshared::Preshared;
pub use site::LOCAL_URL;

/// The service that `HALLPASS_LEAKED_PASSWORDS=on` selects.
const HAVE_I_BEEN_PWNED: &str = "https://api.pwnedpasswords.com";
/// Minimum length of a master secret, in bytes.
pub const SECRET_MIN_BYTES: usize = 32;

/// The environment if `VERCEL_ENV` is missing.
const DEVELOPMENT: &str = "development";

/// Deployment environment (`VERCEL_ENV`). All keys depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment(String);

impl Environment {
    /// The environment with this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// `production`, `preview`, `development` or a custom name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is production, which has stricter rules at start-up.
    #[must_use]
    pub fn is_production(&self) -> bool {
        self.0 == "production"
    }

    /// Whether this is a developer's machine.
    #[must_use]
    pub fn is_development(&self) -> bool {
        self.0 == DEVELOPMENT
    }
}

/// Settings that the functions and the operator's command read from the environment.
#[derive(Debug)]
pub struct Config {
    /// `VERCEL_ENV`; `development` if it is missing.
    pub environment: Environment,
    /// `HALLPASS_SECRET`, decoded.
    pub secret: SecretBox<[u8]>,
    /// `HALLPASS_SECRET_PREVIOUS`, decoded; accepted for verification only.
    pub secret_previous: Option<SecretBox<[u8]>>,
    /// The functions' database.
    pub database: DatabaseConfig,
    /// `HALLPASS_ALLOW_SHARED_DATABASE`: whether a database of another environment may be used.
    pub may_share_database: bool,
    /// Public URL (`HALLPASS_URL`, else the host that the platform names), with which one-time links begin.
    pub url: Option<String>,
    /// Our own origins (`https://host`), which the CSRF check accepts.
    pub origins: Vec<String>,
    /// `HALLPASS_SESSION_IDLE_DAYS`: a session expires if it is not refreshed for this time.
    pub session_idle: Duration,
    /// `HALLPASS_SESSION_MAX_DAYS`: a session expires this time after the sign-in, even if it is refreshed.
    pub session_max: Duration,
    /// `HALLPASS_HASH_PERMITS`: maximum number of password hashes in parallel; by default the number of processors.
    pub hash_permits: usize,
    /// Whether the platform sets the client's address headers (`VERCEL=1`).
    pub on_platform: bool,
    /// Whether the process serves one request only and must not stay alive after it (`VERCEL_DEV=1`).
    pub one_shot: bool,
    /// The package version and, in a deployment, the commit.
    pub version: String,
    /// `VERCEL_REGION`, shown by the health check.
    pub region: Option<String>,
    /// `HALLPASS_LEAKED_PASSWORDS`: the service that new passwords are checked against, if one is configured.
    pub leaked_passwords: Option<Endpoint>,
    /// Settings of metrics, daily run and alerts.
    pub monitoring: Monitoring,
    /// The receiver of traces, if one is configured.
    pub otlp: Option<Otlp>,
}

/// A variable that is missing or invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Name of the variable.
    pub variable: &'static str,
    /// What is wrong and how to fix it. Never contains the value.
    pub problem: String,
}

/// All errors of the configuration; `Display` writes them on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("configuration: ")?;
        for (i, error) in self.0.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}{} {}", error.variable, error.problem)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// Reads variables and collects their errors.
pub(crate) struct Reader<'a> {
    get: &'a dyn Fn(&str) -> Option<String>,
    errors: Vec<ConfigError>,
}

impl Reader<'_> {
    /// Value of a variable; an empty one counts as missing.
    fn get(&self, variable: &str) -> Option<String> {
        (self.get)(variable)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    fn error(&mut self, variable: &'static str, problem: impl Into<String>) {
        self.errors.push(ConfigError {
            variable,
            problem: problem.into(),
        });
    }

    /// The URL of a service that Hallpass sends requests to.
    fn endpoint(&mut self, variable: &'static str) -> Option<Endpoint> {
        let endpoint = Endpoint::parse(&self.get(variable)?);
        if endpoint.is_none() {
            self.error(
                variable,
                "must be an address such as https://example.com/path; http:// only on this machine",
            );
        }
        endpoint
    }

    /// `1` means on; `0` and a missing variable mean off.
    fn switch(&mut self, variable: &'static str) -> bool {
        match self.get(variable).as_deref() {
            None | Some("0") => false,
            Some("1") => true,
            Some(_) => {
                self.error(variable, "must be 1 or 0");
                false
            }
        }
    }

    fn number(&mut self, variable: &'static str, default: u32, min: u32, max: u32) -> u32 {
        let Some(text) = self.get(variable) else {
            return default;
        };
        match text.parse() {
            Ok(number) if (min..=max).contains(&number) => number,
            _ => {
                self.error(
                    variable,
                    format!("must be a whole number from {min} to {max}"),
                );
                default
            }
        }
    }

    fn secret(&mut self, variable: &'static str) -> Option<SecretBox<[u8]>> {
        let text = self.get(variable)?;
        let unpadded = text.trim_end_matches('=');
        let decoded = STANDARD_NO_PAD
            .decode(unpadded)
            .or_else(|_| URL_SAFE_NO_PAD.decode(unpadded));
        let problem = match &decoded {
            Err(_) => Some("is not base64".to_owned()),
            Ok(bytes) if bytes.len() < SECRET_MIN_BYTES => {
                let length = bytes.len();
                Some(format!(
                    "is {length} bytes, but {SECRET_MIN_BYTES} are needed"
                ))
            }
            Ok(bytes) => guessable::secret(&text, bytes)
                .map(|problem| format!("{problem}, so that it could be guessed")),
        };
        if let Some(problem) = problem {
            self.error(variable, format!("{problem} (openssl rand -base64 32)"));
            return None;
        }
        decoded.ok().map(|bytes| SecretBox::new(bytes.into()))
    }
}

impl Config {
    /// The `iss` of access tokens: the public URL, or, on a developer's machine, the URL of `cargo dev`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.url.as_deref().unwrap_or(LOCAL_URL)
    }

    /// Checks that the public URL is known: tokens need it as their issuer.
    ///
    /// # Errors
    /// Outside of development, no variable names the public URL.
    pub fn require_url(&self) -> Result<(), ConfigErrors> {
        if self.url.is_some() || self.environment.is_development() {
            return Ok(());
        }
        Err(ConfigErrors(vec![ConfigError {
            variable: "HALLPASS_URL",
            problem: "is missing, and so are Vercel's own variables: set it to where Hallpass is reached, such as \
                      https://accounts.example.com"
                .to_owned(),
        }]))
    }

    /// Reads the configuration from the process's environment.
    ///
    /// # Errors
    /// All variables that are missing or invalid.
    pub fn from_env() -> Result<Self, ConfigErrors> {
        Self::read(&from_environment)
    }

    /// Reads the configuration. `get` returns the value of a variable.
    ///
    /// # Errors
    /// All variables that are missing or invalid.
    pub fn read(get: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigErrors> {
        let mut reader = Reader {
            get,
            errors: Vec::new(),
        };
        let environment = Environment(
            reader
                .get("VERCEL_ENV")
                .unwrap_or_else(|| DEVELOPMENT.to_owned()),
        );
        let secret = reader.secret("HALLPASS_SECRET");
        if reader.get("HALLPASS_SECRET").is_none() {
            reader.error(
                "HALLPASS_SECRET",
                "is missing: at least 32 random bytes in base64 (openssl rand -base64 32)",
            );
        }
        let secret_previous = reader.secret("HALLPASS_SECRET_PREVIOUS");
        let database = database::read(&mut reader, &environment);
        let may_share_database = reader.switch("HALLPASS_ALLOW_SHARED_DATABASE");
        let site = site::read(&mut reader, &environment);
        let idle_days = reader.number("HALLPASS_SESSION_IDLE_DAYS", 7, 1, 365);
        let max_days = reader.number("HALLPASS_SESSION_MAX_DAYS", 30, 1, 365);
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let processors = u32::try_from(processors).unwrap_or(1);
        let hash_permits = reader.number("HALLPASS_HASH_PERMITS", processors, 1, 64);
        let commit = reader.get("VERCEL_GIT_COMMIT_SHA");
        let on_platform = reader.get("VERCEL").is_some();
        let one_shot = reader.get("VERCEL_DEV").is_some();
        let region = reader.get("VERCEL_REGION");
        let version = version(commit.as_deref());
        let leaked_passwords = leaked_passwords(&mut reader);
        let monitoring = monitoring::read(&mut reader);
        let otlp = otlp::read(&mut reader, &environment, &version, region.as_deref());
        match (secret, database) {
            (Some(secret), Some(database)) if reader.errors.is_empty() => Ok(Self {
                environment,
                secret,
                secret_previous,
                database,
                may_share_database,
                url: site.url,
                origins: site.origins,
                session_idle: Duration::days(idle_days.into()),
                session_max: Duration::days(max_days.into()),
                hash_permits: hash_permits as usize,
                on_platform,
                one_shot,
                version,
                region,
                leaked_passwords,
                monitoring,
                otlp,
            }),
            _ => Err(ConfigErrors(reader.errors)),
        }
    }
}

/// `on`, `off`, or the URL of a service that answers as Have I Been Pwned does.
fn leaked_passwords(reader: &mut Reader<'_>) -> Option<Endpoint> {
    let variable = "HALLPASS_LEAKED_PASSWORDS";
    let service = reader.get(variable)?;
    match service.to_ascii_lowercase().as_str() {
        "off" => None,
        "on" => Endpoint::parse(HAVE_I_BEEN_PWNED),
        _ => {
            let endpoint = Endpoint::parse(&service);
            if endpoint.is_none() {
                reader.error(
                    variable,
                    "must be on, off, or an address such as https://api.pwnedpasswords.com; http:// only on this machine",
                );
            }
            endpoint
        }
    }
}

/// A variable that is not UTF-8 counts as set and invalid, not as missing: no default may replace it.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]
fn from_environment(variable: &str) -> Option<String> {
    match std::env::var(variable) {
        Err(VarError::NotUnicode(value)) => Some(value.to_string_lossy().into_owned()),
        found => found.ok(),
    }
}

/// The package version, with the first seven digits of the commit as build metadata (`SemVer` 10).
fn version(commit: Option<&str>) -> String {
    let package = env!("CARGO_PKG_VERSION");
    match commit.and_then(|sha| sha.get(..7)) {
        Some(short) => format!("{package}+{short}"),
        None => package.to_owned(),
    }
}

/// Whether a host, with or without a port, is this machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name == "localhost"
        || name
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests;
