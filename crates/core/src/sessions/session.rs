//! A session, as the API shows it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Geolocation;

/// Active session of a user.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Session id, a UUID version 7.
    pub id: Uuid,
    /// Time of the sign-in.
    #[serde(with = "crate::timestamp")]
    pub created_at: OffsetDateTime,
    /// Time of the last refresh. The session may have been used up to ten minutes later.
    #[serde(with = "crate::timestamp")]
    pub last_used_at: OffsetDateTime,
    /// Time at which the session expires unless it is refreshed before.
    #[serde(with = "crate::timestamp")]
    pub idle_expires_at: OffsetDateTime,
    /// Time at which the session expires in any case.
    #[serde(with = "crate::timestamp")]
    pub expires_at: OffsetDateTime,
    /// IP address from which the session was last used.
    pub ip: Option<String>,
    /// Approximate location of `ip`, as the platform reported it at sign-in; null if it reported none, or if the session
    /// has since been used from another network.
    pub place: Option<Geolocation>,
    /// `User-Agent` header of the client that last used the session.
    pub user_agent: Option<String>,
    /// True if this is the session of the current request.
    pub current: bool,
}
