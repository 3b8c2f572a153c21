//! Bar charts as SVG files, legible in light and in dark: documents embed them as images, in which
//! `prefers-color-scheme` follows the reader's setting.

use std::fmt::Write as _;

const WIDTH: f64 = 760.0;
/// Width of a character of a label, on average.
const CHARACTER: f64 = 6.6;
/// Space for the number behind the longest bar.
const NUMBERS: f64 = 90.0;
const BAR: f64 = 13.0;
const GAP: f64 = 12.0;
const TOP: f64 = 62.0;

const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#1f2328}.t{font-size:15px;font-weight:600}.l{fill:#59636e}\
    .s0{fill:#9ec5fe}.s1{fill:#3b82f6}.s2{fill:#1e3a8a}.limit{stroke:#d1242f;stroke-width:1.5;stroke-dasharray:4 3}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.l{fill:#9198a1}.s0{fill:#1e3a8a}.s1{fill:#3b82f6}.s2{fill:#bfdbfe}}";

/// A horizontal bar chart with one group of bars for each row.
#[derive(Debug)]
pub(crate) struct Chart<'a> {
    pub(crate) title: &'a str,
    pub(crate) unit: &'a str,
    /// Names of the bars of a group; three at most, which differ in color.
    pub(crate) series: &'a [String],
    /// Label of each group, and its values.
    pub(crate) rows: &'a [(String, Vec<f64>)],
    /// A goal, drawn as a line.
    pub(crate) limit: Option<f64>,
}

impl Chart<'_> {
    /// The SVG file.
    pub(crate) fn svg(&self) -> String {
        let group = BAR * precise(self.series.len()) + GAP;
        let height = TOP + group * precise(self.rows.len()) + GAP;
        let values = self.rows.iter().flat_map(|(_, values)| values);
        let longest = values
            .copied()
            .chain(self.limit)
            .fold(0.0, f64::max)
            .max(f64::MIN_POSITIVE);
        let characters = self.rows.iter().map(|(label, _)| label.chars().count());
        let labels = CHARACTER * precise(characters.max().unwrap_or_default()) + 12.0;
        let scale = (WIDTH - labels - NUMBERS) / longest;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}\">\n\
             <style>{STYLE}</style>\n<text class=\"t\" x=\"0\" y=\"18\">{title}</text>\n",
            title = escaped(self.title)
        );
        let mut x = 0.0;
        for (at, name) in self.series.iter().enumerate() {
            line(
                &mut svg,
                &format!("<rect class=\"s{at}\" x=\"{x}\" y=\"32\" width=\"12\" height=\"12\"/>"),
            );
            line(
                &mut svg,
                &format!(
                    "<text class=\"l\" x=\"{}\" y=\"43\">{}</text>",
                    x + 18.0,
                    escaped(name)
                ),
            );
            x += 40.0 + 7.0 * precise(name.chars().count());
        }
        for (row, (label, values)) in self.rows.iter().enumerate() {
            let y = TOP + group * precise(row);
            let middle = y + (group - GAP) / 2.0 + 4.0;
            line(
                &mut svg,
                &format!(
                    "<text x=\"{}\" y=\"{middle:.1}\" text-anchor=\"end\">{}</text>",
                    labels - 8.0,
                    escaped(label)
                ),
            );
            for (at, value) in values.iter().enumerate() {
                let y = y + BAR * precise(at);
                let width = (value * scale).max(1.0);
                line(
                    &mut svg,
                    &format!(
                        "<rect class=\"s{at}\" x=\"{labels}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
                        BAR - 2.0
                    ),
                );
                line(
                    &mut svg,
                    &format!(
                        "<text class=\"l\" x=\"{:.1}\" y=\"{:.1}\">{} {}</text>",
                        labels + width + 6.0,
                        y + 10.0,
                        shown(*value),
                        self.unit
                    ),
                );
            }
        }
        if let Some(limit) = self.limit {
            let x = labels + limit * scale;
            line(
                &mut svg,
                &format!(
                    "<line class=\"limit\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{}\" y2=\"{height}\"/>",
                    TOP - 6.0
                ),
            );
        }
        svg + "</svg>\n"
    }
}

fn line(svg: &mut String, element: &str) {
    writeln!(svg, "{element}").expect("writing to memory does not fail");
}

/// A number with three digits.
fn shown(value: f64) -> String {
    match value {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[expect(clippy::cast_precision_loss, reason = "a position in a small chart")]
fn precise(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_shows_every_value_and_both_color_schemes() {
        let svg = Chart {
            title: "Reads & writes",
            unit: "ms",
            series: &["10,000".to_owned(), "1,000,000".to_owned()],
            rows: &[("a page".to_owned(), vec![1.0, 123.4])],
            limit: Some(80.0),
        }
        .svg();
        for part in [
            "Reads &amp; writes",
            "1.00 ms",
            "123 ms",
            "a page",
            "class=\"limit\"",
            "prefers-color-scheme",
        ] {
            assert!(svg.contains(part), "{part}: {svg}");
        }
        assert_eq!(svg.matches("<rect").count(), 4);
    }
}
