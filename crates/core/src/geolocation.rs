//! Approximate location of a client, as the platform derives it from the IP address: city and country.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Maximum length of a city's name, in characters.
pub const CITY_MAX: usize = 100;

/// Codes that mean an unknown country; ISO 3166-1 leaves them to its users.
const UNKNOWN: [&str; 2] = ["XX", "ZZ"];

/// Approximate location of a client, looked up from its IP address. Helps users to recognize their sessions; not proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Geolocation {
    /// City, usually by its English name; null if only the country is known.
    pub city: Option<String>,
    /// Country code (ISO 3166-1 alpha-2).
    pub country: String,
}

impl Geolocation {
    /// Reads the platform's values: a country code, and a city in percent-encoded UTF-8 (RFC 3986 section 2.1). `None`
    /// without a country. Text that cannot be a city's name is dropped, and the country is kept.
    #[must_use]
    pub fn new(country: &str, city: Option<&str>) -> Option<Self> {
        let is_code = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        (is_code && !UNKNOWN.contains(&country)).then(|| Self {
            city: city.and_then(town),
            country: country.to_owned(),
        })
    }
}

fn town(encoded: &str) -> Option<String> {
    let decoded = percent_decode_str(encoded).decode_utf8().ok()?;
    let name = decoded.trim();
    // A percent sign that is left comes from an incomplete or a double encoding: no city has one in its name.
    let is_name = !name.is_empty()
        && name.chars().count() <= CITY_MAX
        && !name.contains(|c: char| c.is_control() || c == '%');
    is_name.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn city(encoded: &str) -> Option<String> {
        Geolocation::new("DE", Some(encoded)).unwrap().city
    }

    #[test]
    fn a_city_is_decoded_from_percent_encoded_utf_8() {
        for (encoded, name) in [
            ("Berlin", "Berlin"),
            ("New%20York", "New York"),
            ("S%C3%A3o%20Paulo", "S\u{e3}o Paulo"),
            ("%E6%9D%B1%E4%BA%AC", "\u{6771}\u{4eac}"),
            ("Winston+Salem", "Winston+Salem"),
            ("%20Ulm%20", "Ulm"),
        ] {
            assert_eq!(city(encoded).as_deref(), Some(name), "{encoded}");
        }
        let longest = "%C3%A9".repeat(CITY_MAX);
        assert_eq!(city(&longest), Some("\u{e9}".repeat(CITY_MAX)));
    }

    #[test]
    fn an_invalid_city_is_dropped_and_the_country_is_kept() {
        let long = "x".repeat(CITY_MAX + 1);
        for odd in [
            "",
            "%20",
            "%00",
            "Ber%00lin",
            "a%0D%0Ab",
            "%1B[31m",
            "%FF%FE",
            "%C3",
            "100%",
            "%zz",
            "New%2520York",
            &long,
        ] {
            assert_eq!(city(odd), None, "{odd}");
        }
        assert_eq!(Geolocation::new("DE", None).unwrap().city, None);
    }

    #[test]
    fn without_a_valid_country_code_there_is_no_location() {
        assert_eq!(Geolocation::new("XK", None).unwrap().country, "XK");
        for odd in [
            "", "D", "de", "DEU", "T1", "XX", "ZZ", "D ", "\u{c4}", "D\u{0}", "Germany",
        ] {
            assert_eq!(Geolocation::new(odd, Some("Berlin")), None, "{odd}");
        }
    }
}
