//! Invented users for `cargo dev --demo`. Every run generates the same users.

/// Given names, each with its ASCII form for the e-mail address.
const GIVEN: [(&str, &str); 24] = [
    ("Amelia", "amelia"),
    ("Tomás", "tomas"),
    ("Wei", "wei"),
    ("Katarzyna", "katarzyna"),
    ("Daniel", "daniel"),
    ("Zoë", "zoe"),
    ("Łukasz", "lukasz"),
    ("Yuki", "yuki"),
    ("Chloé", "chloe"),
    ("Matteo", "matteo"),
    ("Leïla", "leila"),
    ("Noah", "noah"),
    ("Ingrid", "ingrid"),
    ("Kwame", "kwame"),
    ("Ελένη", "eleni"),
    ("Rafael", "rafael"),
    ("Emily", "emily"),
    ("Arjun", "arjun"),
    ("Надежда", "nadezhda"),
    ("Oliver", "oliver"),
    ("Siobhán", "siobhan"),
    ("Jürgen", "juergen"),
    ("Priya", "priya"),
    ("Mehmet", "mehmet"),
];

/// Family names. Their number and the number of given names have no common divisor, so that no pair repeats before all
/// have been used.
const FAMILY: [(&str, &str); 25] = [
    ("Hart", "hart"),
    ("Herrera", "herrera"),
    ("Zhang", "zhang"),
    ("Nowak", "nowak"),
    ("Okafor", "okafor"),
    ("Lindqvist", "lindqvist"),
    ("Brandt", "brandt"),
    ("Tanaka", "tanaka"),
    ("Marchand", "marchand"),
    ("Rossi", "rossi"),
    ("Haddad", "haddad"),
    ("Whitfield", "whitfield"),
    ("Sølberg", "solberg"),
    ("Boateng", "boateng"),
    ("Παπαδοπούλου", "papadopoulou"),
    ("Costa", "costa"),
    ("O’Brien", "obrien"),
    ("Mehta", "mehta"),
    ("Petrova", "petrova"),
    ("Grant", "grant"),
    ("Müller", "mueller"),
    ("van der Berg", "vanderberg"),
    ("Raghavan", "raghavan"),
    ("Yıldız", "yildiz"),
    ("Șerban", "serban"),
];

/// An invented user.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: &'static str,
    /// Whether the user has set a password by the one-time link, which is also the first sign-in.
    pub(super) has_signed_in: bool,
    pub(super) is_active: bool,
}

/// The first `count` invented users.
pub(super) fn people(count: u32) -> impl Iterator<Item = Person> {
    (0..count).map(|number| {
        let index = usize::try_from(number).expect("32 bits fit in a pointer");
        let (given, given_in_email) = GIVEN[index % GIVEN.len()];
        let (family, family_in_email) = FAMILY[index % FAMILY.len()];
        // After all pairs have been used, a number keeps the addresses unique.
        let repeated = index / (GIVEN.len() * FAMILY.len());
        let suffix = if repeated == 0 {
            String::new()
        } else {
            (repeated + 1).to_string()
        };
        Person {
            name: format!("{given} {family}"),
            email: format!("{given_in_email}.{family_in_email}{suffix}@example.com"),
            role: match number % 20 {
                7 => "manager",
                13 | 19 => "viewer",
                _ => "user",
            },
            has_signed_in: number % 3 != 1,
            is_active: number % 17 != 11,
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn e_mail_addresses_are_unique() {
        let addresses: BTreeSet<_> = people(2000).map(|person| person.email).collect();
        assert_eq!(addresses.len(), 2000);
        assert!(addresses.iter().all(|address| address.is_ascii()));
        assert!(people(20).eq(people(40).take(20)));
    }
}
