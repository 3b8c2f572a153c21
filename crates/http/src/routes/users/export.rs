//! GET /api/users/export

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use hallpass_core::users::{Export, Filter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::csv::Format;
use super::list::{query_problem, sort};
use crate::App;
use crate::clock;
use crate::extract::{Bearer, Parameters};
use crate::request::Request;
use crate::respond::Problem;
use crate::respond::documented::{InvalidQuery, Problems, ReadProblems};
use crate::service::DEADLINE;

/// Export users as CSV
///
/// The response is streamed. If the export ends early (the caller's permissions, the database or the platform's time
/// limit), the response is cut off and never looks like a complete file.
#[utoipa::path(
    get, path = "/api/users/export", tag = "users", operation_id = "exportUsers", security(("bearer" = [])),
    params(
        ("q" = Option<String>, Query, description = "Words to search for in e-mail address and name, or a user id, as in the list.", max_length = 200),
        ("role" = Option<String>, Query, description = "Only users with this role."),
        ("active" = Option<bool>, Query, description = "Only active (`true`) or only deactivated (`false`) users."),
        ("sort" = inline(Option<ExportSort>), Query, description = "Sort order by creation time, which never changes. Default: `-createdAt`, the newest account first."),
        ("separator" = inline(Option<CsvSeparator>), Query, description = "Separator between two cells. Default: `comma`. Excel expects the list separator of the country: a semicolon where numbers have a decimal comma."),
        ("bom" = Option<bool>, Query, description = "Whether the file begins with a byte order mark (U+FEFF), by which Excel recognizes UTF-8. Default: `false`."),
    ),
    responses(
        (status = 200, description = "CSV (RFC 4180): a header line with the column names and one line for each user. Text is quoted. An apostrophe is put before anything that a spreadsheet would take for a formula, also after `,`, `;`, `|`, tabs and line ends within a text.", body = String, content_type = "text/csv; charset=utf-8", headers(("Content-Disposition" = String, description = "File name: `users-` and the date."))),
        Problems<(ReadProblems, InvalidQuery)>,
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
    // The first batch is read before the status is sent, so that errors are reported by a status.
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
                    tracing::warn!(reason, "an export ended early");
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

/// Sort order of an export.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the part of core's Sort that an export accepts")]
pub(crate) enum ExportSort {
    #[schema(rename = "-createdAt")]
    Newest,
    #[schema(rename = "createdAt")]
    Oldest,
}

/// Separator between two cells of a CSV file.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CsvSeparator {
    Comma,
    Semicolon,
    Tab,
}

fn format(parameters: &mut Parameters) -> Format {
    let separator = parameters.choice("separator", "comma, semicolon or tab");
    let with_byte_order_mark = parameters.parse("bom", "true or false").unwrap_or(false);
    Format {
        separator: match separator {
            None | Some(CsvSeparator::Comma) => ',',
            Some(CsvSeparator::Semicolon) => ';',
            Some(CsvSeparator::Tab) => '\t',
        },
        with_byte_order_mark,
    }
}

/// The lines of the next batch that is not empty. Each batch has as much time as a request.
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
