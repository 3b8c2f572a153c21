//! Every order of events, up to a bound, that makes, uses and ends what one person gives another to sign in with.
//!
//! **The maker**, a manager or an administrator, creates the account of **the target** with a one-time link or with a
//! password. Then anything happens that changes what either of them may do ([`action`]), in every order up to
//! a number of events ([`explore`]). The events are the product's own calls and statements on a real database
//! ([`database`]). After each of them every link, password and session that was given is tried ([`ask`]), and each
//! answer is compared with a rule of a few lines ([`rule`]). Two orders that lead to the same state of the rule and of the
//! database are followed once.
//!
//! Beside the rule, which could have the same fault as the product, one invariant is watched: what the maker gave works
//! only while the maker is active and holds every permission of the target, as the table of roles says at that moment.
//!
//! **The bystander** has a password, a link and a session that the maker has nothing to do with: only a restore ends
//! them.

mod action;
mod ask;
mod broken;
mod database;
mod explore;
mod rule;
mod statements;

use database::Fixture;
use explore::explore;
use rule::{Gift, Role};

/// How many events happen one after the other.
const DEPTH: usize = 4;
/// With an administrator as the maker, who differs from a manager in permissions alone.
const DEPTH_OF_ADMINISTRATORS: usize = 3;

/// Explores, and says how much was covered.
async fn prove(role: Role, gift: Gift, depth: usize) {
    let mut fixture = Fixture::new(role, gift).await;
    let explored = explore(&mut fixture, role, gift, depth).await;
    let explored = explored.unwrap_or_else(|found| panic!("{found}"));
    report(&format!(
        "{role:?} gives a {gift:?}, {depth} events: {explored}"
    ));
}

#[expect(clippy::print_stdout, reason = "how much a proof covers belongs to it")]
fn report(line: &str) {
    println!("{line}");
}

#[tokio::test]
async fn a_managers_link_is_worth_no_more_than_the_manager() {
    prove(Role::Manager, Gift::Link, DEPTH).await;
}

#[tokio::test]
async fn a_managers_password_is_worth_no_more_than_the_manager() {
    prove(Role::Manager, Gift::Password, DEPTH).await;
}

#[tokio::test]
async fn an_administrators_link_is_worth_no_more_than_the_administrator() {
    prove(Role::Admin, Gift::Link, DEPTH_OF_ADMINISTRATORS).await;
}

#[tokio::test]
async fn an_administrators_password_is_worth_no_more_than_the_administrator() {
    prove(Role::Admin, Gift::Password, DEPTH_OF_ADMINISTRATORS).await;
}
