//! Explores every order of events, up to a bound, in which one user gives another a credential, and credentials are
//! used and ended.
//!
//! **The maker**, a manager or an administrator, creates the account of **the target** with a one-time link or with a
//! password. Then events that change what either of them may do ([`action`]) happen in every order, up to a number of
//! events ([`explore`]). The events are calls of the product's functions and statements on a real database
//! ([`database`]). After each event, every link, password and session that was given is tried ([`ask`]), and each
//! result is compared with a rule of a few lines ([`rule`]). If two orders lead to the same state of the rule and of
//! the database, only one of them is continued.
//!
//! The rule could have the same fault as the product. Therefore one invariant is checked as well: what the maker gave
//! works only while the maker is active and holds every permission of the target, according to the table of roles at
//! that moment.
//!
//! **The bystander** has a password, a link and a session that do not depend on the maker. Only a restore ends them.

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

/// Number of consecutive events.
const DEPTH: usize = 4;
/// Number of consecutive events if the maker is an administrator. Smaller, because an administrator differs from a
/// manager only in permissions.
const DEPTH_OF_ADMINISTRATORS: usize = 3;

/// Explores, and prints how much was covered.
async fn prove(role: Role, gift: Gift, depth: usize) {
    let mut fixture = Fixture::new(role, gift).await;
    let explored = explore(&mut fixture, role, gift, depth).await;
    let explored = explored.unwrap_or_else(|found| panic!("{found}"));
    report(&format!(
        "{role:?} gives a {gift:?}, {depth} events: {explored}"
    ));
}

#[expect(
    clippy::print_stdout,
    reason = "the coverage of the exploration is part of its result"
)]
fn report(line: &str) {
    println!("{line}");
}

#[tokio::test]
async fn a_managers_link_works_only_while_the_manager_holds_the_permissions() {
    prove(Role::Manager, Gift::Link, DEPTH).await;
}

#[tokio::test]
async fn a_managers_password_works_only_while_the_manager_holds_the_permissions() {
    prove(Role::Manager, Gift::Password, DEPTH).await;
}

#[tokio::test]
async fn an_administrators_link_works_only_while_the_maker_holds_the_permissions() {
    prove(Role::Admin, Gift::Link, DEPTH_OF_ADMINISTRATORS).await;
}

#[tokio::test]
async fn an_administrators_password_works_only_while_the_maker_holds_the_permissions() {
    prove(Role::Admin, Gift::Password, DEPTH_OF_ADMINISTRATORS).await;
}
