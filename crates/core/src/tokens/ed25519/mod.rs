//! Ed25519 for `jsonwebtoken` through ring, which TLS needs anyway. No other algorithm is available.

mod pairs;

use std::sync::{Arc, LazyLock};

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| match algorithm {
        Algorithm::EdDSA if key.family() == AlgorithmFamily::Ed => {
            let pair = pairs::of_seed(key.as_bytes())
                .map_err(|_| Error::from(ErrorKind::InvalidEddsaKey))?;
            Ok(Box::new(Signing(pair)))
        }
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    verifier_factory: |algorithm, key| match algorithm {
        Algorithm::EdDSA if key.family() == AlgorithmFamily::Ed => {
            Ok(Box::new(Verifying(key.try_get_as_bytes()?.to_vec())))
        }
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    key_utils: KeyUtils::new_unimplemented(),
};

static INSTALLED: LazyLock<()> = LazyLock::new(|| {
    // This fails only if a provider is installed already, and nothing else in the process installs one.
    let _ = PROVIDER.install_default();
});

struct Signing(Arc<Ed25519KeyPair>);

impl Signer<Vec<u8>> for Signing {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

impl JwtSigner for Signing {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct Verifying(Vec<u8>);

impl Verifier<Vec<u8>> for Verifying {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(message, signature)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Verifying {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

/// The signing key of a 32-byte seed (RFC 8032).
pub(super) fn encoding_key(seed: &[u8; 32]) -> EncodingKey {
    LazyLock::force(&INSTALLED);
    // The library calls this DER, but passes it to our provider unchanged.
    EncodingKey::from_ed_der(seed)
}

/// The key that verifies signatures of the seed's signing key.
pub(super) fn decoding_key(seed: &[u8; 32]) -> DecodingKey {
    LazyLock::force(&INSTALLED);
    DecodingKey::from_ed_der(&public_key(seed))
}

/// The 32-byte public key of a seed.
pub(super) fn public_key(seed: &[u8; 32]) -> [u8; 32] {
    let pair = pairs::of_seed(seed);
    let bytes = pair
        .ok()
        .and_then(|pair| pair.public_key().as_ref().try_into().ok());
    bytes.unwrap_or_else(|| unreachable!("32 bytes are a seed, and its public key has 32 bytes"))
}

#[cfg(test)]
mod tests;
