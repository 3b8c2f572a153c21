//! Random secrets: keys, database passwords, the first administrator's password.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Error;

/// Letters and digits that are not confused with each other when they are read aloud (Crockford's base 32, lower case).
const READABLE: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A `HALLPASS_SECRET`: 32 random bytes in base64.
///
/// # Errors
/// The operating system provides no random bytes.
pub fn random_secret() -> Result<String, Error> {
    Ok(STANDARD.encode(random_bytes::<32>()?))
}

/// A password of 23 characters: four groups of five letters or digits (100 random bits) with separators.
///
/// # Errors
/// The operating system provides no random bytes.
pub fn random_password() -> Result<String, Error> {
    let mut password = String::with_capacity(23);
    for (position, byte) in random_bytes::<20>()?.into_iter().enumerate() {
        if position > 0 && position % 5 == 0 {
            password.push('-');
        }
        password.push(char::from(READABLE[usize::from(byte % 32)]));
    }
    Ok(password)
}

fn random_bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::Message(format!(
            "the operating system provides no random bytes: {error}"
        ))
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_thirty_two_bytes_and_never_the_same() {
        let first = random_secret().unwrap();
        assert_eq!(STANDARD.decode(&first).unwrap().len(), 32);
        assert_ne!(first, random_secret().unwrap());
    }

    #[test]
    fn a_password_is_four_groups_of_five() {
        let password = random_password().unwrap();
        let groups: Vec<_> = password.split('-').collect();
        assert_eq!(
            groups.iter().map(|group| group.len()).collect::<Vec<_>>(),
            [5, 5, 5, 5]
        );
        assert_ne!(password, random_password().unwrap());
    }
}
