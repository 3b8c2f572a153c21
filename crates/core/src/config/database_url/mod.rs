//! Parses connection URIs as libpq does (PostgreSQL manual, "Connection URIs").

use std::str::FromStr as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

const FORM: &str =
    "is not a database URL: postgres://user:password@host/database?sslmode=verify-full";
const ENCODE: &str = "cannot be read: percent-encode special characters in the user name and the password \
     (% is %25, @ is %40, / is %2F, : is %3A, ? is %3F, # is %23)";

/// Parameters that have an effect. Other parameters of libpq are refused, and the message names them.
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
/// Parameters that integrations add to their URLs for other clients (Prisma, node-postgres, Supabase). They say
/// nothing about how to connect. `docs/reference/CONFIGURATION.md` states that they have no effect.
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

/// A parsed connection URI.
#[derive(Default)]
pub(super) struct DatabaseUrl {
    /// Keywords and values of the [`SUPPORTED`] parameters.
    values: Vec<(String, String)>,
    /// `pgbouncer=true`, with which Prisma's and Supabase's URLs announce a pooler without prepared statements.
    pub(super) names_pgbouncer: bool,
}

/// What is wrong with a URI and how to fix it. Never contains a value from the URI.
type Problem = String;

impl DatabaseUrl {
    pub(super) fn parse(uri: &str) -> Result<Self, Problem> {
        let rest = uri.strip_prefix("postgres://");
        let rest = rest.or_else(|| uri.strip_prefix("postgresql://"));
        let rest = rest.ok_or(FORM)?;
        let mut url = Self::default();
        // As in libpq, the first @ ends the credentials, unless a slash comes before it.
        let rest = match rest.find(['@', '/']) {
            Some(at) if rest[at..].starts_with('@') => {
                url.set_credentials(&rest[..at])?;
                &rest[at + 1..]
            }
            _ => rest,
        };
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        // A second @, or one behind a slash, is part of a password that was not percent-encoded.
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
            // libpq has this alias for compatibility with JDBC.
            "ssl" if value == "true" => self.set("sslmode", "require".to_owned()),
            "pgbouncer" => self.names_pgbouncer = value == "true",
            name if OF_OTHER_CLIENTS.contains(&name) => {}
            name if SUPPORTED.contains(&name) => self.set(name, value),
            name => {
                let is_name = name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
                // Behind the ? of a password that was not percent-encoded is the rest of the password: do not show it.
                return Err(if is_name && !pair.contains('@') && !name.is_empty() {
                    format!("has the parameter {name}, which is not supported: remove it")
                } else {
                    ENCODE.to_owned()
                });
            }
        }
        Ok(())
    }

    /// Sets a value. The last value of a keyword wins; an empty one removes the keyword.
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
            // If the password contains an unencoded slash, its first part is taken for the port.
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
            // `system` means the public CAs, which we trust anyway if no file is named. As in libpq, it needs full
            // verification.
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
            // The driver does not support channel binding. Verifying the server's certificate stops the same attacker.
            Some("require") if verifies => Ok(()),
            Some("require") => {
                Err("has channel_binding=require: it needs sslmode=verify-full".to_owned())
            }
            Some(_) => Err(
                "has an unknown channel_binding: disable, prefer and require are known".to_owned(),
            ),
        }
    }

    /// The options for the driver. As in libpq, parts that the URI omits come from libpq's variables (`PGHOST`, …).
    pub(super) fn options(&self) -> Result<PgConnectOptions, Problem> {
        // Every part is passed as a parameter: in the authority, the driver would keep the brackets of an IPv6 address.
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

/// Decodes percent-encoding only: a plus sign stays a plus sign.
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
