//! Sets and clears cookies: the refresh token of the session, a marker that scripts can read, and the mark of a known
//! device.

use axum::http::{HeaderMap, HeaderValue, header};
use time::Duration;

/// Holds the refresh token. The `__Host-` prefix makes browsers insist on Secure, Path=/ and no Domain.
pub(crate) const SESSION: &str = "__Host-hallpass";
/// Comes and goes with [`SESSION`] and holds no secret. Scripts can read it, so that a page without a session
/// need not ask the server for one.
pub(crate) const PRESENT: &str = "__Host-hallpass-present";
/// Holds the mark of a device on which its owner has signed in.
pub(crate) const DEVICE: &str = "__Host-hallpass-device";
/// As long as browsers keep any cookie.
const DEVICE_MAX_AGE: Duration = Duration::days(400);

/// Sets the session cookie for as long as the session can last.
pub(crate) fn set_session(headers: &mut HeaderMap, token: &str, max_age: Duration) {
    append(headers, SESSION, token, max_age, Readers::Server);
    append(headers, PRESENT, "1", max_age, Readers::Anybody);
}

/// Marks the device as known.
pub(crate) fn set_device(headers: &mut HeaderMap, mark: &str) {
    append(headers, DEVICE, mark, DEVICE_MAX_AGE, Readers::Server);
}

/// Takes the session cookie away.
pub(crate) fn clear_session(headers: &mut HeaderMap) {
    append(headers, SESSION, "", Duration::ZERO, Readers::Server);
    append(headers, PRESENT, "", Duration::ZERO, Readers::Anybody);
}

#[derive(Clone, Copy)]
enum Readers {
    Server,
    /// The page's scripts, too.
    Anybody,
}

fn append(headers: &mut HeaderMap, name: &str, value: &str, max_age: Duration, readers: Readers) {
    let seconds = max_age.whole_seconds().max(0);
    let http_only = match readers {
        Readers::Server => "; HttpOnly",
        Readers::Anybody => "",
    };
    let cookie =
        format!("{name}={value}; Path=/; Max-Age={seconds}; Secure{http_only}; SameSite=Strict");
    // Our tokens are base64url: always a legal value.
    if let Ok(mut value) = HeaderValue::try_from(cookie) {
        value.set_sensitive(true);
        headers.append(header::SET_COOKIE, value);
    }
}
