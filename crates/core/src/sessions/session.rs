//! What a session is, to the one who may see it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Geolocation;

/// A live session of a user.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// A UUID of version 7.
    pub id: Uuid,
    /// Sign-in.
    #[serde(with = "crate::timestamp")]
    pub created_at: OffsetDateTime,
    /// The last refresh; the session may have been used up to ten minutes later.
    #[serde(with = "crate::timestamp")]
    pub last_used_at: OffsetDateTime,
    /// When it ends unless it is refreshed before.
    #[serde(with = "crate::timestamp")]
    pub idle_expires_at: OffsetDateTime,
    /// When it ends in any case.
    #[serde(with = "crate::timestamp")]
    pub expires_at: OffsetDateTime,
    /// The address it was last used from.
    pub ip: Option<String>,
    /// Where that address is, as the platform took it for at sign-in; null where it did not tell, or where the
    /// session has been used from another network since.
    pub place: Option<Geolocation>,
    /// The program it was last used by, as it names itself.
    pub user_agent: Option<String>,
    /// Whether it is the session that asks.
    pub current: bool,
}
