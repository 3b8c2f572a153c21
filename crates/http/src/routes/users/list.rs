//! GET /api/users

use axum::Json;
use axum::extract::State;
use hallpass_core::Error;
use hallpass_core::users::{
    self, Filter, ListRequest, Page, Place, Relation, SIZE_MAX, Sort, Total, User,
};
use serde::Deserialize as _;
use serde::Serialize;
use serde::de::IntoDeserializer as _;
use utoipa::ToSchema;

use crate::App;
use crate::extract::{Bearer, Parameters};
use crate::respond::{Problem, ProblemBody};

/// Users on a page where nobody says how many.
const DEFAULT_SIZE: i64 = 20;

/// A page of users.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserList {
    /// In the order asked for.
    items: Vec<User>,
    /// Where this page is.
    page: PageBody,
    /// Left out with `total=none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<TotalBody>,
}

/// Where a page is, and the cursors of its neighbours.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageBody {
    /// At most so many users.
    size: i64,
    /// Where the page was asked for by its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    /// The cursor of the next page, null on the last.
    #[schema(required = true)]
    next: Option<String>,
    /// The cursor of the page before, null on the first.
    #[schema(required = true)]
    prev: Option<String>,
}

/// How many users there are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TotalBody {
    /// The number.
    value: i64,
    /// What it means.
    relation: RelationBody,
}

/// `exact` up to 1,000; `atLeast`: there are more matches; `estimated`: the whole table, from statistics.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RelationBody {
    /// Counted.
    Exact,
    /// There are more.
    AtLeast,
    /// From statistics.
    Estimated,
}

/// List users
///
/// Follow `next` and `prev`; `page` reaches the first 10,000 rows only.
#[utoipa::path(
    get, path = "/api/users", tag = "users", operation_id = "listUsers", security(("bearer" = [])),
    params(
        ("page" = Option<i64>, Query, description = "A page's number, from 1", minimum = 1),
        ("cursor" = Option<String>, Query, description = "What `next` or `prev` said"),
        ("size" = Option<i64>, Query, description = "Users on a page", minimum = 1, maximum = 100),
        ("q" = Option<String>, Query, description = "A text in e-mail or name; under three characters, what one begins with", max_length = 200),
        ("role" = Option<String>, Query, description = "Holds this role"),
        ("active" = Option<bool>, Query, description = "Is active or not"),
        ("sort" = Option<SortBody>, Query, description = "The order; `-createdAt` without it"),
        ("total" = Option<TotalMode>, Query, description = "`none` does not count"),
    ),
    responses(
        (status = 200, description = "A page", body = UserList),
        (status = 400, description = "`invalid_query`, `invalid_cursor` or `use_cursor`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_users(
    State(app): State<App>,
    Bearer(claims): Bearer,
    parameters: Parameters,
) -> Result<Json<UserList>, Problem> {
    let request = request(parameters)?;
    let page = users::list(&app, &claims, &request)
        .await
        .map_err(query_problem)?;
    Ok(Json(UserList::new(&request, page)))
}

/// The orders, for the document.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "core's Sort without a dependency of the product on the document"
)]
pub(crate) enum SortBody {
    #[schema(rename = "-createdAt")]
    Newest,
    #[schema(rename = "createdAt")]
    Oldest,
    #[schema(rename = "email")]
    Email,
    #[schema(rename = "-email")]
    EmailDescending,
}

/// Whether to count, for the document.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "for the document")]
#[schema(rename_all = "lowercase")]
pub(crate) enum TotalMode {
    None,
}

fn request(mut parameters: Parameters) -> Result<ListRequest, Problem> {
    let number = parameters.parse::<i64>("page", "a whole number from 1 on");
    let cursor = parameters.text("cursor").map(str::to_owned);
    if parameters.text("page").is_some() && cursor.is_some() {
        parameters.wrong(
            "page",
            "page_and_cursor",
            "cannot be given together with cursor",
        );
    }
    let size = parameters.parse("size", &format!("a whole number from 1 to {SIZE_MAX}"));
    let active = parameters.parse("active", "true or false");
    let sort = sort(&mut parameters);
    let with_total = parameters.text("total") != Some("none");
    if with_total && parameters.text("total").is_some() {
        parameters.wrong("total", "invalid_value", "must be none, or left out");
    }
    let filter = Filter::new(parameters.text("q"), parameters.text("role"), active);
    parameters.finish()?;
    Ok(ListRequest {
        filter: filter.map_err(query_problem)?,
        sort,
        place: cursor.map_or(Place::Number(number.unwrap_or(1)), Place::Cursor),
        size: size.unwrap_or(DEFAULT_SIZE),
        with_total,
    })
}

/// The order that is asked for, or the usual one.
pub(super) fn sort(parameters: &mut Parameters) -> Sort {
    let sort = parameters.text("sort").map(|text| {
        let text: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
            text.into_deserializer();
        Sort::deserialize(text)
    });
    if matches!(sort, Some(Err(_))) {
        parameters.wrong(
            "sort",
            "invalid_value",
            "must be -createdAt, createdAt, email or -email",
        );
    }
    sort.and_then(Result::ok).unwrap_or_default()
}

/// A parameter that the product refuses is a bad query, not a bad body.
pub(super) fn query_problem(error: Error) -> Problem {
    match error {
        Error::Invalid(errors) => Problem::invalid_query(errors),
        error => error.into(),
    }
}

impl UserList {
    fn new(request: &ListRequest, page: Page) -> Self {
        let number = if let Place::Number(number) = request.place {
            Some(number)
        } else {
            None
        };
        Self {
            items: page.users,
            page: PageBody {
                size: request.size,
                number,
                next: page.next,
                prev: page.prev,
            },
            total: page.total.map(|Total { value, relation }| TotalBody {
                value,
                relation: relation.into(),
            }),
        }
    }
}

impl From<Relation> for RelationBody {
    fn from(relation: Relation) -> Self {
        match relation {
            Relation::Exact => Self::Exact,
            Relation::AtLeast => Self::AtLeast,
            Relation::Estimated => Self::Estimated,
        }
    }
}
