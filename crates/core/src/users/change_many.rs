//! The same change for many users, each of whom is checked separately.

use serde::{Deserialize, Serialize};
use sqlx::query_file;
use sqlx::types::Json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::all_or_errors;
use super::user::{ROLES_MAX, User};
use crate::authorization::{Actor, authorized, log_forbidden};
use crate::client::Client;
use crate::db::Idempotency;
use crate::error::FieldError;
use crate::tokens::access::Claims;
use crate::{AppContext, Result};

/// Maximum number of users that one call changes.
pub const CHANGE_MANY_MAX: usize = 100;

/// Change for all users of a call. It contains at least one of these.
#[derive(Clone, Debug, Default)]
pub struct CommonChange {
    /// `false` deactivates the users and ends their sessions, `true` reactivates them.
    pub is_active: Option<bool>,
    /// Roles to add to those that a user has.
    pub add_roles: Vec<String>,
    /// Roles to remove.
    pub remove_roles: Vec<String>,
}

/// Outcome of the update of one user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UserUpdateOutcome)]
#[serde(rename_all = "snake_case")]
pub enum ChangeOutcome {
    /// The user was updated.
    Changed,
    /// The user already had the requested values; the version stays the same.
    Unchanged,
    /// The user does not exist.
    NotFound,
    /// The user holds, or would hold, permissions that the caller lacks.
    Forbidden,
    /// The user would have no role left.
    NoRole,
    /// No active administrator would be left.
    LastAdmin,
}

/// Result of the update of one user.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = UserUpdateResult)]
pub struct ChangedUser {
    /// User id.
    pub id: Uuid,
    /// Whether the user was updated, and if not, why.
    pub outcome: ChangeOutcome,
    /// The user after the update; present only if `outcome` is `changed` or `unchanged`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
}

/// Changes up to [`CHANGE_MANY_MAX`] users, and returns an outcome for each in the order of `ids`. One statement; needs
/// `users:write`, and for each user the permissions that [`super::update`] needs. If one user cannot be changed, the
/// others still are.
///
/// # Errors
/// [`crate::Error::Invalid`] with the fields `ids`, `ids[…]`, `changes`, `changes.addRoles`, `changes.removeRoles`;
/// [`crate::Error::Unauthenticated`], [`crate::Error::Forbidden`].
pub async fn change_many(
    app: &AppContext,
    claims: &Claims,
    ids: &[String],
    change: CommonChange,
    client: &Client,
) -> Result<Vec<ChangedUser>> {
    let mut errors = Vec::new();
    let ids = parse_ids(ids, &mut errors);
    let CommonChange {
        is_active,
        add_roles,
        remove_roles,
    } = change;
    let add = parse_roles("changes.addRoles", add_roles, &mut errors);
    let remove = parse_roles("changes.removeRoles", remove_roles, &mut errors);
    if is_active.is_none() && add.is_empty() && remove.is_empty() && errors.is_empty() {
        let message = "must contain at least one change";
        errors.push(FieldError::new("changes", "required", message));
    }
    if add.iter().any(|role| remove.contains(role)) {
        let message = "contains a role that addRoles contains as well";
        errors.push(FieldError::new(
            "changes.removeRoles",
            "contradictory",
            message,
        ));
    }
    all_or_errors(errors)?;
    let events: Vec<_> = ids.iter().map(|_| Uuid::now_v7()).collect();
    let client = client.json();
    let rows = authorized(
        &app.db,
        Actor::Session(claims),
        Idempotency::NotIdempotent,
        |caller| {
            query_file!(
                "src/users/sql/change_many.sql",
                caller,
                &ids,
                is_active,
                &add,
                &remove,
                client,
                &events,
            )
        },
    );
    let mut results = Vec::with_capacity(ids.len());
    for row in rows.await? {
        known_roles(row.added_exist, row.removed_exist)?;
        if let (Some(id), Some(Json(outcome))) = (row.id, row.outcome) {
            if outcome == ChangeOutcome::Forbidden {
                log_forbidden(claims);
            }
            let user = row.user.map(|user| user.0);
            results.push(ChangedUser { id, outcome, user });
        }
    }
    Ok(results)
}

/// Parses ids in one spelling only, as in paths: with hyphens and in lower case.
fn parse_ids(ids: &[String], errors: &mut Vec<FieldError>) -> Vec<Uuid> {
    if ids.is_empty() || ids.len() > CHANGE_MANY_MAX {
        let message = format!("must contain 1 to {CHANGE_MANY_MAX} ids");
        errors.push(FieldError::new("ids", "invalid_ids", message));
        return Vec::new();
    }
    let mut parsed = Vec::with_capacity(ids.len());
    for (place, text) in ids.iter().enumerate() {
        let id = Uuid::try_parse(text).ok();
        let (code, message) = match id.filter(|id| id.to_string() == *text) {
            None => ("invalid_id", "is not a UUID in lower case"),
            Some(id) if parsed.contains(&id) => ("duplicate_id", "is duplicated; send it once"),
            Some(id) => {
                parsed.push(id);
                continue;
            }
        };
        errors.push(FieldError::new(&format!("ids[{place}]"), code, message));
    }
    parsed
}

/// Sorts the roles and removes duplicates. An empty list means no roles.
fn parse_roles(field: &str, mut roles: Vec<String>, errors: &mut Vec<FieldError>) -> Vec<String> {
    roles.sort();
    roles.dedup();
    if roles.len() > ROLES_MAX {
        let message = format!("must contain at most {ROLES_MAX} roles");
        errors.push(FieldError::new(field, "invalid_roles", message));
    } else if roles.iter().any(|role| role.contains('\0')) {
        errors.push(unknown_role(field));
    }
    roles
}

fn known_roles(added: bool, removed: bool) -> Result<()> {
    let unknown = [
        (added, "changes.addRoles"),
        (removed, "changes.removeRoles"),
    ];
    let unknown = unknown.into_iter().filter(|(exist, _)| !exist);
    all_or_errors(unknown.map(|(_, field)| unknown_role(field)).collect())
}

fn unknown_role(field: &str) -> FieldError {
    FieldError::new(
        field,
        "unknown_role",
        "contains the name of a role that does not exist",
    )
}
