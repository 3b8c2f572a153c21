//! SCRAM-SHA-256 verifiers as PostgreSQL stores them (RFC 5802, RFC 7677; the server's text form follows RFC 5803), so
//! that a password reaches neither the server's log nor `pg_stat_statements`.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::{digest, hmac, pbkdf2};

/// PostgreSQL's default (`scram_iterations`).
const ITERATIONS: NonZeroU32 = NonZeroU32::new(4096).expect("not zero");

/// The verifier of a password with this salt.
#[must_use]
pub(super) fn verifier(password: &str, salt: &[u8; 16]) -> String {
    let (stored, server) = keys(password, salt, ITERATIONS);
    format!(
        "SCRAM-SHA-256${ITERATIONS}:{}${}:{}",
        STANDARD.encode(salt),
        STANDARD.encode(stored),
        STANDARD.encode(server)
    )
}

/// The keys `StoredKey` and `ServerKey`.
fn keys(password: &str, salt: &[u8], iterations: NonZeroU32) -> ([u8; 32], [u8; 32]) {
    // As in the server and its clients, a password that SASLprep refuses is used unchanged.
    let prepared = stringprep::saslprep(password).unwrap_or(password.into());
    let mut salted = [0; 32];
    let algorithm = pbkdf2::PBKDF2_HMAC_SHA256;
    pbkdf2::derive(
        algorithm,
        iterations,
        salt,
        prepared.as_bytes(),
        &mut salted,
    );
    let salted = hmac::Key::new(hmac::HMAC_SHA256, &salted);
    let client = hmac::sign(&salted, b"Client Key");
    let stored = digest::digest(&digest::SHA256, client.as_ref());
    let server = hmac::sign(&salted, b"Server Key");
    let bytes = |sha256: &[u8]| {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(sha256);
        bytes
    };
    (bytes(stored.as_ref()), bytes(server.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exchange of RFC 7677, section 3: the stored keys must accept the client's proof and give the server's
    /// signature.
    #[test]
    fn the_example_of_rfc_7677_is_accepted() {
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let (stored, server) = keys("pencil", &salt, ITERATIONS);
        let message = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
            s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let sign = |key: &[u8]| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key);
            hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
        };
        let proof = STANDARD.decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        let proof = proof.unwrap().into_iter();
        let client: Vec<u8> = proof
            .zip(sign(&stored))
            .map(|(proof, signature)| proof ^ signature)
            .collect();
        let hashed = digest::digest(&digest::SHA256, &client);
        assert_eq!(hashed.as_ref(), stored);
        let signature = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
        assert_eq!(STANDARD.encode(sign(&server)), signature);
    }

    #[test]
    fn a_verifier_has_the_format_that_the_server_recognizes() {
        let verifier = verifier("a", &[0; 16]);
        let start = "SCRAM-SHA-256$4096:AAAAAAAAAAAAAAAAAAAAAA==$";
        assert!(verifier.starts_with(start), "{verifier}");
        assert_eq!(verifier.len(), start.len() + 44 + 1 + 44);
    }
}
