//! Sources and destinations of rewrites: the subset of path-to-regexp 6 that `vercel.json` uses.
//!
//! Supported are literal text, `\` before a character, groups `(…)` with any regular expression, and the names `:name`
//! and `:name(…)` for whole segments. Modifiers (`*`, `+`, `?` after a group) and braces are refused, so that a rule
//! never has another meaning here than on Vercel.

use std::iter::Peekable;
use std::str::Chars;

use fancy_regex::Regex;

use crate::Error;

/// A compiled source.
#[derive(Debug)]
pub(super) struct Pattern {
    regex: Regex,
    /// Names of the groups in their order. A group without a name has none.
    names: Vec<Option<String>>,
}

/// The text that the groups of a source matched.
#[derive(Debug)]
pub(super) struct Captured<'p> {
    names: &'p [Option<String>],
    values: Vec<String>,
}

impl Pattern {
    /// Compiles a source.
    pub(super) fn parse(source: &str) -> Result<Self, Error> {
        let refuse = |what: &str| Error::Configuration(format!("source \"{source}\": {what}"));
        let mut regex = String::from("^");
        let mut names = Vec::new();
        let mut characters = source.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '(' => {
                    regex.push_str(&group(&mut characters).map_err(refuse)?);
                    names.push(None);
                }
                ':' => {
                    let name = word(&mut characters);
                    if name.is_empty() {
                        return Err(refuse("a colon needs a name"));
                    }
                    if characters.next_if_eq(&'(').is_some() {
                        regex.push_str(&group(&mut characters).map_err(refuse)?);
                    } else {
                        regex.push_str(r"([^/#?]+?)");
                    }
                    names.push(Some(name));
                }
                '*' | '+' | '?' | '{' | '}' => {
                    return Err(refuse(&format!(
                        "the local platform does not do \"{character}\" outside of parentheses"
                    )));
                }
                '\\' => {
                    let next = characters
                        .next()
                        .ok_or_else(|| refuse("a backslash ends it"))?;
                    regex.push_str(&fancy_regex::escape(&next.to_string()));
                }
                other => regex.push_str(&fancy_regex::escape(&other.to_string())),
            }
        }
        regex.push('$');
        let regex = Regex::new(&regex).map_err(|error| refuse(&error.to_string()))?;
        if regex.captures_len() != names.len() + 1 {
            return Err(refuse("capturing groups inside of groups; write (?:…)"));
        }
        Ok(Self { regex, names })
    }

    /// The text that the groups matched, if the whole path matches.
    pub(super) fn matches(&self, path: &str) -> Option<Captured<'_>> {
        // The only possible error is that a pattern backtracks too often. Such a path does not match.
        let captures = self.regex.captures(path).ok().flatten()?;
        let values = (1..=self.names.len())
            .map(|index| {
                captures
                    .get(index)
                    .map_or_else(String::new, |group| group.as_str().to_owned())
            })
            .collect();
        Some(Captured {
            names: &self.names,
            values,
        })
    }
}

/// Reads a group, whose opening parenthesis was read before. The result contains both parentheses.
fn group(characters: &mut Peekable<Chars<'_>>) -> Result<String, &'static str> {
    const UNBALANCED: &str = "unbalanced parentheses";
    let mut group = String::from("(");
    let mut depth = 1;
    while depth > 0 {
        let character = characters.next().ok_or(UNBALANCED)?;
        group.push(character);
        match character {
            '\\' => group.push(characters.next().ok_or(UNBALANCED)?),
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
    }
    if group.starts_with("(?") {
        return Err("a group cannot begin with \"?\"; put a lookahead inside: ((?!…)…)");
    }
    Ok(group)
}

fn word(characters: &mut Peekable<Chars<'_>>) -> String {
    std::iter::from_fn(|| characters.next_if(|c| c.is_ascii_alphanumeric() || *c == '_')).collect()
}

/// A destination: a path that may contain `$1` or `:name`, and an optional query.
#[derive(Debug)]
pub(super) struct Template {
    path: Vec<Piece>,
    query: Vec<Piece>,
    /// Names that the destination does not use. Vercel appends them to the query.
    appended: Vec<String>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Group(usize),
}

impl Template {
    /// Parses a destination, which may refer to the groups of `source`.
    pub(super) fn parse(destination: &str, source: &Pattern) -> Result<Self, Error> {
        if !destination.starts_with('/') {
            return Err(Error::Configuration(format!(
                "destination \"{destination}\": the local platform rewrites to its own paths only"
            )));
        }
        let (path, query) = destination.split_once('?').unwrap_or((destination, ""));
        let mut used = Vec::new();
        let path = pieces(path, source, &mut used)?;
        let query = pieces(query, source, &mut used)?;
        let appended = source.names.iter().enumerate();
        let appended = appended.filter(|(index, _)| !used.contains(index));
        let appended = appended.filter_map(|(_, name)| name.clone()).collect();
        Ok(Self {
            path,
            query,
            appended,
        })
    }

    /// The path and the query for the text that a source matched.
    pub(super) fn fill(&self, captured: &Captured<'_>) -> (String, String) {
        let fill = |pieces: &[Piece]| -> String {
            pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.as_str(),
                    Piece::Group(index) => captured.values.get(*index).map_or("", String::as_str),
                })
                .collect()
        };
        let mut query = fill(&self.query);
        for name in &self.appended {
            let position = captured
                .names
                .iter()
                .position(|other| other.as_ref() == Some(name));
            let value = position.and_then(|index| captured.values.get(index));
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            query.push_str(value.map_or("", String::as_str));
        }
        (fill(&self.path), query)
    }
}

fn pieces(text: &str, source: &Pattern, used: &mut Vec<usize>) -> Result<Vec<Piece>, Error> {
    let unknown = |what: &str| {
        Error::Configuration(format!(
            "destination \"{text}\": its source has no group {what}"
        ))
    };
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next_is_word = characters.peek().is_some_and(char::is_ascii_alphanumeric);
        if !matches!(character, '$' | ':') || !next_is_word {
            literal.push(character);
            continue;
        }
        let name = word(&mut characters);
        let index = if character == '$' {
            name.parse::<usize>()
                .ok()
                .and_then(|number| number.checked_sub(1))
        } else {
            source
                .names
                .iter()
                .position(|other| other.as_deref() == Some(&name))
        };
        let index = index
            .filter(|index| *index < source.names.len())
            .ok_or_else(|| unknown(&format!("{character}{name}")))?;
        used.push(index);
        pieces.push(Piece::Text(std::mem::take(&mut literal)));
        pieces.push(Piece::Group(index));
    }
    pieces.push(Piece::Text(literal));
    Ok(pieces)
}
