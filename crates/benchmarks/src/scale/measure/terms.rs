//! Search terms of every kind, taken from people who exist.

use fastrand::Rng;

use crate::scale::data::Size;
use crate::scale::people::Person;

/// Kinds of terms, each with this many terms.
pub(super) fn all(size: &Size, count: usize, rng: &mut Rng) -> Vec<(&'static str, Vec<String>)> {
    let mut people = std::iter::repeat_with(|| {
        let number = rng.u64(..size.users);
        (number, Person::of(number, size.users))
    });
    let mut terms = Vec::new();
    let mut add = |kind: &'static str, make: &dyn Fn(u64, &Person) -> Option<String>| {
        let made = people
            .by_ref()
            .filter_map(|(number, person)| make(number, &person));
        terms.push((kind, made.take(count).collect()));
    };
    let is_latin = |person: &Person| person.name.chars().all(|c| (c as u32) < 0x250);
    let latin = |person: &Person, text: String| is_latin(person).then_some(text);
    let cut = |text: &str, length: usize| -> Option<String> {
        (text.chars().count() >= length).then(|| text.chars().take(length).collect())
    };

    add("a given name", &|_, p| latin(p, p.given[0].native.clone()));
    add("a family name", &|_, p| latin(p, p.family.native.clone()));
    add("a whole name", &|_, p| latin(p, p.name.clone()));
    add("family and given name", &|_, p| {
        latin(p, format!("{} {}", p.family.native, p.given[0].native))
    });
    add("a name of another script", &|_, p| {
        (!is_latin(p)).then(|| p.family.native.clone())
    });
    add("a name of Han, kana or Hangul", &|_, p| {
        p.name.chars().all(is_east_asian).then(|| p.name.clone())
    });
    add("a character of Han, kana or Hangul", &|_, p| {
        let is_it = p.name.chars().all(is_east_asian);
        is_it.then(|| p.name.chars().last().into_iter().collect())
    });
    add("an address", &|_, p| Some(p.email.clone()));
    add("a local part", &|_, p| {
        Some(p.email.split('@').next()?.to_owned())
    });
    add("a domain", &|_, p| {
        Some(format!("@{}", p.email.split('@').nth(1)?))
    });
    add("a company", &|number, p| {
        let domain = p.email.split('@').nth(1)?;
        number
            .is_multiple_of(5)
            .then(|| domain.split('.').next().unwrap_or(domain).to_owned())
    });
    for (kind, length) in [
        ("one letter", 1),
        ("two letters", 2),
        ("three letters", 3),
        ("four letters", 4),
    ] {
        add(kind, &|_, p| latin(p, cut(&p.family.latin, length)?));
    }
    add("the middle of a name", &|_, p| {
        let middle = p.family.latin.get(2..6)?;
        latin(p, middle.to_owned())
    });
    add("digits", &|_, p| {
        let digits: String = p.email.chars().filter(char::is_ascii_digit).collect();
        (digits.len() > 3).then_some(digits)
    });
    add("nothing", &|number, _| Some(format!("qzxqzx{number}")));
    add("an id", &|number, _| Some(size.user(number).id.to_string()));
    add("two given names", &|_, p| {
        latin(p, format!("{} maria", p.given[0].native))
    });
    terms
}

fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}
