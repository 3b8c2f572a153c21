//! Explores the refresh under every interleaving of a browser's tabs, a network and a thief.
//!
//! A model of the device, the network and the thief ([`world`]) goes through all schedules up to a bound ([`explore`]).
//! The session follows a rule of a few lines ([`rule`]), and a witness who knows everything checks the guarantees
//! ([`witness`]). Every question that the session was asked in any schedule is then put to the product's statements on
//! a real database, in the same state of the session, and the result and the new state are compared ([`database`]).
//! Long random runs go beyond the bound ([`random`]).
//!
//! **An honest device** keeps one refresh token, in the cookie jar that its tabs share or in its own storage. It sends
//! only the newest token that it has received, and never two refreshes at a time (the console takes a Web Lock). After
//! a timeout, it sends the same token again. A tab can be reloaded or closed while its refresh is in transit.
//!
//! **The network** loses, duplicates, delays and reorders requests and responses without restriction, with one
//! assumption (`World::comes_too_late`): no copy of a request arrives after the device has used the tokens that it got
//! for it and the reuse interval has ended, nor after the device has refreshed again. Such a copy is identical, to the
//! byte, to a thief's replay; [`every_assumption_about_the_network_is_needed`] shows what it would cause.
//!
//! **The thief** copies the cookie and the access token at any moment, and uses them at any later moment.
//!
//! The bound of each test is the `depth` of its scope, in actions. Waits take 2 s or 15 s, so that the schedules
//! include every order of events inside and outside the reuse interval (3 s) and the retry grace period (30 s).

mod action;
mod database;
mod explore;
mod random;
mod rule;
mod witness;
mod world;

use action::Scope;
use database::Asked;
use explore::explore;
use rule::Rule;
use witness::Broken;

use crate::support::TestApp;

/// A native client, or a browser with one tab, and an unreliable network.
const CLIENT: Scope = Scope {
    tabs: 1,
    in_flight: 3,
    duplicates: 1,
    punctual: true,
    thief: false,
    waits: &[2, 15],
    sleeps: &[],
    depth: 14,
    only: None,
};

/// Two tabs that share the cookie jar.
const BROWSER: Scope = Scope {
    tabs: 2,
    depth: 12,
    ..CLIENT
};

/// A thief, and a network that only delays or loses requests and responses.
const THIEF: Scope = Scope {
    in_flight: 1,
    duplicates: 0,
    thief: true,
    depth: 13,
    ..CLIENT
};

/// Two tabs, an unreliable network and a thief.
const ALL: Scope = Scope {
    thief: true,
    in_flight: 2,
    depth: 10,
    ..BROWSER
};

/// Days from the sign-in until after the absolute expiry.
const DAYS: Scope = Scope {
    thief: false,
    waits: &[],
    sleeps: &[6],
    depth: 24,
    ..THIEF
};

/// Explores the model, then puts every question to the database.
async fn prove(name: &str, scope: &Scope) {
    let explored = explore(scope, &Rule::ours()).unwrap_or_else(|found| panic!("{found}"));
    let app = TestApp::new().await;
    let (asked, _) = Asked::new(&app, "ada@example.com").await;
    for (session, question) in &explored.asked {
        asked.replay(*session, *question).await;
    }
    report(&format!("{name}, {} actions: {explored}", scope.depth));
}

#[expect(
    clippy::print_stdout,
    reason = "the coverage of the exploration is part of its result"
)]
fn report(line: &str) {
    println!("{line}");
}

#[tokio::test]
async fn t40_network_failures_never_sign_a_client_out() {
    prove("client", &CLIENT).await;
}

#[tokio::test]
async fn t01_network_failures_never_sign_a_tab_out() {
    prove("browser", &BROWSER).await;
}

#[tokio::test]
async fn t03_theft_is_detected_when_thief_and_victim_both_refresh() {
    prove("thief", &THIEF).await;
}

#[tokio::test]
async fn t04_tabs_network_failures_and_a_thief_together_keep_every_guarantee() {
    prove("all", &ALL).await;
}

#[tokio::test]
async fn no_session_outlives_its_idle_or_absolute_expiry() {
    prove("days", &DAYS).await;
}

#[test]
fn t40_long_random_runs_never_sign_an_honest_device_out() {
    let scope = Scope {
        tabs: 3,
        in_flight: 4,
        duplicates: 5,
        waits: &[1, 2, 5, 15],
        sleeps: &[1],
        ..CLIENT
    };
    random::run_many(&scope);
}

#[test]
fn t03_long_random_runs_detect_every_theft() {
    let scope = Scope {
        tabs: 3,
        in_flight: 4,
        duplicates: 5,
        waits: &[1, 2, 5, 15],
        sleeps: &[1, 6],
        ..ALL
    };
    random::run_many(&scope);
}

/// Fails unless a changed rule, or a changed scope, breaks this guarantee.
#[track_caller]
fn expect_broken(broken: Broken, scope: &Scope, rule: &Rule) {
    let found =
        explore(scope, rule).expect_err("the exploration did not find the broken guarantee");
    assert_eq!(found.broken, broken, "{found}");
    report(&format!("{rule:?}\n{found}"));
}

#[test]
fn every_part_of_the_rule_is_needed() {
    let ours = Rule::ours();
    let without = |change: fn(&mut Rule)| {
        let mut rule = ours;
        change(&mut rule);
        rule
    };
    let no_reuse_interval = without(|rule| rule.reuse_interval = 0);
    expect_broken(Broken::SignedOutByTheNetwork, &BROWSER, &no_reuse_interval);
    let no_grace = without(|rule| rule.grace = rule.reuse_interval);
    expect_broken(Broken::SignedOutByTheNetwork, &CLIENT, &no_grace);
    let several_successors = without(|rule| rule.repeats_rotate = true);
    expect_broken(Broken::TwoSuccessors, &CLIENT, &several_successors);
    let used_or_not = without(|rule| rule.ends_with_use = false);
    expect_broken(Broken::ReplayAnswered, &THIEF, &used_or_not);
    let longer_reuse_interval = without(|rule| rule.reuse_interval = 10);
    expect_broken(Broken::ReplayAnswered, &THIEF, &longer_reuse_interval);
    let longer_grace = without(|rule| rule.grace = 35);
    expect_broken(Broken::ReplayAnswered, &THIEF, &longer_grace);
    let sliding = without(|rule| rule.slides = true);
    expect_broken(Broken::ReplayAnswered, &THIEF, &sliding);
    let grandparents = without(|rule| rule.generations_back = 2);
    expect_broken(Broken::ReplayAnswered, &THIEF, &grandparents);
    let no_end = without(|rule| rule.reuse_ends_the_session = false);
    expect_broken(Broken::EndedSessionGoesOn, &THIEF, &no_end);
    let answers_stay_good = without(|rule| rule.voids_lost_answers = false);
    expect_broken(Broken::TwoHoldTheSession, &THIEF, &answers_stay_good);
    let unwatched = Scope {
        only: Some(Broken::TheftUnnoticed),
        ..THIEF
    };
    expect_broken(Broken::TheftUnnoticed, &unwatched, &answers_stay_good);
    let no_last_day = without(|rule| rule.extends_the_last_day = true);
    expect_broken(Broken::Outlived, &DAYS, &no_last_day);
}

#[test]
fn every_assumption_about_the_network_is_needed() {
    let scope = Scope {
        punctual: false,
        ..BROWSER
    };
    expect_broken(Broken::SignedOutByTheNetwork, &scope, &Rule::ours());
}
