//! Figures, their goals, and how they are shown.

use std::fs;
use std::io::{self, Write};

use serde::Serialize;

use crate::chart::Chart;

/// What a figure must reach.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// More than this.
    Above(f64),
}

/// The unit of ratios.
pub(super) const RATIO: &str = "×";

/// One measured number.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Figure {
    /// What was measured.
    name: String,
    value: f64,
    unit: &'static str,
    goal: Option<Goal>,
    /// The numbers behind it.
    detail: String,
}

impl Figure {
    pub(super) fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            goal: None,
            detail: String::new(),
        }
    }

    /// The ratio of the medians of two rates, each in events a second.
    pub(super) fn ratio(name: impl Into<String>, ours: &[f64], theirs: &[f64]) -> Self {
        let (ours, theirs) = (median(ours), median(theirs));
        Self::new(name, ours / theirs, RATIO).detail(format!("{ours:.0}/s ÷ {theirs:.0}/s"))
    }

    pub(super) fn goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    pub(super) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    pub(super) fn is_missed(&self) -> bool {
        self.goal.is_some_and(|goal| match goal {
            _ if self.value.is_nan() => true,
            Goal::AtLeast(least) => self.value < least,
            Goal::AtMost(most) => self.value > most,
            Goal::Above(limit) => self.value <= limit,
        })
    }

    fn verdict(&self) -> &'static str {
        match (self.goal, self.is_missed()) {
            (None, _) => "",
            (Some(_), true) => "MISSED",
            (Some(_), false) => "met",
        }
    }

    fn goal_text(&self) -> String {
        match self.goal {
            None => String::new(),
            Some(Goal::AtLeast(least)) => format!("≥ {least}"),
            Some(Goal::AtMost(most)) => format!("≤ {most}"),
            Some(Goal::Above(limit)) => format!("> {limit}"),
        }
    }
}

/// The median; not a number if there is no value.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// The machine that the figures are of.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Machine {
    processor: String,
    cores: usize,
    /// Processes that wanted to run in the last minute, this measurement's own included.
    load: String,
}

impl Machine {
    pub(super) fn of_this() -> Self {
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = processors
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            processor: model.map_or_else(|| "unknown".to_owned(), |(_, name)| name.to_owned()),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            load: load.split(' ').next().unwrap_or_default().to_owned(),
        }
    }
}

pub(super) fn json(machine: &Machine, figures: &[Figure]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Report<'a> {
        machine: &'a Machine,
        figures: &'a [Figure],
    }
    serde_json::to_string_pretty(&Report { machine, figures })
}

/// All ratios, and the line above which we are faster.
pub(super) fn chart(figures: &[Figure]) -> String {
    let rows: Vec<_> = figures
        .iter()
        .filter(|figure| figure.unit == RATIO)
        .map(|figure| (figure.name.clone(), vec![figure.value]))
        .collect();
    Chart {
        title: "Hallpass compared in one run",
        unit: RATIO,
        series: &["more than 1: Hallpass is faster".to_owned()],
        rows: &rows,
        limit: Some(1.0),
    }
    .svg()
}

pub(super) fn table(
    output: &mut impl Write,
    machine: &Machine,
    figures: &[Figure],
) -> io::Result<()> {
    writeln!(
        output,
        "{} cores, {}, load {} at the end\n",
        machine.cores, machine.processor, machine.load
    )?;
    let width = figures
        .iter()
        .map(|figure| figure.name.chars().count())
        .max()
        .unwrap_or_default();
    for figure in figures {
        let value = format!("{:.2} {}", figure.value, figure.unit);
        writeln!(
            output,
            "{:<width$}  {value:>12}  {:<8} {:<7} {}",
            figure.name,
            figure.goal_text(),
            figure.verdict(),
            figure.detail
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_between_the_middle_values() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn a_goal_is_met_or_missed() {
        let figure = |goal| Figure::new("", 0.5, RATIO).goal(goal).is_missed();
        assert!(!figure(Goal::AtLeast(0.5)));
        assert!(figure(Goal::AtLeast(0.51)));
        assert!(!figure(Goal::AtMost(0.5)));
        assert!(figure(Goal::AtMost(0.49)));
        assert!(figure(Goal::Above(0.5)));
        let nothing = Figure::new("", f64::NAN, RATIO).goal(Goal::AtLeast(0.5));
        assert!(nothing.is_missed());
    }
}
