//! The words by which a search finds a user.

/// Splits a key (see [`super::search_key()`]) into words, at spaces and ASCII punctuation, without duplicates. A domain
/// begins with its `@`. `hallpass.search_words` does the same in SQL.
#[must_use]
pub fn search_words(key: &str) -> Vec<String> {
    let spaced = key.replace('@', " @");
    let mut words: Vec<_> = spaced
        .split(|c: char| c == ' ' || (c.is_ascii_punctuation() && c != '@'))
        .filter(|word| !word.is_empty() && *word != "@")
        .map(str::to_owned)
        .collect();
    words.sort();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_split_at_spaces_and_punctuation() {
        for (key, words) in [
            ("ana garcia", vec!["ana", "garcia"]),
            ("jean-pierre o'neil", vec!["jean", "neil", "o", "pierre"]),
            (
                "ana.garcia+x@mail.example.com",
                vec!["@mail", "ana", "com", "example", "garcia", "x"],
            ),
            ("@example", vec!["@example"]),
            ("太 郎", vec!["太", "郎"]),
            ("... @", vec![]),
        ] {
            assert_eq!(search_words(key), words, "{key}");
        }
    }
}
