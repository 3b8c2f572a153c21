//! Connection URIs, read as libpq reads them (PostgreSQL manual, "Connection URIs").

use std::str::FromStr as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

const FORM: &str =
    "is not a database URL: postgres://user:password@host/database?sslmode=verify-full";
const ENCODE: &str = "cannot be read: percent-encode special characters in the user name and the password \
     (% is %25, @ is %40, / is %2F, : is %3A, ? is %3F, # is %23)";

/// Parameters that connect us. Everything else that libpq knows is refused by name.
const SUPPORTED: [&str; 10] = [
    "host",
    "port",
    "dbname",
    "user",
    "password",
    "sslmode",
    "sslrootcert",
    "application_name",
    "options",
    "channel_binding",
];
/// What the URLs of integrations carry for other clients (Prisma, node-postgres, Supabase). It says nothing
/// about how to connect, and `docs/reference/CONFIGURATION.md` says that it has no effect here.
const OF_OTHER_CLIENTS: [&str; 9] = [
    "connect_timeout",
    "connection_limit",
    "pgbouncer",
    "pool",
    "pool_timeout",
    "schema",
    "statement_cache_size",
    "supa",
    "uselibpqcompat",
];

/// A connection URI, taken apart.
#[derive(Default)]
pub(super) struct DatabaseUrl {
    /// Keywords and values of [`SUPPORTED`] parameters.
    values: Vec<(String, String)>,
    /// `pgbouncer=true`, by which Prisma's and Supabase's URLs name a pooler without prepared statements.
    pub(super) names_pgbouncer: bool,
}

/// What is wrong with a URI and what to do. Never shows a value.
type Problem = String;

impl DatabaseUrl {
    pub(super) fn parse(uri: &str) -> Result<Self, Problem> {
        let rest = uri.strip_prefix("postgres://");
        let rest = rest.or_else(|| uri.strip_prefix("postgresql://"));
        let rest = rest.ok_or(FORM)?;
        let mut url = Self::default();
        // As libpq does: the first @ ends the credentials, unless a slash comes before it.
        let rest = match rest.find(['@', '/']) {
            Some(at) if rest[at..].starts_with('@') => {
                url.set_credentials(&rest[..at])?;
                &rest[at + 1..]
            }
            _ => rest,
        };
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        // A second @, or one behind a slash, is part of a password that was not encoded.
        if address.contains('@') {
            return Err(ENCODE.to_owned());
        }
        let (authority, database) = address.split_once('/').unwrap_or((address, ""));
        url.set_host_and_port(authority)?;
        url.set("dbname", decoded(database)?);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            url.set_parameter(pair)?;
        }
        url.check()?;
        Ok(url)
    }

    fn set_credentials(&mut self, credentials: &str) -> Result<(), Problem> {
        let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        self.set("user", decoded(user)?);
        self.set("password", decoded(password)?);
        Ok(())
    }

    fn set_host_and_port(&mut self, authority: &str) -> Result<(), Problem> {
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']').ok_or(FORM)?;
                if host.parse::<std::net::Ipv6Addr>().is_err() {
                    return Err("has no IPv6 address between [ and ]: correct the host".to_owned());
                }
                match port.strip_prefix(':') {
                    Some(port) => (host, port),
                    None if port.is_empty() => (host, ""),
                    None if port.starts_with(',') => return Err(several_hosts()),
                    None => return Err(FORM.to_owned()),
                }
            }
            None => authority.split_once(':').unwrap_or((authority, "")),
        };
        self.set("host", decoded(host)?);
        self.set("port", decoded(port)?);
        Ok(())
    }

    fn set_parameter(&mut self, pair: &str) -> Result<(), Problem> {
        let (keyword, value) = pair.split_once('=').ok_or_else(|| {
            "has a parameter without a value: parameters have the form name=value".to_owned()
        })?;
        let (keyword, value) = (decoded(keyword)?, decoded(value)?);
        match keyword.as_str() {
            // An alias that libpq has for the sake of JDBC.
            "ssl" if value == "true" => self.set("sslmode", "require".to_owned()),
            "pgbouncer" => self.names_pgbouncer = value == "true",
            name if OF_OTHER_CLIENTS.contains(&name) => {}
            name if SUPPORTED.contains(&name) => self.set(name, value),
            name => {
                let is_name = name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
                // What stands behind the ? of a password that was not encoded is not for display.
                return Err(if is_name && !pair.contains('@') && !name.is_empty() {
                    format!("has the parameter {name}, which is not supported: remove it")
                } else {
                    ENCODE.to_owned()
                });
            }
        }
        Ok(())
    }

    /// The last one counts; an empty one is as good as none.
    fn set(&mut self, keyword: &str, value: String) {
        self.values.retain(|(known, _)| known != keyword);
        if !value.is_empty() {
            self.values.push((keyword.to_owned(), value));
        }
    }

    fn get(&self, keyword: &str) -> Option<&str> {
        let mut values = self.values.iter();
        values.find_map(|(known, value)| (known == keyword).then_some(value.as_str()))
    }

    fn check(&mut self) -> Result<(), Problem> {
        let has_comma = |keyword| self.get(keyword).is_some_and(|value| value.contains(','));
        if has_comma("host") || has_comma("port") {
            return Err(several_hosts());
        }
        if let Some(port) = self.get("port") {
            let is_digits = port.bytes().all(|byte| byte.is_ascii_digit());
            // A password with a slash in it stands where the port is looked for.
            if !is_digits {
                return Err(ENCODE.to_owned());
            }
            if !port.parse::<u16>().is_ok_and(|port| port > 0) {
                return Err("has no port from 1 to 65535: correct it".to_owned());
            }
        }
        let mode = self.get("sslmode").map(PgSslMode::from_str);
        if mode.as_ref().is_some_and(Result::is_err) {
            return Err(
                "has an unknown sslmode: disable, allow, prefer, require, verify-ca and \
                        verify-full are known"
                    .to_owned(),
            );
        }
        let mode = mode.and_then(Result::ok);
        if self.get("sslrootcert") == Some("system") {
            // The public CAs, which are what we trust without a file; as in libpq with full verification only.
            if mode.is_some_and(|mode| !matches!(mode, PgSslMode::VerifyFull)) {
                return Err("has sslrootcert=system: it needs sslmode=verify-full".to_owned());
            }
            self.set("sslrootcert", String::new());
            self.set("sslmode", "verify-full".to_owned());
        }
        let verifies = matches!(
            mode,
            Some(PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull)
        );
        match self.get("channel_binding") {
            None | Some("disable" | "prefer") => Ok(()),
            // The driver cannot bind. That the server's certificate is verified keeps the same attacker out.
            Some("require") if verifies => Ok(()),
            Some("require") => {
                Err("has channel_binding=require: it needs sslmode=verify-full".to_owned())
            }
            Some(_) => Err(
                "has an unknown channel_binding: disable, prefer and require are known".to_owned(),
            ),
        }
    }

    /// For the driver. What the URI leaves out comes from libpq's variables (`PGHOST`, …), as it does there.
    pub(super) fn options(&self) -> Result<PgConnectOptions, Problem> {
        // Every part goes as a parameter: in the authority the driver would keep the brackets of an address.
        let parameters = self
            .values
            .iter()
            .filter(|(keyword, _)| keyword != "channel_binding");
        let query: Vec<String> = parameters
            .map(|(keyword, value)| format!("{keyword}={}", utf8_percent_encode(value, PLAIN)))
            .collect();
        let url = format!("postgres:///?{}", query.join("&"));
        PgConnectOptions::from_str(&url).map_err(|_| FORM.to_owned())
    }
}

const PLAIN: &AsciiSet = NON_ALPHANUMERIC;

fn several_hosts() -> Problem {
    "names several hosts: give one".to_owned()
}

/// Decodes %xx and nothing else: a plus sign is a plus sign.
fn decoded(text: &str) -> Result<String, Problem> {
    let mut tokens = text.split('%').skip(1);
    let is_hex = |token: &str| {
        let digits = token.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit) && digits != b"00")
    };
    if !tokens.all(is_hex) {
        return Err(ENCODE.to_owned());
    }
    let decoded = percent_decode_str(text).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| ENCODE.to_owned())
}

#[cfg(test)]
mod tests;
