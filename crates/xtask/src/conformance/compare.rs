//! Sends the same requests to `vercel dev` and to the local gateway. Status, content type and structure must be the
//! same.

use std::collections::BTreeMap;

use hallpass_platform::Error;
use hyper::Method;
use serde_json::{Value, json};

use super::cli::read_json;
use super::{Cli, Deployed};
use crate::http::{self, Answer};

/// The compared properties of a response.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    content_type: String,
    shape: String,
    headers: BTreeMap<String, String>,
}

pub(crate) async fn compare(cli: &Cli, deployed: &Deployed) -> Result<(), Error> {
    let server = cli.dev(&deployed.environment).await?;
    let headers = cli.promised_headers()?;
    let theirs = script(server.url(), deployed, &headers).await;
    server.stop().await?;
    let (theirs, ours) = (theirs?, script(&deployed.url, deployed, &headers).await?);
    let different: Vec<_> = theirs
        .iter()
        .zip(&ours)
        .filter(|(theirs, ours)| theirs != ours)
        .map(|((request, theirs), (_, ours))| {
            format!("{request}\n  vercel dev: {theirs:?}\n  local gateway: {ours:?}")
        })
        .collect();
    if different.is_empty() {
        Ok(())
    } else {
        Err(Error::Message(different.join("\n")))
    }
}

/// Sends the requests: sign-in, a list, a path below it, public endpoints, pages of the console, and a path that does
/// not exist.
async fn script(
    base: &str,
    deployed: &Deployed,
    headers: &[String],
) -> Result<Vec<(String, Seen)>, Error> {
    let [email, password] = &deployed.administrator;
    let login = json!({ "email": email, "password": password, "delivery": "body" });
    let wrong = json!({ "email": "nobody@example.com", "password": "not a password of anybody" });
    let mut seen = Vec::new();
    let mut note = |request: String, answer: &Answer, headers: &[String]| {
        seen.push((request, look(answer, headers)));
    };

    let sign_in = format!("{base}/api/login");
    let answer = http::send(&Method::POST, &sign_in, None, Some(&login)).await?;
    note("POST /api/login".to_owned(), &answer, headers);
    let signed_in = answer.json;
    let Some(token) = signed_in["accessToken"].as_str().map(str::to_owned) else {
        return Err(Error::Message(format!(
            "sign-in at {base} was answered with {}: {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        )));
    };
    let answer = http::send(&Method::POST, &sign_in, None, Some(&wrong)).await?;
    note("POST /api/login, wrong".to_owned(), &answer, headers);

    let user = signed_in["user"]["id"].as_str().unwrap_or_default();
    let one = format!("/api/users/{user}");
    let requests: [(&str, Option<&str>, &[String]); 13] = [
        ("/api/users?page=1&size=1", Some(&token), headers),
        ("/api/me", Some(&token), headers),
        ("/api/users", None, headers),
        ("/", None, headers),
        // `vercel dev` does not set the headers of vercel.json on paths that a rewrite leads to. On Vercel they are
        // set: config.json sets them before the rewrites, and that order is checked in the output of `vercel build`.
        (&one, Some(&token), &[]),
        ("/health", None, &[]),
        ("/.well-known/jwks.json", None, &[]),
        ("/users/anything", None, &[]),
        ("/assets/missing.js", None, &[]),
        ("/robots.txt", None, &[]),
        ("/.well-known/unknown", None, &[]),
        ("/.well-known/change-password", None, &[]),
        ("/api/nothing", None, &[]),
    ];
    for (path, token, headers) in requests {
        let answer = http::send(&Method::GET, &format!("{base}{path}"), token, None).await?;
        note(format!("GET {path}"), &answer, headers);
    }
    Ok(seen)
}

fn look(answer: &Answer, headers: &[String]) -> Seen {
    // If neither a function nor a file responds, the page is that of the platform, which may differ.
    let platform = matches!(answer.status, 307 | 404) && answer.json.is_null();
    Seen {
        status: answer.status,
        content_type: if platform {
            String::new()
        } else {
            answer.content_type().to_owned()
        },
        shape: if platform {
            String::new()
        } else if answer.json.is_null() {
            text_shape(&answer.body)
        } else {
            shape(&answer.json)
        },
        headers: headers
            .iter()
            .map(|name| (name.clone(), answer.header(name).to_owned()))
            .collect(),
    }
}

fn text_shape(body: &[u8]) -> String {
    format!("{} bytes of text", body.len())
}

/// Structure of a JSON value: names and types. An array is described by its first element.
fn shape(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "string".to_owned(),
        Value::Array(list) => format!("[{}]", list.first().map_or_else(String::new, shape)),
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", shape(value)))
                .collect();
            fields.sort();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

impl Cli {
    /// Names of the headers that vercel.json sets on every path.
    fn promised_headers(&self) -> Result<Vec<String>, Error> {
        let configuration = read_json(&self.root().join("vercel.json"))?;
        let rules = configuration["headers"].as_array().into_iter().flatten();
        let everywhere = rules.filter(|rule| rule["source"] == "/(.*)");
        let names = everywhere.flat_map(|rule| rule["headers"].as_array().into_iter().flatten());
        Ok(names
            .filter_map(|header| Some(header["key"].as_str()?.to_lowercase()))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_consists_of_names_and_types() {
        let value = json!({ "b": [{ "x": 1 }, { "x": 2 }], "a": null, "c": [], "d": true });
        assert_eq!(shape(&value), "{a: null, b: [{x: number}], c: [], d: bool}");
        assert_ne!(shape(&json!({ "a": 1 })), shape(&json!({ "a": "1" })));
    }
}
