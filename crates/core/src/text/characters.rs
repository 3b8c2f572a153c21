//! Character classes by Unicode properties: visible, invisible, and changing the direction of writing.

use icu_properties::props::{
    CanonicalCombiningClass, DefaultIgnorableCodePoint, ExtendedPictographic, GeneralCategory,
    GeneralCategoryGroup, JoiningType,
};
use icu_properties::{CodePointMapData, CodePointSetData};

const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';
/// By its category a symbol, but it shows nothing.
const BRAILLE_BLANK: char = '\u{2800}';

/// Removes white space and invisible characters at both ends. Joiners and variation selectors are kept, because they
/// belong to the character before them.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || (is_invisible(c) && !is_mark(c) && !is_joiner(c))
    })
}

/// Removes all invisible characters, and white space at both ends.
#[must_use]
pub fn without_invisible(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    visible.trim().to_owned()
}

/// Whether the text has at least one visible character.
#[must_use]
pub fn has_visible(text: &str) -> bool {
    text.chars().any(|c| {
        !(c.is_whitespace()
            || is_invisible(c)
            || is_mark(c)
            || is_control_or_format(c)
            || c == BRAILLE_BLANK)
    })
}

/// The first character that is not allowed in a line of text: see [`is_forbidden`]. Joiners are allowed where they have
/// an effect (RFC 5892 appendix A, UTS 51).
#[must_use]
pub fn first_forbidden(text: &str) -> Option<char> {
    let chars: Vec<char> = text.chars().collect();
    let forbidden = |(at, c): &(usize, &char)| is_forbidden(**c) && !joins(&chars, *at);
    chars.iter().enumerate().find(forbidden).map(|(_, c)| *c)
}

/// Whether a character is a control or format character (which includes those that change the direction of writing), a
/// separator of lines or paragraphs, or an invisible character such as a filler. Variation selectors are not forbidden.
#[must_use]
pub fn is_forbidden(c: char) -> bool {
    is_control_or_format(c) || (is_invisible(c) && !is_mark(c))
}

/// Whether a character shows nothing by itself: zero-width characters, byte order marks, directional controls, soft
/// hyphens, tags, fillers, variation selectors.
fn is_invisible(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

fn is_control_or_format(c: char) -> bool {
    matches!(
        category(c),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

pub(crate) fn is_mark(c: char) -> bool {
    GeneralCategoryGroup::Mark.contains(category(c))
}

/// Letters, marks and numbers: the characters beyond ASCII that RFC 8264 section 9.1 allows in identifiers.
pub(crate) fn is_letter_mark_or_number(c: char) -> bool {
    GeneralCategoryGroup::Letter
        .union(GeneralCategoryGroup::Mark)
        .union(GeneralCategoryGroup::Number)
        .contains(category(c))
}

pub(crate) fn is_space(c: char) -> bool {
    category(c) == GeneralCategory::SpaceSeparator
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

const fn is_joiner(c: char) -> bool {
    matches!(c, ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER)
}

/// Whether there is a joiner at this position that has an effect: beside a virama, between letters of a cursive script,
/// or (zero-width joiner only) between two emoji.
fn joins(chars: &[char], at: usize) -> bool {
    let (before, after) = (&chars[..at], &chars[at + 1..]);
    is_joiner(chars[at])
        && (is_beside_virama(before, after)
            || is_between_cursive_letters(before, after)
            || (chars[at] == ZERO_WIDTH_JOINER && is_between_emoji(before, after)))
}

fn is_beside_virama(before: &[char], after: &[char]) -> bool {
    let is_virama = |c: &char| {
        CodePointMapData::<CanonicalCombiningClass>::new().get(*c)
            == CanonicalCombiningClass::Virama
    };
    before.last().is_some_and(is_virama) || after.first().is_some_and(is_virama)
}

fn is_between_cursive_letters(before: &[char], after: &[char]) -> bool {
    let joining_type = |c: &char| CodePointMapData::<JoiningType>::new().get(*c);
    let is_letter = |c: Option<&char>| {
        c.is_some_and(|c| joining_type(c) != JoiningType::NonJoining && !is_joiner(*c))
    };
    let is_base = |c: &&char| joining_type(c) != JoiningType::Transparent;
    is_letter(before.iter().rev().find(is_base)) && is_letter(after.iter().find(is_base))
}

fn is_between_emoji(before: &[char], after: &[char]) -> bool {
    let is_emoji = |c: &char| CodePointSetData::new::<ExtendedPictographic>().contains(*c);
    // Variation selectors and skin tones can be between an emoji and its joiner.
    let is_base = |c: &&char| !is_mark(**c) && category(**c) != GeneralCategory::ModifierSymbol;
    before.iter().rev().find(is_base).is_some_and(is_emoji) && after.first().is_some_and(is_emoji)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_invisible_characters_are_trimmed_at_both_ends() {
        for text in [
            " Ada ",
            "\u{feff}Ada\r\n",
            "Ada\u{200b}",
            "\u{202a}Ada\u{202c}",
            "\u{2066}Ada\u{2069}\u{a0}",
            "\u{ad}Ada\u{2060}\u{3164}",
        ] {
            assert_eq!(trim(text), "Ada", "{text:?}");
        }
        // A heart in colour, and a Malayalam consonant in its old spelling.
        for whole in ["\u{2764}\u{fe0f}", "\u{d28}\u{d4d}\u{200d}"] {
            assert_eq!(trim(whole), whole);
        }
    }

    #[test]
    fn hidden_and_reordering_characters_are_forbidden() {
        for c in [
            '\0',
            '\t',
            '\n',
            '\u{7f}',
            '\u{85}',
            '\u{ad}',
            '\u{61c}',
            '\u{115f}',
            '\u{180e}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{3164}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff9}',
            '\u{e0001}',
            '\u{e0041}',
        ] {
            let text = format!("gnp{c}exe");
            assert_eq!(first_forbidden(&text), Some(c), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn names_of_all_scripts_are_allowed() {
        for text in [
            "Ada Lovelace",
            "Seán O\u{2019}Casey-Smith Jr.",
            "山田 太郎",
            "葛\u{e0100}城",
            "محمد",
            // Between cursive letters, after a virama, and before a virama.
            "می\u{200c}خواهم",
            "زاده\u{200c}ها",
            "क्\u{200d}ष",
            "র\u{200d}্য",
            "ශ්\u{200d}රී",
            // A family, a person with a skin tone at a computer, a flag, a heart.
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "\u{1f469}\u{1f3fd}\u{200d}\u{1f4bb}",
            "\u{1f3f3}\u{fe0f}\u{200d}\u{1f308}",
            "\u{2764}\u{fe0f}",
        ] {
            assert_eq!(first_forbidden(text), None, "{text:?}");
            assert!(has_visible(text));
        }
    }

    #[test]
    fn a_joiner_without_effect_is_forbidden() {
        for text in [
            "Ada\u{200d}Lovelace",
            "\u{200d}Ada",
            "می\u{200c}",
            "می\u{200c}Ada",
            "می\u{200c}\u{200c}خواهم",
            "\u{1f468}\u{200c}\u{1f469}",
            "\u{1f468}\u{200d}a",
        ] {
            assert!(first_forbidden(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn an_invisible_text_has_no_visible_character() {
        for text in [
            "",
            " \u{3000}",
            "\u{200b}\u{200d}",
            "\u{3164}",
            "\u{2800}",
            "\u{fe0f}",
            "\u{301}",
            "\u{e0041}",
        ] {
            assert!(!has_visible(text), "{text:?}");
        }
    }

    #[test]
    fn an_address_loses_every_invisible_character() {
        let pasted = "\u{feff} ada\u{200b}@exa\u{ad}mple.com\u{200e}\u{2060} ";
        assert_eq!(without_invisible(pasted), "ada@example.com");
    }
}
