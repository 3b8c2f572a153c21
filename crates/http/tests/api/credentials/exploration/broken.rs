//! If a part of the rule is missing in the database, the exploration finds it.

use super::action::Action;
use super::database::Fixture;
use super::explore::explore;
use super::report;
use super::rule::{Gift, Role};

/// Number of events after which each of these faults shows.
const DEPTH: usize = 3;

/// Fails unless the exploration finds the fault by a sequence that ends with this event.
async fn expect_found(gift: Gift, fault: &str, last: Action) {
    let role = Role::Manager;
    let mut fixture = Fixture::new(role, gift).await;
    fixture.app.database.execute(fault).await;
    let found = explore(&mut fixture, role, gift, DEPTH).await;
    let found = found.expect_err("the exploration did not find the missing part of the rule");
    report(&format!("{fault}\n{found}"));
    assert_eq!(found.events.last(), Some(&last), "{found}");
}

/// SQL that replaces one part of a function's body.
fn without(function: &str, piece: &str, instead: &str) -> String {
    format!(
        "do $do$ declare body text := pg_get_functiondef('hallpass.{function}'::regproc); begin \
         if position($p${piece}$p$ in body) = 0 then raise exception 'the function has changed: %', body; end if; \
         execute replace(body, $p${piece}$p$, $p${instead}$p$); end $do$"
    )
}

/// SQL that replaces the condition of `is_vouched_for`.
fn vouched(condition: &str) -> String {
    format!(
        "create or replace function hallpass.is_vouched_for(p_maker uuid, p_roles text[]) returns boolean \
         language sql stable parallel safe \
         return exists (select from hallpass.users maker where maker.id = p_maker and {condition})"
    )
}

/// SQL that replaces a part of the condition of `is_good_link`.
fn good_link(condition: &str) -> String {
    format!(
        "create or replace function hallpass.is_good_link(u hallpass.users, p_credential_version integer, \
         p_made_at timestamptz) returns boolean language sql volatile \
         return u.is_active and u.credential_version = p_credential_version and {condition}"
    )
}

#[tokio::test]
async fn the_rule_breaks_unless_the_maker_must_be_active() {
    let fault = vouched(
        "(hallpass.permissions_of(p_roles) || '{users:write}'::text[]) <@ hallpass.permissions_of(maker.roles)",
    );
    expect_found(Gift::Link, &fault, Action::ActivateMaker(false)).await;
    expect_found(Gift::Password, &fault, Action::ActivateMaker(false)).await;
}

#[tokio::test]
async fn the_rule_breaks_unless_the_maker_must_administer_users() {
    let fault = vouched(
        "maker.is_active and hallpass.permissions_of(p_roles) <@ hallpass.permissions_of(maker.roles)",
    );
    expect_found(Gift::Link, &fault, Action::ManagersWrite(false)).await;
    expect_found(Gift::Password, &fault, Action::ManagersWrite(false)).await;
}

#[tokio::test]
async fn the_rule_breaks_unless_the_maker_must_hold_the_permissions_of_the_account() {
    let fault = vouched(
        "maker.is_active and '{users:write}'::text[] <@ hallpass.permissions_of(maker.roles)",
    );
    expect_found(Gift::Link, &fault, Action::UsersAudit(true)).await;
    expect_found(Gift::Password, &fault, Action::UsersAudit(true)).await;
}

#[tokio::test]
async fn the_rule_breaks_unless_a_link_is_checked_against_its_maker() {
    let fault = good_link("p_made_at >= (select links_valid_from from hallpass.settings)");
    expect_found(Gift::Link, &fault, Action::ManagersWrite(false)).await;
}

#[tokio::test]
async fn the_rule_breaks_unless_a_restore_ends_links() {
    let fault =
        good_link("(u.link_made_by is null or hallpass.is_vouched_for(u.link_made_by, u.roles))");
    expect_found(Gift::Link, &fault, Action::Restore).await;
}

#[tokio::test]
async fn the_rule_breaks_unless_a_deactivation_ends_links() {
    let fault = "drop trigger users_end_links on hallpass.users";
    expect_found(Gift::Link, fault, Action::ActivateTarget(true)).await;
}

#[tokio::test]
async fn the_rule_breaks_unless_opening_a_session_checks_the_maker_of_the_password() {
    let fault = without(
        "open_session",
        "and (u.password_set_by is null or hallpass.is_vouched_for(u.password_set_by, u.roles))",
        "",
    );
    expect_found(Gift::Password, &fault, Action::ManagersWrite(false)).await;
}

#[tokio::test]
async fn the_rule_breaks_unless_a_session_records_the_maker_of_its_password() {
    let fault = without(
        "open_session",
        "account.id, account.password_set_by,",
        "account.id, null,",
    );
    expect_found(Gift::Password, &fault, Action::ManagersWrite(false)).await;
}

#[tokio::test]
async fn the_rule_breaks_unless_each_request_checks_the_maker_of_the_password() {
    let fault = without(
        "authorize_access",
        "and (s.vouched_by is null or hallpass.is_vouched_for(s.vouched_by, u.roles))",
        "",
    );
    expect_found(Gift::Password, &fault, Action::ManagersWrite(false)).await;
}
