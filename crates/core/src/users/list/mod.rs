//! The list of users. Every page costs the same, wherever it is, and totals state how exact they are.

mod page;
mod statement;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::filter::Filter;
use super::user::User;
use crate::authorization::Actor;
use crate::cursor::{Cursor, Key, KeyKind};
use crate::{AppContext, Error, Result};

/// Maximum number of users on a page.
pub const SIZE_MAX: i64 = 100;
/// The last row that a page number reaches.
pub const OFFSET_MAX: i64 = 10_000;
/// Maximum number of matches that are counted exactly.
const EXACT_MAX: i64 = 1_000;

/// Sort order of a list of users. Each order has an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UserSort)]
pub enum Sort {
    /// The newest account first.
    #[default]
    #[serde(rename = "-createdAt")]
    Newest,
    /// The oldest account first.
    #[serde(rename = "createdAt")]
    Oldest,
    /// By normalized e-mail address, in code point order.
    #[serde(rename = "email")]
    Email,
    /// The same, backwards.
    #[serde(rename = "-email")]
    EmailDescending,
}

impl Sort {
    pub(super) const fn is_by_email(self) -> bool {
        matches!(self, Self::Email | Self::EmailDescending)
    }

    const fn key_kind(self) -> KeyKind {
        if self.is_by_email() {
            KeyKind::Email
        } else {
            KeyKind::Time
        }
    }

    /// The order's name in `hallpass.find_users`.
    pub(super) const fn place_name(self) -> &'static str {
        if self.is_by_email() {
            "email"
        } else {
            "createdAt"
        }
    }

    pub(super) const fn is_descending(self) -> bool {
        matches!(self, Self::Newest | Self::EmailDescending)
    }
}

/// The place of a user in every order.
#[derive(Clone, Debug)]
struct Place {
    created_at: OffsetDateTime,
    id: Uuid,
    email: String,
}

impl Place {
    fn key(&self, sort: Sort) -> Key {
        if sort.is_by_email() {
            Key::Email(self.email.clone())
        } else {
            Key::time(self.created_at, self.id)
        }
    }
}

/// Start of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageStart {
    /// The page with this number, from 1.
    Number(i64),
    /// Next to the user that the cursor names.
    Cursor(String),
}

/// Request for a page of users.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// Conditions on the users.
    pub filter: Filter,
    /// Sort order.
    pub sort: Sort,
    /// Start of the page.
    pub start: PageStart,
    /// Maximum number of users on the page, 1 to [`SIZE_MAX`].
    pub size: i64,
    /// Whether to count the matching users.
    pub with_total: bool,
}

/// Accuracy of a count: `exact` up to 1,000 rows, `atLeast` if there are more matches, `estimated` from the statistics
/// of the whole table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CountAccuracy)]
#[serde(rename_all = "camelCase")]
pub enum Relation {
    /// The count is exact.
    Exact,
    /// Counting stopped at 1,000; there are more.
    AtLeast,
    /// The count comes from the statistics of the table.
    Estimated,
}

/// Number of users that match the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = UserTotal)]
pub struct Total {
    /// Number of matching users.
    pub value: i64,
    /// Whether `value` is exact, a lower bound or an estimate.
    pub relation: Relation,
}

/// A page of users.
#[derive(Clone, Debug)]
pub struct Page {
    /// The users, in the requested order.
    pub users: Vec<User>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
    /// Cursor of the previous page, if there is one.
    pub prev: Option<String>,
    /// Number of matching users, if it was requested.
    pub total: Option<Total>,
}

/// Reads a page of users. One statement; needs `users:read`.
///
/// # Errors
/// [`Error::UseCursor`], [`Error::InvalidCursor`], [`Error::Invalid`], [`Error::Unauthenticated`],
/// [`Error::Forbidden`].
pub async fn list(app: &AppContext, actor: Actor<'_>, request: &ListRequest) -> Result<Page> {
    if !(1..=SIZE_MAX).contains(&request.size) {
        let message = format!("must be a whole number from 1 to {SIZE_MAX}");
        return Err(Error::invalid("size", "out_of_range", message));
    }
    let start = Start::of(request)?;
    let found = statement::run(app, actor, request, &start).await?;
    Ok(page::assemble(request, &start, found))
}

/// Where the statement begins to read.
#[derive(Debug)]
enum Start {
    Offset(i64),
    Beside(Cursor<Sort>),
}

impl Start {
    fn of(request: &ListRequest) -> Result<Self> {
        match &request.start {
            PageStart::Cursor(text) => {
                let sort = &request.sort;
                Ok(Self::Beside(Cursor::decode(text, sort, sort.key_kind())?))
            }
            PageStart::Number(number) if *number < 1 => Err(Error::invalid(
                "page",
                "out_of_range",
                "must be a whole number, at least 1",
            )),
            PageStart::Number(number) => match number.checked_mul(request.size) {
                Some(last) if last <= OFFSET_MAX => Ok(Self::Offset(last - request.size)),
                _ => Err(Error::UseCursor),
            },
        }
    }

    /// Whether the statement reads towards the beginning of the list.
    const fn is_backwards(&self) -> bool {
        matches!(self, Self::Beside(Cursor { before: true, .. }))
    }
}
