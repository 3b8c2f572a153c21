//! Tables for people. Each column is as wide as its contents; flexible columns shrink to fit the terminal.

use std::io;

use unicode_width::UnicodeWidthStr as _;

use crate::output::{PLAIN, cell, table_width};

const GAP: usize = 2;

/// Heading and alignment of a column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    name: &'static str,
    is_number: bool,
    /// Minimum width of a flexible column.
    least: Option<usize>,
}

/// A left-aligned column.
pub(crate) const fn text(name: &'static str) -> Column {
    Column {
        name,
        is_number: false,
        least: None,
    }
}

/// A left-aligned column that can be truncated to `least` columns of text.
pub(crate) const fn flexible(name: &'static str, least: usize) -> Column {
    Column {
        name,
        is_number: false,
        least: Some(least),
    }
}

/// A right-aligned column.
pub(crate) const fn number(name: &'static str) -> Column {
    Column {
        name,
        is_number: true,
        least: None,
    }
}

pub(crate) fn write<const N: usize>(
    out: &mut dyn io::Write,
    columns: &[Column; N],
    rows: &[[String; N]],
) -> io::Result<()> {
    let widths = widths(columns, rows, table_width());
    let heading = columns.map(|column| column.name.to_owned());
    let heading = line(columns, &heading, &widths);
    writeln!(out, "{PLAIN}{heading}{PLAIN:#}")?;
    for row in rows {
        writeln!(out, "{}", line(columns, row, &widths))?;
    }
    Ok(())
}

fn line<const N: usize>(columns: &[Column; N], texts: &[String; N], widths: &[usize; N]) -> String {
    let mut cells = Vec::with_capacity(N);
    for ((column, text), width) in columns.iter().zip(texts).zip(*widths) {
        let one_line: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let shown = cell(&one_line, width);
        cells.push(if column.is_number {
            let shown = shown.trim_end();
            format!("{}{shown}", " ".repeat(width - shown.width().min(width)))
        } else {
            shown
        });
    }
    cells.join(&" ".repeat(GAP)).trim_end().to_owned()
}

fn widths<const N: usize>(
    columns: &[Column; N],
    rows: &[[String; N]],
    output: usize,
) -> [usize; N] {
    let mut widths = columns.map(|column| column.name.width());
    for row in rows {
        for (width, text) in widths.iter_mut().zip(row) {
            *width = (*width).max(text.width());
        }
    }
    for (place, column) in columns.iter().enumerate() {
        let total: usize = widths.iter().sum::<usize>() + GAP * N.saturating_sub(1);
        let excess = total.saturating_sub(output);
        if let Some(least) = column.least {
            let width = &mut widths[place];
            *width -= excess.min(width.saturating_sub(least));
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [text("NAME"), number("ROWS"), flexible("QUERY", 10)];

    fn rows() -> [[String; 3]; 2] {
        [
            ["a".into(), "1,000".into(), "x".repeat(60)],
            ["b\u{1b}[31m".into(), "7".into(), "short".into()],
        ]
    }

    #[test]
    fn numbers_are_right_aligned_and_control_characters_are_removed() {
        let mut out = Vec::new();
        write(&mut out, &COLUMNS, &rows()).unwrap();
        let shown = String::from_utf8(out).unwrap();
        let last = shown.lines().last().unwrap();
        assert_eq!(last, "b [31m      7  short");
        assert!(
            shown
                .lines()
                .nth(1)
                .unwrap()
                .starts_with("a       1,000  xxx")
        );
    }

    #[test]
    fn only_flexible_columns_shrink() {
        assert_eq!(widths(&COLUMNS, &rows(), usize::MAX)[2], 60);
        assert_eq!(
            widths(&COLUMNS, &rows(), 40)[2],
            40 - 4 - 5 - widths(&COLUMNS, &rows(), 40)[0]
        );
        assert_eq!(widths(&COLUMNS, &rows(), 10)[1..], [5, 10]);
    }

    #[test]
    fn flexible_columns_shrink_from_left_to_right() {
        const USERS: [Column; 5] = [
            text("E-MAIL"),
            flexible("NAME", 6),
            flexible("ROLES", 5),
            text("STATUS"),
            text("LAST SIGN-IN"),
        ];
        let row = [
            "a".repeat(30),
            "n".repeat(30),
            "r".repeat(14),
            "active".into(),
            "never".into(),
        ];
        let rows = [row];
        assert_eq!(widths(&USERS, &rows, usize::MAX), [30, 30, 14, 6, 12]);
        assert_eq!(widths(&USERS, &rows, 80), [30, 10, 14, 6, 12]);
        assert_eq!(widths(&USERS, &rows, 71), [30, 6, 9, 6, 12]);
        assert_eq!(widths(&USERS, &rows, 20), [30, 6, 5, 6, 12]);
    }
}
