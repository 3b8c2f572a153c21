//! The receiver of traces: the variables of the OpenTelemetry specification that are supported.

use std::fmt;

use secrecy::SecretString;

use super::{Endpoint, Environment, Reader};

/// Name of the service if no variable sets it.
const SERVICE_NAME: &str = "hallpass";

/// A receiver of traces.
#[derive(Clone)]
pub struct Otlp {
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` with `/v1/traces` appended.
    pub traces: Endpoint,
    /// `OTEL_EXPORTER_OTLP_HEADERS`: usually an API key of the receiver.
    pub headers: Vec<(String, SecretString)>,
    /// Attributes of the resource: `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME`, and defaults.
    pub resource: Vec<(String, String)>,
}

impl fmt::Debug for Otlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Otlp")
            .field("traces", &self.traces)
            .finish_non_exhaustive()
    }
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    environment: &Environment,
    version: &str,
    region: Option<&str>,
) -> Option<Otlp> {
    let is_disabled = reader
        .get("OTEL_SDK_DISABLED")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let endpoint = reader.endpoint("OTEL_EXPORTER_OTLP_ENDPOINT");
    let protocol = reader.get("OTEL_EXPORTER_OTLP_PROTOCOL");
    if endpoint.is_some() && protocol.is_some_and(|protocol| protocol != "http/json") {
        reader.error(
            "OTEL_EXPORTER_OTLP_PROTOCOL",
            "must be http/json, the only supported protocol",
        );
    }
    let headers = pairs(reader, "OTEL_EXPORTER_OTLP_HEADERS");
    let given = pairs(reader, "OTEL_RESOURCE_ATTRIBUTES");
    let name = reader.get("OTEL_SERVICE_NAME");
    let is_header = |(name, value): &(String, String)| {
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !name.is_empty()
            && name.bytes().all(is_token)
            && value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
    };
    if !headers.iter().all(is_header) {
        reader.error(
            "OTEL_EXPORTER_OTLP_HEADERS",
            "contains an invalid header name or value",
        );
    }
    let mut resource = vec![
        ("service.name".to_owned(), SERVICE_NAME.to_owned()),
        ("service.version".to_owned(), version.to_owned()),
        (
            "deployment.environment.name".to_owned(),
            environment.as_str().to_owned(),
        ),
    ];
    resource.extend(region.map(|region| ("cloud.region".to_owned(), region.to_owned())));
    // OTEL_SERVICE_NAME takes precedence over service.name in OTEL_RESOURCE_ATTRIBUTES, and both over the defaults.
    for (name, value) in given
        .into_iter()
        .chain(name.map(|name| ("service.name".to_owned(), name)))
    {
        resource.retain(|(known, _)| *known != name);
        resource.push((name, value));
    }
    let traces = endpoint.filter(|_| !is_disabled)?.below("v1/traces");
    let headers = headers
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect();
    Some(Otlp {
        traces,
        headers,
        resource,
    })
}

/// Parses `name=value,name=value` with percent-encoded values, as in W3C Baggage.
fn pairs(reader: &mut Reader<'_>, variable: &'static str) -> Vec<(String, String)> {
    let Some(text) = reader.get(variable) else {
        return Vec::new();
    };
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        Some((name.trim().to_owned(), percent_decoded(value.trim())?))
    };
    let read: Option<Vec<_>> = text
        .split(',')
        .filter(|pair| !pair.trim().is_empty())
        .map(pair)
        .collect();
    read.unwrap_or_else(|| {
        reader.error(
            variable,
            "must be name=value,name=value with values percent-encoded",
        );
        Vec::new()
    })
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || {
            Some(
                u8::try_from(char::from(bytes.next()?).to_digit(16)?)
                    .expect("a hexadecimal digit is below 16"),
            )
        };
        decoded.push(digit()? * 16 + digit()?);
    }
    String::from_utf8(decoded).ok()
}
