//! Roles and the permissions that they grant.

use serde::Serialize;
use sqlx::query_as;
use utoipa::ToSchema;

use crate::authorization::{Actor, authorized};
use crate::db::Idempotency;
use crate::tokens::access::Claims;
use crate::{AppContext, Result};

/// Role: a named set of permissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Role {
    /// Name of the role.
    pub name: String,
    /// Permissions that the role grants.
    pub permissions: Vec<String>,
    /// Whether the caller holds all of these permissions and can therefore grant the role.
    pub grantable: bool,
}

/// Lists all roles by name. One statement; needs `users:read`.
///
/// # Errors
/// [`crate::Error::Unauthenticated`], [`crate::Error::Forbidden`].
pub async fn list(app: &AppContext, claims: &Claims) -> Result<Vec<Role>> {
    authorized(
        &app.db,
        Actor::Session(claims),
        Idempotency::Idempotent,
        |caller| {
            query_as!(
                Role,
                // The rule of hallpass.require_permissions.
                r#"select r.name, r.permissions, r.permissions <@ v.permissions as "grantable!"
               from hallpass.authorize_access($1, 'users:read') v cross join hallpass.roles r
               order by r.name"#,
                caller,
            )
        },
    )
    .await
}
