//! Dotenv files, as the operator's command and `cargo dev` read and write them.
//!
//! Values are literal: a `$` in a password stays a `$`. The crates that read such files expand `$NAME`.

use std::collections::BTreeMap;
use std::ops::Range;

/// Reads `NAME=value` lines: comments, `export`, single quotes (literal) and double quotes (`\n`, `\"`,
/// `\\`), both of which may span lines.
///
/// # Errors
/// The number of the first invalid line.
pub fn parse(text: &str) -> Result<BTreeMap<String, String>, usize> {
    let variables = read(text)?.into_iter();
    Ok(variables.map(|(name, value, _)| (name, value)).collect())
}

/// Name and byte range (whole lines) of each variable, in order.
///
/// # Errors
/// The number of the first invalid line.
pub fn places(text: &str) -> Result<Vec<(String, Range<usize>)>, usize> {
    let variables = read(text)?.into_iter();
    Ok(variables.map(|(name, _, place)| (name, place)).collect())
}

/// A value as it is written in a file, so that [`parse`] and a POSIX shell read the same: bare if that is safe,
/// otherwise in single quotes, otherwise in double quotes.
#[must_use]
pub fn quoted(value: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+=,".contains(c);
    if value.chars().all(is_safe) {
        return value.to_owned();
    }
    if !value.contains('\'') {
        return format!("'{value}'");
    }
    let mut text = String::from('"');
    for character in value.chars() {
        if matches!(character, '"' | '\\' | '$' | '`') {
            text.push('\\');
        }
        text.push(character);
    }
    text.push('"');
    text
}

type Variable = (String, String, Range<usize>);

fn read(text: &str) -> Result<Vec<Variable>, usize> {
    let mut variables = Vec::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while !rest.is_empty() {
        let number = text[..text.len() - rest.len()].matches('\n').count() + 1;
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            rest = after;
            continue;
        }
        let (name, _) = line.split_once('=').ok_or(number)?;
        let start = text.len() - rest.len();
        let value_at = rest[name.len() + 1..].trim_start_matches([' ', '\t']);
        let name = name.trim();
        let name = name.strip_prefix("export ").unwrap_or(name).trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(number);
        }
        let value;
        (value, rest) = read_value(value_at).ok_or(number)?;
        let place = start..text.len() - rest.len();
        variables.push((name.to_owned(), value, place));
    }
    Ok(variables)
}

/// The value at the start of `text`, and the text after its line.
fn read_value(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let Some(quote) = quote else {
        let (line, after) = text.split_once('\n').unwrap_or((text, ""));
        // A comment after an unquoted value needs a space before it, because a URL can contain a #.
        let value = line.split(" #").next().unwrap_or_default();
        return Some((value.trim().to_owned(), after));
    };
    let mut value = String::new();
    let mut characters = text[1..].char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character == quote => {
                let behind = &text[1 + at + quote.len_utf8()..];
                let (line, after) = behind.split_once('\n').unwrap_or((behind, ""));
                let line = line.trim();
                return (line.is_empty() || line.starts_with('#')).then_some((value, after));
            }
            '\\' if quote == '"' => value.push(match characters.next()?.1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            }),
            _ => value.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_quoted_value_is_read_as_it_was(value in any::<String>()) {
            let text = format!("A={}\nB=1\n", quoted(&value));
            let read = parse(&text).unwrap();
            prop_assert_eq!(&read["A"], &value);
            prop_assert_eq!(&read["B"], "1");
        }
    }

    #[test]
    fn every_form_of_a_value_is_read() {
        let text = concat!(
            "# comment\n\n",
            "A=plain # comment\n",
            "export B = 'it is $HOME \\n'\r\n",
            "C=\"two\\nlines \\\"quoted\\\" \\$ \\\\\" # comment\n",
            "D=\"-----BEGIN\nmiddle\nEND-----\"\n",
            "E=postgres://u:p$w@h/d?a=b#c\n",
            "F=\n",
            "G=last",
        );
        let read = parse(text).unwrap();
        let value = |name: &str| read[name].as_str();
        assert_eq!(value("A"), "plain");
        assert_eq!(value("B"), "it is $HOME \\n");
        assert_eq!(value("C"), "two\nlines \"quoted\" $ \\");
        assert_eq!(value("D"), "-----BEGIN\nmiddle\nEND-----");
        assert_eq!(value("E"), "postgres://u:p$w@h/d?a=b#c");
        assert_eq!(value("F"), "");
        assert_eq!(value("G"), "last");
        assert_eq!(read.len(), 7);
    }

    #[test]
    fn an_invalid_line_is_reported_by_its_number() {
        assert_eq!(parse("A=1\n\nnonsense\n"), Err(3));
        assert_eq!(parse("A=1\nB='open\nC=2"), Err(2));
        assert_eq!(parse("A='closed' and more"), Err(1));
        assert_eq!(parse("A B=1"), Err(1));
        assert_eq!(parse("A=\"x\ny\"\nbad"), Err(3));
    }
}
