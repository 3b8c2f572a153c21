//! Output for people and for scripts (JSON).

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};
use hallpass_core::text::is_forbidden;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const FAIR: Style = AnsiColor::Yellow.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const PLAIN: Style = Style::new().bold();

const ESCAPE: char = '\u{1b}';
/// Maximum width of text in columns.
const WIDTH: usize = 80;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) json: bool,
}

impl Output {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints JSON, or the text that `people` writes.
    pub(crate) fn answer(
        self,
        json: &impl serde::Serialize,
        people: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let text = if self.json {
            let text = serde_json::to_string_pretty(json)?;
            escaped_json(&text) + "\n"
        } else {
            let mut text = Vec::new();
            people(&mut text)?;
            escape(&String::from_utf8_lossy(&text), char_escape)
        };
        let mut stdout = anstream::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// Prints a note to standard error, unless the output is JSON.
    pub(crate) fn remark(self, text: &str) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        let mut stderr = anstream::stderr();
        writeln!(stderr, "{FAIR}note:{FAIR:#} {}", escaped(&wrapped(text, 6)))
    }
}

/// Escapes characters that could reorder, hide or overwrite other text on a terminal. Output and errors contain text
/// that users have typed.
pub(crate) fn escaped(text: &str) -> String {
    escape(text, char_escape)
}

/// Escapes the same characters with JSON escape sequences.
pub(crate) fn escaped_json(text: &str) -> String {
    escape(text, json_escape)
}

fn escape(text: &str, escape_of: impl Fn(char) -> String) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if is_plain(c) || (c == ESCAPE && is_style(rest.as_str())) {
            shown.push(c);
        } else {
            shown.push_str(&escape_of(c));
        }
    }
    shown
}

/// Whether a character is printed unchanged: line feeds and tabs are part of the output, and many scripts need joiners.
fn is_plain(c: char) -> bool {
    matches!(c, '\n' | '\t' | '\u{200c}' | '\u{200d}') || !is_forbidden(c)
}

/// Whether an escape character starts a style (ECMA-48 SGR) rather than another control sequence.
fn is_style(rest: &str) -> bool {
    rest.strip_prefix('[').is_some_and(|parameters| {
        parameters
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == ';')
            .starts_with('m')
    })
}

fn char_escape(c: char) -> String {
    c.escape_unicode().to_string()
}

/// RFC 8259 section 7: a JSON parser returns the original character.
fn json_escape(c: char) -> String {
    let mut units = [0; 2];
    let units: &[u16] = c.encode_utf16(&mut units);
    let mut escape = String::new();
    for unit in units {
        let _infallible = write!(escape, "\\u{unit:04x}");
    }
    escape
}

/// Maximum width of a table in columns; unlimited if standard output is not a terminal.
pub(crate) fn table_width() -> usize {
    if !io::stdout().is_terminal() {
        return usize::MAX;
    }
    terminal_size::terminal_size().map_or(WIDTH, |(width, _)| width.0.into())
}

/// Breaks text into lines of at most [`WIDTH`] columns. All lines but the first are indented.
pub(crate) fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = String::new();
    let mut column = indent;
    for word in words(text) {
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

/// Splits at spaces, except in `commands`, which can then be copied as a whole.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut is_command = false;
    text.split(move |character| {
        is_command ^= character == '`';
        character == ' ' && !is_command
    })
}

/// Pads or truncates (with …) a text to exactly `width` columns.
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
    fn text_is_wrapped_at_the_width_but_never_within_a_command() {
        let text = "word ".repeat(60);
        let lines = wrapped(text.trim(), 10);
        assert!(lines.lines().all(|line| line.len() <= WIDTH));
        assert!(
            lines
                .lines()
                .skip(1)
                .all(|line| line.starts_with("          word"))
        );
        let command = format!("`{}`", "c ".repeat(60).trim());
        let lines = wrapped(&format!("run {command}, then {command}"), 2);
        assert_eq!(lines, format!("run\n  {command},\n  then\n  {command}"));
        let long = "x".repeat(200);
        assert_eq!(wrapped(&format!("a {long}"), 2), format!("a\n  {long}"));
    }

    #[test]
    fn characters_that_hide_or_reorder_are_escaped() {
        for (text, shown) in [
            ("Ada\n\tLovelace", "Ada\n\tLovelace"),
            (
                "\u{645}\u{6cc}\u{200c}\u{62e}",
                "\u{645}\u{6cc}\u{200c}\u{62e}",
            ),
            ("gnp\u{202e}exe", "gnp\\u{202e}exe"),
            ("a\rb\u{2028}c\u{200b}", "a\\u{d}b\\u{2028}c\\u{200b}"),
            ("\u{1b}[1mAda\u{1b}[0m", "\u{1b}[1mAda\u{1b}[0m"),
            (
                "\u{1b}[2JAda\u{1b}]0;x\u{7}",
                "\\u{1b}[2JAda\\u{1b}]0;x\\u{7}",
            ),
        ] {
            assert_eq!(escaped(text), shown);
        }
        let json = escaped_json("{\n  \"name\": \"a\u{202e}b\u{e0041}\"\n}");
        assert_eq!(json, "{\n  \"name\": \"a\\u202eb\\udb40\\udc41\"\n}");
    }

    #[test]
    fn a_cell_has_its_width_in_columns() {
        assert_eq!(cell("Ada", 5), "Ada  ");
        assert_eq!(cell("Lovelace", 5), "Love…");
        assert_eq!(cell("日本語", 5), "日本…");
        assert_eq!(cell("日本語", 6), "日本語");
    }
}
