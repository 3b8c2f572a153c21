//! A chart of the responses around crashes of the database server.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use hallpass_platform::Error;

use crate::outcome::Outcome;
use crate::scenarios::Scenario;

/// Time of one bar.
const BAR: Duration = Duration::from_millis(200);
const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 50.0;
const TOP: f64 = 40.0;
/// Colours for light and dark pages. Bars also differ by position: failures stand on top.
const STYLE: &str = "<style>\
    text{font:12px system-ui,sans-serif;fill:#24292f}.line{stroke:#8c959f}.ok{fill:#2da44e}.bad{fill:#cf222e}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.line{stroke:#6e7681}.ok{fill:#3fb950}.bad{fill:#ff7b72}}\
    </style>";

/// Writes the chart of the first scenario that has marks.
pub(crate) fn write(file: &Path, rows: &[(&'static Scenario, Outcome)]) -> Result<(), Error> {
    let marked = rows
        .iter()
        .map(|(_, outcome)| outcome)
        .find(|outcome| !outcome.marks.is_empty());
    let outcome = marked.ok_or_else(|| {
        Error::Message("the chart shows T30, which was not run: add it to --only".to_owned())
    })?;
    std::fs::write(file, draw(outcome)).map_err(Error::file(file))
}

/// Number of successes and of other responses in each interval.
fn bars(outcome: &Outcome, start: Instant) -> Vec<(u32, u32)> {
    let mut bars = Vec::new();
    for sample in &outcome.samples {
        let index = sample.ended().saturating_duration_since(start).as_millis() / BAR.as_millis();
        let index = usize::try_from(index).unwrap_or_default();
        if bars.len() <= index {
            bars.resize(index + 1, (0, 0));
        }
        if sample.is_success() {
            bars[index].0 += 1;
        } else {
            bars[index].1 += 1;
        }
    }
    bars
}

fn draw(outcome: &Outcome) -> String {
    let start = outcome.samples.iter().map(|sample| sample.begun).min();
    let start = start.unwrap_or_else(Instant::now);
    let bars = bars(outcome, start);
    let most = bars
        .iter()
        .map(|(good, bad)| good + bad)
        .max()
        .unwrap_or(1)
        .max(1);
    #[expect(clippy::cast_precision_loss, reason = "a few hundred bars")]
    let step = WIDTH / bars.len().max(1) as f64;
    let height = |count: u32| HEIGHT * f64::from(count) / f64::from(most);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" \
         aria-label=\"Responses while the database server is killed and comes back\">{STYLE}\
         <text x=\"{LEFT}\" y=\"16\">Responses in {} ms: successful (green), 503 with Retry-After (red, above)</text>",
        LEFT + WIDTH + 20.0,
        TOP + HEIGHT + 30.0,
        BAR.as_millis(),
    );
    let bottom = TOP + HEIGHT;
    for (index, (good, bad)) in bars.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred bars")]
        let x = LEFT + index as f64 * step;
        let top_of_good = bottom - height(*good);
        let width = step * 0.9;
        for (class, y, size) in [
            ("ok", top_of_good, height(*good)),
            ("bad", top_of_good - height(*bad), height(*bad)),
        ] {
            if size > 0.0 {
                let _infallible = write!(
                    svg,
                    "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{size:.1}\"/>"
                );
            }
        }
    }
    let at = |time: Instant| {
        LEFT + time.saturating_duration_since(start).as_secs_f64() / BAR.as_secs_f64() * step
    };
    for (time, what) in &outcome.marks {
        let x = at(*time);
        let _infallible = write!(
            svg,
            "<line class=\"line\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\" stroke-dasharray=\"4 3\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{what}</text>",
            if *what == "server back" {
                TOP - 2.0
            } else {
                TOP - 12.0
            },
        );
    }
    let seconds = (bars.len() as u64 * u64::try_from(BAR.as_millis()).unwrap_or(1)) / 1000;
    for second in (0..=seconds).step_by(5) {
        let x = at(start + Duration::from_secs(second));
        let y = bottom + 16.0;
        let _infallible = write!(
            svg,
            "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{second} s</text>"
        );
    }
    let _infallible = writeln!(
        svg,
        "<line class=\"line\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{bottom}\" y2=\"{bottom}\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{most}</text></svg>",
        LEFT + WIDTH,
        LEFT - 6.0,
        TOP + 10.0,
    );
    svg
}
