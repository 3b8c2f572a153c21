//! Security headers that `vercel.json` of this release sets on every response (ASVS V3.4).

use serde_json::Value;
use ureq::http::HeaderMap;

const VERCEL_JSON: &str = include_str!("../../../../vercel.json");
/// Source pattern of the rule for all paths in `vercel.json`.
const EVERYWHERE: &str = "/(.*)";
const CSP: &str = "Content-Security-Policy";
/// For its own domains, Vercel sends a longer `max-age`, which is accepted.
const HSTS: &str = "Strict-Transport-Security";

/// Messages about missing and different headers, one for each header.
pub(super) fn problems(found: &HeaderMap) -> Vec<String> {
    let mut problems: Vec<_> = expected()
        .into_iter()
        .filter_map(|(name, value)| {
            let found = found.get(&name).map(|found| found.to_str().unwrap_or("?"));
            match found {
                None => Some(format!("{name} is missing")),
                Some(found) if is_enough(&name, found, &value) => None,
                Some(found) => Some(format!("{name} is {found:?} instead of {value:?}")),
            }
        })
        .collect();
    // This header would allow other sites to read responses with credentials (V3.4.2).
    if found.contains_key("access-control-allow-credentials") {
        problems.push(
            "Access-Control-Allow-Credentials allows other sites to read responses".to_owned(),
        );
    }
    problems
}

/// Number of headers that are checked.
pub(super) fn count() -> usize {
    expected().len()
}

fn is_enough(name: &str, found: &str, expected: &str) -> bool {
    if name == CSP {
        return found == expected || allows_nothing(found);
    }
    if name != HSTS {
        return found == expected;
    }
    let has_subdomains = |text: &str| text.to_lowercase().contains("includesubdomains");
    max_age(found) >= max_age(expected) && (has_subdomains(found) || !has_subdomains(expected))
}

/// Whether a policy allows nothing, like the policy of API responses.
fn allows_nothing(policy: &str) -> bool {
    let directives: Vec<_> = policy.split(';').map(str::trim).collect();
    let needed = ["default-src", "base-uri", "form-action", "frame-ancestors"];
    needed
        .iter()
        .all(|name| directives.contains(&format!("{name} 'none'").as_str()))
        && directives
            .iter()
            .all(|directive| directive.ends_with(" 'none'") || *directive == "sandbox")
}

fn max_age(value: &str) -> u64 {
    let mut directives = value.split(';').map(str::trim);
    let age = directives.find_map(|directive| directive.strip_prefix("max-age="));
    age.and_then(|age| age.parse().ok()).unwrap_or_default()
}

fn expected() -> Vec<(String, String)> {
    let config: Value = serde_json::from_str(VERCEL_JSON).unwrap_or_default();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    list(&config["headers"])
        .iter()
        .filter(|rule| rule["source"] == EVERYWHERE)
        .flat_map(|rule| list(&rule["headers"]))
        .map(|header| (text(&header["key"]), text(&header["value"])))
        .collect()
}

#[cfg(test)]
mod tests {
    use ureq::http::{HeaderName, HeaderValue};

    use super::*;

    fn all() -> HeaderMap {
        let all = expected().into_iter();
        all.map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, value.parse().unwrap())
        })
        .collect()
    }

    #[test]
    fn each_header_of_vercel_json_is_required() {
        assert_eq!(problems(&all()), Vec::<String>::new());
        assert_eq!(problems(&HeaderMap::new()).len(), count());
        for (name, _) in expected() {
            let mut less = all();
            less.remove(&name);
            assert_eq!(problems(&less), [format!("{name} is missing")]);
            less.insert(
                name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_static("other"),
            );
            assert_eq!(problems(&less).len(), 1, "{name}");
        }
    }

    const NOTHING: &str =
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

    #[test]
    fn a_content_security_policy_may_allow_nothing() {
        let with = |value: &'static str| {
            let mut headers = all();
            headers.insert(
                CSP.parse::<HeaderName>().unwrap(),
                HeaderValue::from_static(value),
            );
            problems(&headers).is_empty()
        };
        assert!(with(NOTHING));
        assert!(!with(
            "default-src 'none'; base-uri 'none'; form-action 'none'"
        ));
        assert!(!with(
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src *"
        ));
    }

    #[test]
    fn strict_transport_security_may_be_stricter() {
        let with = |value: &'static str| {
            let mut headers = all();
            headers.insert(
                HSTS.parse::<HeaderName>().unwrap(),
                HeaderValue::from_static(value),
            );
            problems(&headers).is_empty()
        };
        assert!(with("max-age=63072000; includeSubDomains; preload"));
        assert!(!with("max-age=63072000"));
        assert!(!with("max-age=300; includeSubDomains"));
    }
}
