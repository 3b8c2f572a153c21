//! Turns fuzz input into input of a parser.

use std::borrow::Cow;

/// The bytes as a text. Parsers of headers and bodies get only valid UTF-8.
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// A genuine text with a part replaced: the first byte selects the position, the second byte the length of the part,
/// and the other bytes replace it. Such a text is much more similar to a valid one than random input.
pub fn spliced(genuine: &str, bytes: &[u8]) -> Option<String> {
    let [from, length, new @ ..] = bytes else {
        return None;
    };
    // A genuine text is ASCII, so every position is a character boundary.
    let from = usize::from(*from) * 4 % (genuine.len() + 1);
    let to = genuine.len().min(from + usize::from(*length));
    Some([&genuine[..from], &text(new), &genuine[to..]].concat())
}
