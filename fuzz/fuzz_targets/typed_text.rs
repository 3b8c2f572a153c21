//! E-mail addresses, names and search texts as users type them are accepted or refused, and each has one normalized
//! form.
#![no_main]

use hallpass_core::text::{first_forbidden, has_visible, search_key};
use hallpass_core::users::{EMAIL_MAX, Email, NAME_MAX, Name, normalize_email};
use hallpass_fuzz::text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let typed = text(data);

    let normalized = normalize_email(&typed);
    if let Ok(email) = Email::parse(&typed) {
        assert_eq!(email.normalized, normalized);
        assert!(email.as_typed.len() <= EMAIL_MAX && normalized.len() <= EMAIL_MAX);
        let (_, domain) = normalized.rsplit_once('@').unwrap_or_default();
        assert!(domain.contains('.') && domain.is_ascii(), "{normalized}");
        // The normalized form is an address as well, and its own normalized form.
        let again = Email::parse(&normalized).map(|again| again.normalized);
        assert_eq!(again.as_ref(), Ok(&normalized));
    }

    if let Ok(name) = Name::parse(&typed) {
        assert!((1..=NAME_MAX).contains(&name.as_typed.chars().count()));
        assert!(has_visible(&name.as_typed) && first_forbidden(&name.as_typed).is_none());
        assert_eq!(Name::parse(&name.as_typed), Ok(name));
    }

    let key = search_key(&typed);
    assert_eq!(search_key(&key), key);
    assert!(!key.contains("  ") && key.trim() == key);
});
