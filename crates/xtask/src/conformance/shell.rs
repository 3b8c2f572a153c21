//! As much of the shell's grammar as tells the commands of a line and their words apart.

/// A command that is being read.
#[derive(Debug, Default)]
struct Reading {
    words: Vec<String>,
    word: Option<String>,
    /// Inside double quotes.
    is_quoted: bool,
    /// The next word is a file's name, and none of the command's.
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

/// The words of each command of a line: quotes, redirections and comments are gone; what `$(…)` stands for is one word,
/// and its commands come before the one that it is a part of.
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
                // To the line's end.
                let _comment = characters.by_ref().find(|next| *next == '\n');
                now.end_command(&mut found);
            }
            '<' | '>' => {
                // 2> names a stream, >& goes to one.
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
    fn words_are_what_the_shell_makes_of_them() {
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
