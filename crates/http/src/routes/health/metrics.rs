//! GET /api/metrics

use axum::extract::{FromRequestParts, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use hallpass_core::monitoring::metrics;

use crate::App;
use crate::extract::require_preshared;
use crate::respond::Problem;
use crate::respond::documented::{Problems, Unavailable, WrongSecret};

/// A metrics scraper, authenticated by `HALLPASS_METRICS_TOKEN`.
pub(crate) struct Scraper;

impl FromRequestParts<App> for Scraper {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = app.config.monitoring.metrics_token.as_ref();
        require_preshared(parts, token, "HALLPASS_METRICS_TOKEN").map(|()| Self)
    }
}

/// Show metrics
///
/// For scrapers such as Prometheus, in the `OpenMetrics` 1.0 text format. Every metric is a gauge.
#[utoipa::path(
    get, path = "/api/metrics", tag = "system", operation_id = "showMetrics", security(("metrics" = [])),
    responses(
        (status = 200, description = "The metrics.", body = String, content_type = "application/openmetrics-text"),
        Problems<(WrongSecret, Unavailable)>,
    )
)]
pub(crate) async fn show_metrics(State(app): State<App>, _: Scraper) -> Result<Response, Problem> {
    let figures = metrics::sample(&app.db).await?;
    let metrics = metrics::metrics(&figures, &app.config.version);
    let kind = [(header::CONTENT_TYPE, metrics::CONTENT_TYPE)];
    Ok((kind, metrics::openmetrics(&metrics)).into_response())
}
