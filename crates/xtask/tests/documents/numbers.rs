//! Numbers in docs/concepts/SECURITY-MODEL.md are equal to the constants in the code.

use std::collections::BTreeMap;

use hallpass_core::passwords::{MAX_CHARS, MIN_CHARS};
use hallpass_core::sessions::{GRACE, REUSE_INTERVAL};
use hallpass_core::throttle::{
    ACCOUNT, ACCOUNT_AND_NETWORK, DEVICE, LINK, NETWORK, REFRESH, Rule, SITE,
};
use hallpass_core::tokens::access::{ACCESS_TOKEN_LIFETIME, KEY_PERIOD, LEEWAY};
use hallpass_core::tokens::link::LINK_LIFETIME;

use super::text;

/// Every constant that the page must list, with its value. Durations are in seconds.
fn constants() -> BTreeMap<String, String> {
    let mut constants: BTreeMap<_, _> = [
        ("ACCESS_TOKEN_LIFETIME", ACCESS_TOKEN_LIFETIME),
        ("LEEWAY", LEEWAY),
        ("KEY_PERIOD", KEY_PERIOD),
        ("REUSE_INTERVAL", REUSE_INTERVAL),
        ("GRACE", GRACE),
        ("LINK_LIFETIME", LINK_LIFETIME),
    ]
    .map(|(name, time)| (name.to_owned(), format!("{} s", time.whole_seconds())))
    .into();
    constants.extend(
        [("MIN_CHARS", MIN_CHARS), ("MAX_CHARS", MAX_CHARS)]
            .map(|(name, number)| (name.to_owned(), number.to_string())),
    );
    for (name, rule) in [
        ("ACCOUNT_AND_NETWORK", ACCOUNT_AND_NETWORK),
        ("NETWORK", NETWORK),
        ("SITE", SITE),
        ("ACCOUNT", ACCOUNT),
        ("DEVICE", DEVICE),
        ("LINK", LINK),
        ("REFRESH", REFRESH),
    ] {
        let Rule {
            limit,
            max_delay,
            window,
        } = rule;
        constants.insert(format!("{name}.limit"), limit.to_string());
        constants.insert(format!("{name}.max_delay"), format!("{max_delay} s"));
        constants.insert(format!("{name}.window"), format!("{window} s"));
    }
    constants
}

/// Rows of three columns that end with the name of a constant: `| words | 5 | `LIMIT` |`.
fn said(page: &str) -> BTreeMap<String, String> {
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, number, constant] = cells[..] else {
            return None;
        };
        let constant = constant.strip_prefix('`')?.strip_suffix('`')?;
        Some((constant.to_owned(), number.to_owned()))
    });
    rows.collect()
}

#[test]
fn every_number_is_that_of_the_code() {
    assert_eq!(said(&text("docs/concepts/SECURITY-MODEL.md")), constants());
}
