//! The key that a search compares: computed in the same way from the stored text and from the search text.

use icu_properties::CodePointMapData;
use icu_properties::props::Script;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;

use super::without_invisible;

/// Words separated by single spaces, without differences in case, accents, compatibility forms and invisible
/// characters. In a script without spaces between words, each character is a word of its own, so that a trigram index
/// finds even a short text in the middle of a sentence.
#[must_use]
pub fn search_key(text: &str) -> String {
    let plain = plain_letters(&without_invisible(text));
    let mut key = String::with_capacity(plain.len());
    let mut ends_word = false;
    for c in plain.chars() {
        if c.is_whitespace() {
            ends_word = true;
            continue;
        }
        let is_word = stands_alone(c);
        if (ends_word || is_word) && !key.is_empty() {
            key.push(' ');
        }
        key.push(c);
        ends_word = is_word;
    }
    key
}

/// Whether the character belongs to a script without spaces between words, or without spaces within names.
#[must_use]
pub fn stands_alone(c: char) -> bool {
    matches!(
        CodePointMapData::<Script>::new().get(c),
        Script::Han
            | Script::Hiragana
            | Script::Katakana
            | Script::Bopomofo
            | Script::Hangul
            | Script::Thai
            | Script::Lao
            | Script::Khmer
            | Script::Myanmar
    )
}

/// Removes accents, folds case, and replaces letters that do not decompose by base letters.
fn plain_letters(text: &str) -> String {
    // Accents are removed before the folding, and again after it, because it decomposes some letters.
    let unaccented = text.nfkd().filter(|c| !is_accent(*c));
    let folded = unaccented.flat_map(folded);
    let mut plain = String::with_capacity(text.len());
    for c in folded.nfkd().filter(|c| !is_accent(*c)) {
        match base_letters(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    plain.nfc().collect()
}

/// Full case folding (Unicode section 5.18), as the lower case of the upper case: ß becomes ss, a final sigma becomes a
/// sigma. Unlike in `CaseFolding.txt`, the dotted and the dotless i are one letter, because not every keyboard has
/// both.
fn folded(c: char) -> impl Iterator<Item = char> {
    c.to_lowercase()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
}

/// Accents of Latin, Greek and Cyrillic letters, and points of Hebrew and Arabic letters. Their combining class
/// distinguishes them from vowel signs, nuktas, viramas, voicing marks and tones, which change the meaning of a word.
fn is_accent(c: char) -> bool {
    matches!(canonical_combining_class(c), 1 | 10..=36 | 200..=234)
}

/// Base letters for letters that Unicode does not decompose, as in CLDR's Latin-ASCII transliteration, and the ASCII
/// characters that are typed instead of other punctuation. Lower case only, because case is folded before.
const fn base_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ⱥ' => "a",
        'ƀ' | 'ɓ' | 'ƃ' => "b",
        'ƈ' | 'ȼ' => "c",
        'ð' | 'đ' | 'ɖ' | 'ɗ' | 'ƌ' => "d",
        'ǝ' | 'ə' | 'ɛ' | 'ɇ' => "e",
        'ƒ' => "f",
        'ǥ' | 'ɠ' => "g",
        'ħ' => "h",
        'ı' | 'ɨ' => "i",
        'ɉ' => "j",
        'ƙ' => "k",
        'ł' | 'ƚ' => "l",
        'ŋ' | 'ɲ' | 'ƞ' => "n",
        'ø' | 'ɔ' => "o",
        'ƥ' => "p",
        'ĸ' => "q",
        'ɍ' => "r",
        'ȿ' => "s",
        'ŧ' | 'ƫ' | 'ƭ' | 'ʈ' | 'ⱦ' => "t",
        'ʉ' => "u",
        'ʋ' => "v",
        'ɏ' | 'ƴ' => "y",
        'ƶ' | 'ɀ' => "z",
        '\u{2018}' | '\u{2019}' | '\u{2bb}' | '\u{2bc}' => "'",
        '\u{2010}' | '\u{2011}' | '\u{2013}' | '\u{2014}' => "-",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_makes_no_difference_in_any_language() {
        for (one, other) in [
            ("STRAUSS", "Strauß"),
            ("STRAUẞ", "strauss"),
            ("ΟΔΥΣΣΕΥΣ", "Οδυσσεύς"),
            ("İSTANBUL", "istanbul"),
            ("ISPARTA", "ısparta"),
            ("ᾼ", "ᾳ"),
            ("ﬁnch", "FINCH"),
            ("ЁЛКИН", "елкин"),
        ] {
            assert_eq!(search_key(one), search_key(other), "{one} {other}");
        }
    }

    #[test]
    fn every_letter_is_found_in_upper_and_lower_case() {
        for c in ('\0'..=char::MAX).filter(|c| !is_accent(*c)) {
            let (upper, lower) = (c.to_uppercase(), c.to_lowercase());
            assert_eq!(
                search_key(&upper.to_string()),
                search_key(&lower.to_string()),
                "{c}"
            );
        }
    }

    #[test]
    fn accents_need_not_be_typed() {
        for (text, key) in [
            ("Müller", "muller"),
            ("Mu\u{308}ller", "muller"),
            ("Søren Kierkegård", "soren kierkegard"),
            ("Łódź", "lodz"),
            ("Đặng Thị", "dang thi"),
            ("Ævar Þór", "aevar thor"),
            ("Œuvre", "oeuvre"),
            ("Ħal Għaxaq", "hal ghaxaq"),
            ("Seán O\u{2019}Casey", "sean o'casey"),
            ("Jean\u{2011}Luc", "jean-luc"),
            ("Ὀδυσσεύς", "οδυσσευσ"),
            ("שָׁלוֹם", "שלום"),
            ("مُحَمَّد", "محمد"),
            ("أحمد", "احمد"),
        ] {
            assert_eq!(search_key(text), key, "{text}");
        }
    }

    #[test]
    fn marks_that_change_the_meaning_of_a_word_are_kept() {
        for (one, other) in [
            ("か", "が"),
            ("ハ", "パ"),
            ("की", "का"),
            ("ที่", "ที"),
            ("ड", "ड\u{93c}"),
        ] {
            assert_ne!(search_key(one), search_key(other), "{one} {other}");
        }
    }

    #[test]
    fn every_character_of_a_script_without_spaces_is_a_word() {
        for (text, key) in [
            ("山田太郎", "山 田 太 郎"),
            ("山田 太郎", "山 田 太 郎"),
            ("Ada山田Lovelace", "ada 山 田 lovelace"),
            ("ﾔﾏﾀﾞ", "ヤ マ ダ"),
            ("김민수", "김 민 수"),
            ("佐々木", "佐 々 木"),
            ("a  b\u{3000}c", "a b c"),
        ] {
            assert_eq!(search_key(text), key, "{text}");
        }
    }

    #[test]
    fn invisible_characters_make_no_difference() {
        assert_eq!(search_key("\u{feff}A\u{200b}da\u{ad} "), "ada");
        assert_eq!(search_key("\u{200b}"), "");
    }

    proptest! {
        #[test]
        fn computing_a_search_key_is_idempotent(text in "\\PC{0,40}") {
            let key = search_key(&text);
            prop_assert_eq!(search_key(&key), key.clone());
            prop_assert!(!key.contains("  ") && key.trim() == key);
        }
    }
}
