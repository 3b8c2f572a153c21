//! GET /api/audit/sign-ins

use axum::Json;
use axum::extract::State;
use hallpass_core::audit::{self, Period, SignIns};

use crate::App;
use crate::extract::{Bearer, Parameters};
use crate::respond::Problem;
use crate::respond::documented::{InvalidQuery, Problems, ReadProblems};

/// Count sign-ins
///
/// Returns 96 intervals of 15 minutes (24 hours), 168 intervals of one hour (7 days) or 120 intervals of six hours
/// (30 days). Each count is capped at 20,000.
#[utoipa::path(
    get, path = "/api/audit/sign-ins", tag = "audit", operation_id = "countSignIns", security(("bearer" = [])),
    params(("hours" = Option<i32>, Query, description = "Length of the period in hours: 24, 168 or 720. Default: 24.", minimum = 24, maximum = 720)),
    responses(
        (status = 200, description = "Successful and failed sign-ins in each interval, oldest first.", body = SignIns),
        Problems<(ReadProblems, InvalidQuery)>,
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
