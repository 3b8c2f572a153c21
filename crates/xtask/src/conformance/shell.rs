//! A parser for the part of the shell's grammar that separates commands and their words.

/// The command that is currently parsed.
#[derive(Debug, Default)]
struct Reading {
    words: Vec<String>,
    word: Option<String>,
    /// Whether the parser is inside double quotes.
    is_quoted: bool,
    /// Whether the next word is the file of a redirection, which is not a word of the command.
    is_redirected: bool,
}

impl Reading {
    fn push(&mut self, character: char) {
        self.word.get_or_insert_default().push(character);
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take()
            && !std::mem::take(&mut self.is_redirected)
        {
            self.words.push(word);
        }
    }

    fn end_command(&mut self, found: &mut Vec<Vec<String>>) {
        self.end_word();
        self.is_redirected = false;
        let words = std::mem::take(&mut self.words);
        if !words.is_empty() {
            found.push(words);
        }
    }
}

/// The words of each command of a line, without quotes, redirections and comments. A substitution `$(…)` is replaced by
/// the text `$()`; its commands precede the command that contains it.
pub(super) fn commands(line: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut outer: Vec<Reading> = Vec::new();
    let mut now = Reading::default();
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '$' if characters.next_if_eq(&'(').is_some() => {
                now.word.get_or_insert_default().push_str("$()");
                outer.push(std::mem::take(&mut now));
            }
            '"' => {
                now.is_quoted = !now.is_quoted;
                now.word.get_or_insert_default();
            }
            '\\' => now.word.get_or_insert_default().extend(characters.next()),
            _ if now.is_quoted => now.push(character),
            '\'' => {
                let text = characters.by_ref().take_while(|next| *next != '\'');
                now.word.get_or_insert_default().extend(text);
            }
            ')' => {
                now.end_command(&mut found);
                now = outer.pop().unwrap_or_default();
            }
            '|' | ';' | '&' | '(' | '\n' => now.end_command(&mut found),
            '#' if now.word.is_none() => {
                // The comment ends at the end of the line.
                let _comment = characters.by_ref().find(|next| *next == '\n');
                now.end_command(&mut found);
            }
            '<' | '>' => {
                // In `2>` the digit is a file descriptor, and in `>&` the next word is one.
                now.word
                    .take_if(|word| word.chars().all(|c| c.is_ascii_digit()));
                now.end_word();
                now.is_redirected = true;
                while characters
                    .next_if(|next| ['<', '>', '&'].contains(next))
                    .is_some()
                {}
            }
            _ if character.is_whitespace() => now.end_word(),
            _ => now.push(character),
        }
    }
    for mut unfinished in std::iter::once(now).chain(outer.into_iter().rev()) {
        unfinished.end_command(&mut found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn words_are_split_as_the_shell_does() {
        for (line, expected) in [
            ("a 'b  c' \"d $E\" ''", vec![vec!["a", "b  c", "d $E", ""]]),
            (
                "a | b;c && d & e",
                vec![vec!["a"], vec!["b"], vec!["c"], vec!["d"], vec!["e"]],
            ),
            ("a > b 2>&1 2> c <<'D' e", vec![vec!["a", "e"]]),
            ("a b#c # d e", vec![vec!["a", "b#c"]]),
            (
                "A=\"$(b \"c d\")\" e >> \"$F\"",
                vec![vec!["b", "c d"], vec!["A=$()", "e"]],
            ),
            ("a \\' b", vec![vec!["a", "'", "b"]]),
        ] {
            assert_eq!(commands(line), expected, "{line}");
        }
    }
}
