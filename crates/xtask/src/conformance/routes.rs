//! Checks the order of the routes in `config.json`: redirects, headers, the file system, rewrites, then 404 for all
//! other paths below `/api`.

use fancy_regex::Regex;
use serde_json::Value;

/// Route that the CLI adds after the rewrites, so that an unknown API path does not lead to the console.
const REST_OF_API: &str = "^/api(/.*)?$";

/// The console's page, which all paths of the console are rewritten to.
const PAGE: &str = "/index.html";
/// Paths of files, which no page of the console has. If such a file is missing, the response must be 404.
const FILES: [&str; 6] = [
    "/assets/missing.js",
    "/robots.txt",
    "/.well-known/unknown",
    "/%2ewell-known/unknown",
    "/users/ada.json",
    "/api/unknown",
];

pub(super) fn problems(config: &Value, vercel_json: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    if config["version"] != 3 {
        problems.push(format!(
            "config.json: version {} instead of 3",
            config["version"]
        ));
    }
    let none = Vec::new();
    let routes = config["routes"].as_array().unwrap_or(&none);
    let place = |wanted: &dyn Fn(&Value) -> bool| routes.iter().position(wanted);
    let Some(files) = place(&|route| route["handle"] == "filesystem") else {
        problems.push("routes: the file system is never searched".to_owned());
        return problems;
    };
    let (before, after) = routes.split_at(files);
    problems.extend(redirect_problems(before, vercel_json));
    problems.extend(header_problems(before, after, vercel_json));
    let after = after
        .split(|route| route["handle"] == "error" || route["handle"] == "miss")
        .next();
    problems.extend(rewrite_problems(after.unwrap_or_default(), vercel_json));
    problems.extend(fallback_problems(after.unwrap_or_default()));
    problems
}

/// Every redirect must be before the file system, and have the status that `permanent` implies.
fn redirect_problems(before: &[Value], vercel_json: &Value) -> Vec<String> {
    let none = Vec::new();
    let wanted = vercel_json["redirects"].as_array().unwrap_or(&none);
    let missing = wanted.iter().filter(|redirect| {
        let status = if redirect["permanent"] == false {
            307
        } else {
            308
        };
        !before.iter().any(|route| {
            route["status"] == status && route["headers"]["Location"] == redirect["destination"]
        })
    });
    missing
        .map(|redirect| format!("routes: there is no redirect for {}", redirect["source"]))
        .collect()
}

/// A missing file must not lead to the console's page, because a browser would cache the page as that file.
fn fallback_problems(after: &[Value]) -> Vec<String> {
    let mut problems = Vec::new();
    for route in after.iter().filter(|route| route["dest"] == PAGE) {
        let source = route["src"].as_str().unwrap_or_default();
        let Ok(pattern) = Regex::new(source) else {
            problems.push(format!("routes: {source} is not a regular expression"));
            continue;
        };
        let matched = FILES
            .iter()
            .filter(|path| pattern.is_match(path).unwrap_or(true));
        problems.extend(matched.map(|path| format!("routes: {path} leads to the console's page")));
    }
    problems
}

/// Every header rule must be before the file system and continue with the following routes.
fn header_problems(before: &[Value], after: &[Value], vercel_json: &Value) -> Vec<String> {
    let none = Vec::new();
    let mut problems = Vec::new();
    for rule in vercel_json["headers"].as_array().unwrap_or(&none) {
        let mut wanted = serde_json::Map::new();
        for header in rule["headers"].as_array().unwrap_or(&none) {
            wanted.insert(
                header["key"].as_str().unwrap_or_default().to_owned(),
                header["value"].clone(),
            );
        }
        let wanted = Value::Object(wanted);
        let set = |route: &&Value| route["headers"] == wanted && route["continue"] == true;
        if !before.iter().any(|route| set(&route)) {
            problems.push(format!(
                "routes: the headers of {} are not set before static files",
                rule["source"]
            ));
        }
    }
    if after.iter().any(|route| route["continue"] == true) {
        problems.push("routes: headers are set after static files".to_owned());
    }
    problems
}

fn rewrite_problems(after: &[Value], vercel_json: &Value) -> Vec<String> {
    let none = Vec::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let wanted: Vec<_> = vercel_json["rewrites"]
        .as_array()
        .unwrap_or(&none)
        .iter()
        .map(|rewrite| text(&rewrite["destination"]))
        .collect();
    let found: Vec<_> = after
        .iter()
        .filter(|route| !route["dest"].is_null())
        .map(|route| text(&route["dest"]))
        .collect();
    let mut problems = Vec::new();
    if wanted != found {
        problems.push(format!(
            "routes: rewrites lead to {found:?} instead of {wanted:?}"
        ));
    }
    let rest = after
        .iter()
        .position(|route| route["src"] == REST_OF_API && route["status"] == 404);
    let last_rewrite = after.iter().rposition(|route| !route["dest"].is_null());
    if rest.is_none() || rest < last_rewrite {
        problems.push("routes: unknown paths under /api do not end in 404".to_owned());
    }
    problems
}
