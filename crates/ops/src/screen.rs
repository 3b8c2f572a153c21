//! What people see, and what scripts read.

use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Something is well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Something deserves attention.
pub(crate) const FAIR: Style = AnsiColor::Yellow.on_default();
/// Something is wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// A word that stands out.
pub(crate) const PLAIN: Style = Style::new().bold();

/// The widest that texts are set.
const WIDTH: usize = 80;

/// How to answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// In JSON.
    pub(crate) json: bool,
}

impl Screen {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Writes JSON, or else what `people` makes of it.
    pub(crate) fn answer(
        self,
        json: &impl serde::Serialize,
        people: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut stdout = anstream::stdout().lock();
        if self.json {
            serde_json::to_writer_pretty(&mut stdout, json)?;
            writeln!(stdout)?;
        } else {
            people(&mut stdout)?;
        }
        stdout.flush()
    }

    /// A remark beside the answer, on standard error. Scripts that read JSON are spared.
    pub(crate) fn remark(self, text: &str) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        let mut stderr = anstream::stderr();
        writeln!(stderr, "{FAIR}note:{FAIR:#} {}", wrapped(text, 6))
    }
}

/// How wide a table may be; without a limit where no terminal reads it.
pub(crate) fn table_width() -> usize {
    if !io::stdout().is_terminal() {
        return usize::MAX;
    }
    terminal_size::terminal_size().map_or(WIDTH, |(width, _)| width.0.into())
}

/// Text in lines that end before the screen does, all but the first indented.
pub(crate) fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = String::new();
    let mut column = indent;
    for word in text.split(' ') {
        let width = word.width();
        if column > indent {
            if column + 1 + width > WIDTH {
                lines.push('\n');
                lines.push_str(&" ".repeat(indent));
                column = indent;
            } else {
                lines.push(' ');
                column += 1;
            }
        }
        lines.push_str(word);
        column += width;
    }
    lines
}

/// A text that takes exactly `width` columns, cut with … where it is longer.
pub(crate) fn cell(text: &str, width: usize) -> String {
    let mut shown = String::new();
    let mut column = 0;
    if text.width() <= width {
        text.clone_into(&mut shown);
        column = text.width();
    } else {
        for character in text.chars() {
            let next = column + character.width().unwrap_or(0);
            if next >= width {
                break;
            }
            shown.push(character);
            column = next;
        }
        shown.push('…');
        column += 1;
    }
    shown.push_str(&" ".repeat(width.saturating_sub(column)));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_before_the_screen_does() {
        let text = "word ".repeat(60);
        let lines = wrapped(text.trim(), 10);
        assert!(lines.lines().all(|line| line.len() <= WIDTH));
        assert!(
            lines
                .lines()
                .skip(1)
                .all(|line| line.starts_with("          word"))
        );
        let long = "x".repeat(200);
        assert_eq!(wrapped(&format!("a {long}"), 2), format!("a\n  {long}"));
    }

    #[test]
    fn a_cell_has_its_width_in_columns() {
        assert_eq!(cell("Ada", 5), "Ada  ");
        assert_eq!(cell("Lovelace", 5), "Love…");
        assert_eq!(cell("日本語", 5), "日本…");
        assert_eq!(cell("日本語", 6), "日本語");
    }
}
