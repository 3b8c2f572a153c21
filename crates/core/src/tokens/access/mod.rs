//! Access tokens: JWTs of ten minutes (RFC 9068), signed with a key that follows from the calendar.

use std::fmt;

use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::ed25519;
use crate::keys::{Keys, MasterKey, Purpose};

/// How long an access token is good.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::minutes(10);
/// How far an instance's clock may be from the database's, which made the token. Here only what is long
/// over is refused without a statement; the statement's `authorize_access` judges to five seconds.
pub const LEEWAY: Duration = Duration::minutes(10);
/// How long one signing key is in use. Its neighbours before and after verify as well.
pub const KEY_PERIOD: Duration = Duration::days(30);
/// The `aud` of every access token.
pub const AUDIENCE: &str = "hallpass";
/// The `typ` of every access token (RFC 9068 section 2.1).
const TYPE: &str = "at+jwt";
/// The longest token that is looked at, in bytes. Ours have about 600.
const TOKEN_MAX: usize = 4096;

/// The claims of an access token. Every one is required and typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Where Hallpass is reached ([`Keys::issuer`]).
    pub iss: String,
    /// Always [`AUDIENCE`].
    pub aud: String,
    /// The user.
    pub sub: Uuid,
    /// The session.
    pub sid: Uuid,
    /// The session's generation when the token was made; never negative.
    #[serde(rename = "gen")]
    pub generation: i32,
    /// Unix seconds: made at.
    pub iat: i64,
    /// Unix seconds: not good before.
    pub nbf: i64,
    /// Unix seconds: not good from then on.
    pub exp: i64,
    /// A name of its own.
    pub jti: Uuid,
    /// The user's roles when the token was made, for third parties. Our own endpoints look in the database.
    pub roles: Vec<String>,
}

/// The spelling of an access token. Does not show itself.
#[derive(Clone)]
pub struct AccessTokenText(String);

impl fmt::Debug for AccessTokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessTokenText(..)")
    }
}

impl AccessTokenText {
    /// The characters to hand to the client, and to nobody else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Why a token was refused: for the log, never for the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("access token refused: {0}")]
pub struct Refused(pub String);

/// The number of the period that `now` lies in.
#[must_use]
pub fn period_at(now: OffsetDateTime) -> i64 {
    now.unix_timestamp().div_euclid(KEY_PERIOD.whole_seconds())
}

/// `kid` = environment, period and the master secret's fingerprint, so that no two published keys share one.
pub(super) fn key_id(keys: &Keys, master: &MasterKey, period: i64) -> String {
    format!(
        "{}-{period}-{}",
        keys.environment.as_str(),
        master.fingerprint()
    )
}

/// The seed of a period's signing key.
pub(super) fn seed(master: &MasterKey, period: i64) -> [u8; 32] {
    master.derive(Purpose::AccessToken, Some(period))
}

/// The header of the tokens that a period's key signs.
fn header(keys: &Keys, master: &MasterKey, period: i64) -> Header {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(key_id(keys, master, period));
    header
}

/// Makes a token that is good from `now` on.
///
/// # Errors
/// Only where the claims could not be written as JSON, which they can.
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

/// The claims of a token that we made and that is good at `now`. Needs no database.
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
    // What is critical must be understood (RFC 7515 section 4.1.11), and the library does not look.
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

/// The library's defaults are loose: every claim is required here, and time is checked by us against `now`.
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
