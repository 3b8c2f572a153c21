//! E-mail addresses of generated people. All are different, without a list of those that exist.

use fastrand::Rng;

use super::names::Spelled;
use super::skewed;

/// Domains of large providers, the most common first. `.example` is reserved (RFC 2606).
const PROVIDERS: [&str; 12] = [
    "example.com",
    "mail.example",
    "example.org",
    "post.example",
    "web.example",
    "example.net",
    "inbox.example",
    "free.example",
    "online.example",
    "correo.example",
    "pochta.example",
    "yandeks.example",
];
/// Endings of companies' domains.
const ENDINGS: [&str; 5] = ["example", "de.example", "co.example", "io.example", "test"];
/// Labels in other scripts, to which the company's number is added.
const UNICODE_LABELS: [&str; 6] = ["münchen", "straße", "пример", "例え", "δοκιμή", "테스트"];
const TAGS: [&str; 4] = ["news", "work", "shop", "2fa"];
/// Number of people with an address at the same company.
const MEMBERS: u64 = 10;
/// One address of this many is at a company.
const COMPANY_EVERY: u64 = 5;

/// The address of the person with this number, of `total`.
pub(super) fn address(
    number: u64,
    total: u64,
    given: &Spelled,
    family: &Spelled,
    rng: &mut Rng,
) -> String {
    if number.is_multiple_of(COMPANY_EVERY) {
        let companies = (total / COMPANY_EVERY / MEMBERS).max(1);
        let at = number / COMPANY_EVERY;
        return at_company(at % companies, at / companies, given, family, rng);
    }
    let (first, last) = (&given.latin, &family.latin);
    let initial = &first[..1];
    let digits = digits(number, total);
    let mut local = match rng.u8(..10) {
        0..4 => format!("{first}.{last}{digits}"),
        4..6 => format!("{first}{digits}"),
        6 => format!("{first}_{last}.{digits}"),
        7 => format!("{initial}{last}{digits}"),
        8 => format!("{last}-{first}{digits}"),
        _ => format!("{first}{last}{digits}"),
    };
    if rng.u8(..25) == 0 {
        // Nothing follows the digits, which make the address different from all others, but letters.
        local = format!("{local}+{}", TAGS[rng.usize(..TAGS.len())]);
    }
    if rng.u8(..6) == 0 {
        local = capitalized(&local);
    }
    format!("{local}@{}", PROVIDERS[skewed(rng, PROVIDERS.len())])
}

/// Different digits for each number, which do not show the order of the numbers.
fn digits(number: u64, total: u64) -> u64 {
    let modulus = 10_u64.pow(total.max(5_000).ilog10() + 1);
    // 7,919 is prime, so it has an inverse modulo a power of ten.
    number * 7_919 % modulus
}

/// The members of a company write their names in different ways, so that two of them cannot have the same address.
fn at_company(
    company: u64,
    member: u64,
    given: &Spelled,
    family: &Spelled,
    rng: &mut Rng,
) -> String {
    let (first, last) = (&given.latin, &family.latin);
    let domain = domain(company);
    let local = match member {
        0 if !domain.is_ascii() && !given.native.contains(' ') => given.native.clone(),
        0 => first.clone(),
        1 => format!("{first}.{last}"),
        2 => format!("{first}_{last}"),
        3 => format!("{first}-{last}"),
        4 => format!("{first}.{last}+{}", TAGS[rng.usize(..TAGS.len())]),
        5 => format!("{last}.{first}.x"),
        6 => format!("{first}{}", 60 + company % 40),
        7 => format!("{first}.{last}{}", 60 + company % 40),
        8 => format!("{first}.{last}.{}", 1960 + company % 45),
        _ => format!("{first}_{last}_{member}"),
    };
    format!("{local}@{domain}")
}

fn domain(company: u64) -> String {
    let ending = ENDINGS[usize::try_from(company % 5).unwrap_or_default()];
    if company % 50 == 7 {
        let label = UNICODE_LABELS[usize::try_from(company / 50 % 6).unwrap_or_default()];
        return format!("{label}-{company}.{ending}");
    }
    let (consonants, vowels) = (b"bdfghklmnprstvwz", b"aeiou");
    let mut label = String::new();
    let mut left = company;
    // At least two syllables; each has two letters, so different numbers have different labels.
    while left > 0 || label.len() < 4 {
        let syllable = usize::try_from(left % 80).unwrap_or_default();
        label.push(char::from(consonants[syllable / 5]));
        label.push(char::from(vowels[syllable % 5]));
        left /= 80;
    }
    format!("{label}.{ending}")
}

fn capitalized(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}
