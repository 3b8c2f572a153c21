//! GET /api/audit/sign-ins

use axum::Json;
use axum::extract::State;
use hallpass_core::audit::{self, Period, SignIns};

use crate::App;
use crate::extract::{Bearer, Parameters};
use crate::respond::{Problem, ProblemBody};

/// Count sign-ins
///
/// In 96 steps of a quarter of an hour, 168 of an hour, or 120 of a quarter of a day; each is counted up to 20,000.
#[utoipa::path(
    get, path = "/api/audit/sign-ins", tag = "audit", operation_id = "countSignIns", security(("bearer" = [])),
    params(("hours" = Option<i32>, Query, description = "24 (without it), 168 or 720")),
    responses(
        (status = 200, description = "Sign-ins, step by step up to now", body = SignIns),
        (status = 400, description = "`invalid_query`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn count_sign_ins(
    State(app): State<App>,
    Bearer(claims): Bearer,
    mut parameters: Parameters,
) -> Result<Json<SignIns>, Problem> {
    let periods = [Period::Day, Period::Week, Period::Month];
    let hours = parameters.text("hours").unwrap_or("24");
    let period = periods
        .into_iter()
        .find(|period| period.hours().to_string() == hours);
    if period.is_none() {
        parameters.wrong("hours", "invalid_value", "must be 24, 168 or 720");
    }
    parameters.finish()?;
    let period = period.unwrap_or(Period::Day);
    Ok(Json(audit::sign_ins(&app, &claims, period).await?))
}
