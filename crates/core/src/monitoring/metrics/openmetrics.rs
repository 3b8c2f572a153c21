//! The `OpenMetrics` 1.0 text format.

use std::fmt::Write as _;

use super::Metric;

/// The format's media type.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Writes the metrics: metadata once before the samples of each family, and EOF at the end.
#[must_use]
pub fn openmetrics(metrics: &[Metric]) -> String {
    let mut text = String::new();
    let mut family = "";
    // Writing to a String cannot fail.
    for metric in metrics {
        if metric.name != family {
            family = metric.name;
            let _ = writeln!(text, "# TYPE {family} gauge");
            if family.ends_with("_bytes") {
                let _ = writeln!(text, "# UNIT {family} bytes");
            }
            let _ = writeln!(text, "# HELP {family} {}", metric.help);
        }
        let _ = writeln!(text, "{} {}", series(metric), metric.value);
    }
    text + "# EOF\n"
}

pub(super) fn series(metric: &Metric) -> String {
    match &metric.label {
        Some((label, value)) => {
            let value = value
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n");
            format!("{}{{{label}=\"{value}\"}}", metric.name)
        }
        None => metric.name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_cannot_break_out_of_its_line() {
        let metric = Metric {
            name: "hallpass_connections",
            label: Some(("scope", "role a\"b\\c\nd 1".to_owned())),
            value: 2.0,
            help: "Some.",
        };
        let text = openmetrics(&[metric]);
        assert_eq!(
            text,
            "# TYPE hallpass_connections gauge\n# HELP hallpass_connections Some.\n\
             hallpass_connections{scope=\"role a\\\"b\\\\c\\nd 1\"} 2\n# EOF\n"
        );
    }
}
