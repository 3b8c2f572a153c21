//! GET /api/users/export

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use hallpass_core::users::{Export, Filter};
use utoipa::ToSchema;

use super::csv::Format;
use super::list::{query_problem, sort};
use crate::App;
use crate::clock;
use crate::extract::{Bearer, Parameters};
use crate::request::Request;
use crate::respond::{Problem, ProblemBody};
use crate::service::DEADLINE;

/// Export users
///
/// Streamed: an export that the caller's rights, the database or the platform's time limit end early is an
/// answer that breaks off, never a file that looks complete.
#[utoipa::path(
    get, path = "/api/users/export", tag = "users", operation_id = "exportUsers", security(("bearer" = [])),
    params(
        ("q" = Option<String>, Query, description = "A text in e-mail or name"),
        ("role" = Option<String>, Query, description = "Holders of this role"),
        ("active" = Option<bool>, Query, description = "Active or deactivated users only"),
        ("sort" = Option<ExportSortBody>, Query, description = "Order by the time of creation, which never changes. -createdAt without it"),
        ("separator" = Option<SeparatorBody>, Query, description = "Between two cells; comma without it. Excel splits at the list separator of the country, a semicolon where numbers have a decimal comma"),
        ("bom" = Option<bool>, Query, description = "Whether the file begins with a byte order mark (U+FEFF), by which Excel knows UTF-8; false without it"),
    ),
    responses(
        (status = 200, description = "CSV (RFC 4180), a line for each user after the names of the columns. Texts are quoted. An apostrophe stands before whatever a spreadsheet would take for a formula, also behind `,`, `;`, `|`, tabs and line ends in a text", body = String, content_type = "text/csv; charset=utf-8", headers(("Content-Disposition" = String, description = "`users-` and the date"))),
        (status = 400, description = "`invalid_query`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn export_users(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let active = parameters.parse("active", "true or false");
    let sort = sort(&mut parameters);
    let format = format(&mut parameters);
    let filter = Filter::new(parameters.text("q"), parameters.text("role"), active);
    parameters.finish()?;
    let filter = filter.map_err(query_problem)?;
    // Whatever is wrong shows itself with the first batch, while there is a status to say it with.
    let begun = Export::begin(&app, claims, filter, sort, request.client()).await;
    let (export, users) = begun.map_err(query_problem)?;
    let mut first = format.header();
    first.extend(users.iter().flat_map(|user| format.line(user)));
    let rest = stream::try_unfold(
        (export, Some(first)),
        move |(mut export, first)| async move {
            if let Some(lines) = first {
                return Ok(Some((Bytes::from(lines), (export, None))));
            }
            match next(&mut export, format).await {
                Ok(lines) => Ok(lines.map(|lines| (Bytes::from(lines), (export, None)))),
                Err(reason) => {
                    tracing::warn!(reason, "an export was broken off");
                    Err(reason)
                }
            }
        },
    );
    let date = clock::now().date();
    let name = format!("attachment; filename=\"users-{date}.csv\"");
    let mut response = Body::from_stream(rest).into_response();
    let headers = response.headers_mut();
    let csv = HeaderValue::from_static("text/csv; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, csv);
    if let Ok(name) = HeaderValue::try_from(name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Order of an export.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "for the document")]
pub(crate) enum ExportSortBody {
    #[schema(rename = "-createdAt")]
    Newest,
    #[schema(rename = "createdAt")]
    Oldest,
}

/// Separator between two cells.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "for the document")]
#[schema(rename_all = "lowercase")]
pub(crate) enum SeparatorBody {
    Comma,
    Semicolon,
    Tab,
}

fn format(parameters: &mut Parameters) -> Format {
    let separator = match parameters.text("separator") {
        None | Some("comma") => ',',
        Some("semicolon") => ';',
        Some("tab") => '\t',
        Some(_) => {
            parameters.wrong(
                "separator",
                "invalid_value",
                "must be comma, semicolon or tab",
            );
            ','
        }
    };
    let with_byte_order_mark = parameters.parse("bom", "true or false").unwrap_or(false);
    Format {
        separator,
        with_byte_order_mark,
    }
}

/// The lines of the next batch that has any, each batch in the time that a request has.
async fn next(export: &mut Export, format: Format) -> Result<Option<Vec<u8>>, String> {
    loop {
        let users = tokio::time::timeout(DEADLINE, export.next()).await;
        match users.map_err(|_| "a batch took too long".to_owned())? {
            Ok(Some(users)) if users.is_empty() => {}
            Ok(Some(users)) => {
                let lines = users.iter().flat_map(|user| format.line(user));
                return Ok(Some(lines.collect()));
            }
            Ok(None) => return Ok(None),
            Err(error) => return Err(error.to_string()),
        }
    }
}
