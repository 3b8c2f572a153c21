//! Access tokens: JWTs (RFC 9068) that are valid for ten minutes and signed with a key that changes every 30 days.

use std::fmt;

use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::ed25519;
use crate::keys::{Keys, MasterKey, Purpose};

/// Lifetime of an access token.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::minutes(10);
/// Maximum difference between an instance's clock and the database's, which dated the token. It lets an instance refuse
/// tokens that expired long ago without a statement; `authorize_access` in the statement judges to five seconds.
pub const LEEWAY: Duration = Duration::minutes(10);
/// How long a signing key is used. The keys of the previous and the next period verify as well.
pub const KEY_PERIOD: Duration = Duration::days(30);
/// The `aud` of every access token.
pub const AUDIENCE: &str = "hallpass";
/// The `typ` of every access token (RFC 9068 section 2.1).
const TYPE: &str = "at+jwt";
/// Maximum length of a token that is decoded, in bytes. Ours have about 600.
const TOKEN_MAX: usize = 4096;

/// The claims of an access token. All of them are required, each with its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Public URL of the deployment ([`Keys::issuer`]).
    pub iss: String,
    /// Always [`AUDIENCE`].
    pub aud: String,
    /// Id of the user.
    pub sub: Uuid,
    /// Id of the session.
    pub sid: Uuid,
    /// The session's generation when the token was issued; never negative.
    #[serde(rename = "gen")]
    pub generation: i32,
    /// Time of issue, in seconds since 1970.
    pub iat: i64,
    /// Start of the validity, in seconds since 1970.
    pub nbf: i64,
    /// End of the validity (exclusive), in seconds since 1970.
    pub exp: i64,
    /// Id of the token.
    pub jti: Uuid,
    /// The user's roles when the token was issued, for third parties. Our own endpoints read them from the database.
    pub roles: Vec<String>,
}

/// An encoded access token. `Debug` does not show it.
#[derive(Clone)]
pub struct AccessTokenText(String);

impl fmt::Debug for AccessTokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessTokenText(..)")
    }
}

impl AccessTokenText {
    /// The token, for the client and for nobody else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Why an access token was refused: for the log, never for the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("access token refused: {0}")]
pub struct Refused(pub String);

/// Number of the key period at the time `now`.
#[must_use]
pub fn period_at(now: OffsetDateTime) -> i64 {
    now.unix_timestamp().div_euclid(KEY_PERIOD.whole_seconds())
}

/// The `kid`: environment, period and the master secret's fingerprint, so that no two published keys have the same one.
pub(super) fn key_id(keys: &Keys, master: &MasterKey, period: i64) -> String {
    format!(
        "{}-{period}-{}",
        keys.environment.as_str(),
        master.fingerprint()
    )
}

/// Seed of a period's signing key.
pub(super) fn seed(master: &MasterKey, period: i64) -> [u8; 32] {
    master.derive(Purpose::AccessToken, Some(period))
}

/// Header of the tokens that are signed with a period's key.
fn header(keys: &Keys, master: &MasterKey, period: i64) -> Header {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(key_id(keys, master, period));
    header
}

/// Issues a token that is valid from `now` on.
///
/// # Errors
/// Does not fail in practice: the claims can always be written as JSON.
pub fn encode(
    keys: &Keys,
    session_id: Uuid,
    generation: i32,
    user_id: Uuid,
    roles: &[String],
    now: OffsetDateTime,
) -> crate::Result<AccessTokenText> {
    let iat = now.unix_timestamp();
    let claims = Claims {
        iss: keys.issuer.clone(),
        aud: AUDIENCE.to_owned(),
        sub: user_id,
        sid: session_id,
        generation,
        iat,
        nbf: iat,
        exp: iat + ACCESS_TOKEN_LIFETIME.whole_seconds(),
        jti: Uuid::now_v7(),
        roles: roles.to_vec(),
    };
    let period = period_at(now);
    let header = header(keys, &keys.current, period);
    let key = ed25519::encoding_key(&seed(&keys.current, period));
    let text = jsonwebtoken::encode(&header, &claims, &key).map_err(crate::Error::internal)?;
    Ok(AccessTokenText(text))
}

/// Verifies a token that must be ours and valid at `now`, and returns its claims. Needs no database.
///
/// # Errors
/// [`Refused`] with the reason, for the log.
pub fn decode(keys: &Keys, text: &str, now: OffsetDateTime) -> Result<Claims, Refused> {
    let refused = |reason: &dyn fmt::Display| Refused(reason.to_string());
    if text.len() > TOKEN_MAX {
        return Err(refused(&"too long"));
    }
    let header = jsonwebtoken::decode_header(text).map_err(|e| refused(&e))?;
    if header.alg != Algorithm::EdDSA || header.typ.as_deref() != Some(TYPE) {
        return Err(refused(&"not an EdDSA access token"));
    }
    let kid = header.kid.as_deref().unwrap_or_default();
    let period = period_at(now);
    let (master, period) = keys
        .verifying()
        .flat_map(|master| [period, period - 1, period + 1].map(|p| (master, p)))
        .find(|(master, p)| key_id(keys, master, *p) == kid)
        .ok_or_else(|| refused(&"unknown kid"))?;
    // Critical header parameters must be understood (RFC 7515 section 4.1.11), but the library does not check them.
    if header != self::header(keys, master, period) {
        return Err(refused(&"header parameters that we do not write"));
    }
    let key = ed25519::decoding_key(&seed(master, period));
    let data =
        jsonwebtoken::decode::<Claims>(text, &key, &validation(keys)).map_err(|e| refused(&e))?;
    let Claims {
        iat,
        nbf,
        exp,
        generation,
        ..
    } = data.claims;
    let (now, leeway) = (now.unix_timestamp(), LEEWAY.whole_seconds());
    if generation < 0 || iat.max(nbf) > now.saturating_add(leeway) {
        return Err(refused(&"made in the future"));
    }
    if exp <= now.saturating_sub(leeway) {
        return Err(refused(&"expired"));
    }
    Ok(data.claims)
}

/// The library's defaults are too permissive: here every claim is required, and the caller checks the times against
/// `now`.
fn validation(keys: &Keys) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.set_issuer(&[&keys.issuer]);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

#[cfg(test)]
mod rollover;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
