//! GET /api/users

use axum::Json;
use axum::extract::State;
use hallpass_core::Error;
use hallpass_core::authorization::Actor;
use hallpass_core::users::{self, Filter, ListRequest, Page, PageStart, SIZE_MAX, Sort, Total, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::extract::{Bearer, Parameters};
use crate::respond::Problem;
use crate::respond::documented::{InvalidCursor, InvalidQuery, Problems, ReadProblems, UseCursor};

/// Page size if the request does not name one.
const DEFAULT_SIZE: i64 = 20;

/// Page of users.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserList {
    /// The users of this page, in the requested order.
    items: Vec<User>,
    /// Position of this page in the list.
    page: UserPage,
    /// Number of matching users; omitted if `total` is `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Total>,
}

/// Position of a page of users, and the cursors of the pages before and after it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserPage {
    /// Requested page size: the maximum number of users on the page.
    size: i64,
    /// Page number; present only if the page was requested by its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    /// Cursor of the next page; null on the last page.
    #[schema(required = true)]
    next: Option<String>,
    /// Cursor of the previous page; null on the first page.
    #[schema(required = true)]
    prev: Option<String>,
}

/// Whether to count the matching users.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TotalMode {
    /// Do not count.
    None,
}

/// List users
///
/// To read the whole list, follow `next` or `prev`. Page numbers reach the first 10,000 users only. A page looks at a
/// limited number of users: with a filter it may hold fewer than requested, or none, and still have a `next`.
#[utoipa::path(
    get, path = "/api/users", tag = "users", operation_id = "listUsers", security(("bearer" = [])),
    params(
        ("page" = Option<i64>, Query, description = "Page number, starting at 1. Excludes `cursor`.", minimum = 1),
        ("cursor" = Option<String>, Query, description = "Cursor from `next` or `prev` of another page.", max_length = 1024),
        ("size" = Option<i64>, Query, description = "Maximum number of users on the page. Default: 20.", minimum = 1, maximum = 100),
        ("q" = Option<String>, Query, description = "Words to search for in e-mail address and name, in any order, or a user id. A word is found at the beginning of words; with three or more characters that begin no word of any user, also inside words. At most ten different words.", max_length = 200),
        ("role" = Option<String>, Query, description = "Only users with this role."),
        ("active" = Option<bool>, Query, description = "Only active (`true`) or only deactivated (`false`) users."),
        ("sort" = inline(Option<Sort>), Query, description = "Sort order. Default: `-createdAt`, the newest account first."),
        ("total" = inline(Option<TotalMode>), Query, description = "`none` omits the total and so saves the time to count."),
    ),
    responses(
        (status = 200, description = "A page of users.", body = UserList),
        Problems<(ReadProblems, InvalidQuery, InvalidCursor, UseCursor)>,
    )
)]
pub(crate) async fn list_users(
    State(app): State<App>,
    Bearer(claims): Bearer,
    parameters: Parameters,
) -> Result<Json<UserList>, Problem> {
    let request = request(parameters)?;
    let page = users::list(&app, Actor::Session(&claims), &request)
        .await
        .map_err(query_problem)?;
    Ok(Json(UserList::new(&request, page)))
}

fn request(mut parameters: Parameters) -> Result<ListRequest, Problem> {
    let number = parameters.parse::<i64>("page", "a whole number, at least 1");
    let cursor = parameters.text("cursor").map(str::to_owned);
    if parameters.text("page").is_some() && cursor.is_some() {
        parameters.wrong(
            "page",
            "page_and_cursor",
            "cannot be combined with cursor; send only one of them",
        );
    }
    let size = parameters.parse("size", &format!("a whole number from 1 to {SIZE_MAX}"));
    let active = parameters.parse("active", "true or false");
    let sort = sort(&mut parameters);
    let total = parameters.choice::<TotalMode>("total", "none, or omitted");
    let filter = Filter::new(parameters.text("q"), parameters.text("role"), active);
    parameters.finish()?;
    Ok(ListRequest {
        filter: filter.map_err(query_problem)?,
        sort,
        start: cursor.map_or(PageStart::Number(number.unwrap_or(1)), PageStart::Cursor),
        size: size.unwrap_or(DEFAULT_SIZE),
        with_total: total.is_none(),
    })
}

/// The requested sort order, or the default.
pub(super) fn sort(parameters: &mut Parameters) -> Sort {
    let expected = "-createdAt, createdAt, email or -email";
    parameters.choice("sort", expected).unwrap_or_default()
}

/// Invalid query parameters are answered with 400, although core reports them like invalid fields, which are a 422.
pub(super) fn query_problem(error: Error) -> Problem {
    match error {
        Error::Invalid(errors) => Problem::invalid_query(errors),
        error => error.into(),
    }
}

impl UserList {
    fn new(request: &ListRequest, page: Page) -> Self {
        let number = if let PageStart::Number(number) = request.start {
            Some(number)
        } else {
            None
        };
        Self {
            items: page.users,
            page: UserPage {
                size: request.size,
                number,
                next: page.next,
                prev: page.prev,
            },
            total: page.total,
        }
    }
}
