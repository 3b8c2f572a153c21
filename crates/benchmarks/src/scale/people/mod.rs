//! Invented people with realistic names and e-mail addresses. Each is a function of its number, so nothing has to be
//! remembered: any process can make any of them again.

mod address;
mod names;

use fastrand::Rng;

use names::Language;
pub(crate) use names::Spelled;

/// A person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
    /// Given names; at least one.
    pub(crate) given: Vec<Spelled>,
    pub(crate) family: Spelled,
}

impl Person {
    /// The person with this number, of `total`.
    pub(crate) fn of(number: u64, total: u64) -> Self {
        let mut rng = chances(Subject::Person, number);
        let language = Language::random(&mut rng);
        let given = language.given(&mut rng);
        let family = language.family(&mut rng);
        Self {
            name: language.whole(&given, &family),
            email: address::address(number, total, &given[0], &family, &mut rng),
            given,
            family,
        }
    }
}

/// What random numbers are drawn for: those of one subject say nothing about those of another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    Person = 1,
    User,
    Session,
    Event,
    Operation,
}

/// Random numbers that are the same in every run.
pub(crate) fn chances(subject: Subject, number: u64) -> Rng {
    let seed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ ((subject as u64) << 56);
    Rng::with_seed(seed)
}

/// A number below `length`, small ones more often: half of all are in the first eighth.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a position in a short list"
)]
pub(crate) fn skewed(rng: &mut Rng, length: usize) -> usize {
    let uniform = rng.f64();
    ((uniform * uniform * uniform * length as f64) as usize).min(length - 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use hallpass_core::users::{Email, Name};

    use super::*;

    #[test]
    fn every_address_is_valid_and_different_and_every_name_is_valid() {
        let mut addresses = BTreeMap::new();
        for number in 0..20_000 {
            let person = Person::of(number, 20_000);
            let email = Email::parse(&person.email).unwrap_or_else(|e| panic!("{person:?}: {e:?}"));
            Name::parse(&person.name).unwrap_or_else(|e| panic!("{person:?}: {e:?}"));
            let other = addresses.insert(email.normalized, number);
            assert_eq!(other, None, "{person:?}");
        }
    }

    #[test]
    fn few_names_are_common_and_many_are_rare() {
        let mut counts = BTreeMap::new();
        for number in 0..20_000 {
            let family = Person::of(number, 20_000).family.native;
            *counts.entry(family).or_insert(0) += 1;
        }
        let rare = counts.values().filter(|count| **count == 1).count();
        assert!(counts.values().max() > Some(&150), "{counts:?}");
        assert!(rare > 1_000, "{rare}");
    }
}
