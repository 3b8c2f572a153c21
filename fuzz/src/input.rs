//! From bytes to what a parser takes.

use std::borrow::Cow;

/// Any bytes as a text: headers and bodies hand over nothing else.
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// A genuine text with a part of it replaced: the first two bytes say from where to where, the rest is put
/// in between. Nearer to a good one than chance alone would ever come.
pub fn spliced(genuine: &str, bytes: &[u8]) -> Option<String> {
    let [from, length, new @ ..] = bytes else {
        return None;
    };
    // A genuine text is ASCII, so every place in it is a boundary.
    let from = usize::from(*from) * 4 % (genuine.len() + 1);
    let to = genuine.len().min(from + usize::from(*length));
    Some([&genuine[..from], &text(new), &genuine[to..]].concat())
}
