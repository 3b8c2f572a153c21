//! Names of people by language: few are common, many are rare.

use std::sync::LazyLock;

use fastrand::Rng;

/// A name, and what its owner writes for it in an e-mail address: Latin letters without accents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spelled {
    pub(crate) native: String,
    pub(crate) latin: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    GivenFirst,
    FamilyFirst,
    /// Family name first, without a space.
    Joined,
}

#[derive(Debug)]
pub(super) struct Language {
    share: u32,
    order: Order,
    given: Vec<Spelled>,
    family: Vec<Spelled>,
    stems: Vec<Spelled>,
    endings: Vec<Spelled>,
}

pub(super) static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    include_str!("names.txt")
        .split("\n\n")
        .filter(|block| !block.starts_with('#'))
        .map(Language::parse)
        .collect()
});

impl Language {
    fn parse(block: &str) -> Self {
        let mut lines = block.trim().lines();
        let header: Vec<_> = lines.next().unwrap_or_default().split(' ').collect();
        let list = |name: &str| {
            let line = block
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            let words = line.expect("every language has all four lists").split(' ');
            words.map(Spelled::parse).collect()
        };
        Self {
            share: header[1].parse().expect("a share is a number"),
            order: match header[2] {
                "given-first" => Order::GivenFirst,
                "family-first" => Order::FamilyFirst,
                _ => Order::Joined,
            },
            given: list("given"),
            family: list("family"),
            stems: list("stem"),
            endings: list("ending"),
        }
    }

    /// A language, as often as its share.
    pub(super) fn random(rng: &mut Rng) -> &'static Self {
        let languages = &*LANGUAGES;
        let total: u32 = languages.iter().map(|language| language.share).sum();
        let mut left = rng.u32(..total);
        languages
            .iter()
            .find(|language| {
                let is_it = left < language.share;
                left = left.saturating_sub(language.share);
                is_it
            })
            .expect("the shares were added up before")
    }

    /// Given names: one, or in one case of seven two.
    pub(super) fn given(&self, rng: &mut Rng) -> Vec<Spelled> {
        let count = if self.order == Order::GivenFirst && rng.u8(..7) == 0 {
            2
        } else {
            1
        };
        (0..count)
            .map(|_| common(&self.given, rng).clone())
            .collect()
    }

    /// A family name: in two cases of five a rare one.
    pub(super) fn family(&self, rng: &mut Rng) -> Spelled {
        if rng.u8(..5) < 3 {
            return common(&self.family, rng).clone();
        }
        let mut parts = vec![common(&self.stems, rng)];
        if rng.u8(..3) == 0 {
            parts.push(common(&self.stems, rng));
        }
        parts.push(common(&self.endings, rng));
        Spelled::concatenated(&parts)
    }

    /// The whole name in the language's order.
    pub(super) fn whole(&self, given: &[Spelled], family: &Spelled) -> String {
        let given: Vec<_> = given.iter().map(|name| name.native.as_str()).collect();
        let (given, family) = (given.join(" "), &family.native);
        match self.order {
            Order::GivenFirst => format!("{given} {family}"),
            Order::FamilyFirst => format!("{family} {given}"),
            Order::Joined => format!("{family}{given}"),
        }
    }
}

impl Spelled {
    fn parse(word: &str) -> Self {
        let (native, latin) = word.split_once('/').unwrap_or((word, word));
        let native = native.replace('_', " ");
        let latin = hallpass_core::text::search_key(latin);
        Self {
            latin: latin.chars().filter(char::is_ascii_lowercase).collect(),
            native,
        }
    }

    /// One name out of several parts. Only the first part begins with a capital letter.
    fn concatenated(parts: &[&Self]) -> Self {
        let native = parts.iter().enumerate().map(|(at, part)| {
            if at == 0 || part.native.starts_with(' ') {
                part.native.clone()
            } else {
                part.native.to_lowercase()
            }
        });
        Self {
            native: native.collect(),
            latin: parts.iter().map(|part| part.latin.as_str()).collect(),
        }
    }
}

/// An entry of a list in which the first ones are the most common: by the cube of a uniformly distributed number, as in
/// Zipf's law.
fn common<'a, T>(list: &'a [T], rng: &mut Rng) -> &'a T {
    &list[super::skewed(rng, list.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_letters_for_an_address() {
        for language in LANGUAGES.iter() {
            let lists = [
                &language.given,
                &language.family,
                &language.stems,
                &language.endings,
            ];
            for name in lists.into_iter().flatten() {
                assert!(!name.latin.is_empty(), "{name:?}");
            }
        }
        assert_eq!(LANGUAGES.len(), 22);
    }
}
