//! Checks the page of the console and the assets that it loads.

use std::collections::BTreeSet;

use ureq::http::HeaderMap;

use super::super::client::{Answer, Site};
use super::super::report::Report;
use crate::outgoing::fault::Fault;

/// Path of the assets. Their names contain a hash of their contents.
const ASSETS: &str = "/assets/";
/// Path of an asset that does not exist.
const MISSING: &str = "/assets/missing.js";

#[derive(Debug)]
pub(super) struct Page {
    document: Result<Answer, Fault>,
    assets: Vec<(String, Result<Answer, Fault>)>,
    missing: Result<Answer, Fault>,
}

pub(super) async fn page(site: &Site) -> Page {
    let page = site.get("/").await;
    let html = page
        .as_ref()
        .map(|answer| String::from_utf8_lossy(&answer.bytes).into_owned());
    let mut assets = Vec::new();
    for path in html.as_deref().map(loaded_by).unwrap_or_default() {
        let answer = site.get(&path).await;
        assets.push((path, answer));
    }
    let missing = site.get(MISSING).await;
    Page {
        document: page,
        assets,
        missing,
    }
}

impl Page {
    /// Headers of the page and of one of its assets.
    pub(super) fn headers(&self) -> Vec<(String, Option<&HeaderMap>)> {
        fn of(answer: &Result<Answer, Fault>) -> Option<&HeaderMap> {
            answer.as_ref().ok().map(|answer| &answer.headers)
        }
        let mut headers = vec![("/".to_owned(), of(&self.document))];
        headers.extend(
            self.assets
                .first()
                .map(|(path, answer)| (path.clone(), of(answer))),
        );
        headers
    }

    pub(super) fn judge(self, report: &mut Report) {
        let names = self.assets.len();
        report.judge("console", self.document, 200, |answer| {
            let kind = answer.header("content-type");
            if !kind.starts_with("text/html") {
                return Err(format!("the page is {kind:?} instead of text/html"));
            }
            match names {
                0 => Err("the page loads no assets: was the console built?".to_owned()),
                _ => Ok("page loaded".to_owned()),
            }
        });
        let mut problems = Vec::new();
        let mut slowest = 0;
        for (path, answer) in &self.assets {
            match answer {
                Ok(answer) => {
                    slowest = slowest.max(answer.milliseconds);
                    problems.extend(problem(path, answer).map(|text| format!("{path}: {text}")));
                }
                Err(fault) => problems.push(format!("{path}: {fault}")),
            }
        }
        match &self.missing {
            Ok(answer) => problems.extend(missing_asset_problem(answer)),
            Err(fault) => problems.push(format!("{MISSING}: {fault}")),
        }
        if names > 0 {
            let detail = if problems.is_empty() {
                format!("{names} files, cached permanently")
            } else {
                problems.join("; ")
            };
            report.note("assets", problems.is_empty(), &detail, Some(slowest));
        }
    }
}

fn problem(path: &str, answer: &Answer) -> Option<String> {
    if answer.status != 200 {
        return Some(answer.outcome());
    }
    // The server could respond with the page of the console to a request for a missing file.
    let kind = answer.header("content-type");
    let wanted = match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" => "javascript",
        "css" => "text/css",
        _ => "",
    };
    if !kind.contains(wanted) || kind.starts_with("text/html") {
        return Some(format!("has the content type {kind:?}"));
    }
    let kept = answer.header("cache-control");
    (!kept.contains("immutable"))
        .then(|| format!("is not cached permanently: Cache-Control is {kept:?}"))
}

/// If the response for a missing asset were cached, it would hide an asset of a later deployment with that name.
fn missing_asset_problem(missing: &Answer) -> Option<String> {
    if missing.status != 404 {
        return Some(format!("{MISSING}: {} instead of 404", missing.outcome()));
    }
    let kept = missing.header("cache-control");
    kept.contains("max-age=31536000")
        .then(|| format!("{MISSING}: the 404 is cached permanently: Cache-Control is {kept:?}"))
}

/// Paths of assets in the `src` and `href` attributes of a page.
fn loaded_by(html: &str) -> BTreeSet<String> {
    let values = html.split(['"', '\'']);
    values
        .filter(|value| value.starts_with(ASSETS) && !value.contains(char::is_whitespace))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_asset_of_a_page_is_found_once() {
        let html = r#"<script type="module" crossorigin src="/assets/a-1.js"></script>
            <link rel="modulepreload" href="/assets/a-1.js"><link rel='stylesheet' href='/assets/b.css'>
            <link rel="icon" href="/favicon.svg"><a href="https://example.com/assets/c.js">c</a>"#;
        let found: Vec<_> = loaded_by(html).into_iter().collect();
        assert_eq!(found, ["/assets/a-1.js", "/assets/b.css"]);
    }
}
