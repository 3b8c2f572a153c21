//! Sets and clears cookies: the refresh token of the session, a marker that scripts can read, and the mark of a known
//! device.

use axum::http::{HeaderMap, HeaderValue, header};
use time::Duration;

/// Cookie with the refresh token. The `__Host-` prefix makes browsers require Secure, Path=/ and no Domain.
pub(crate) const SESSION: &str = "__Host-hallpass";
/// Marker cookie without a secret, set and cleared together with [`SESSION`]. Scripts can read it, so that a page
/// without a session does not have to request a refresh.
pub(crate) const PRESENT: &str = "__Host-hallpass-present";
/// Cookie with the mark of a device on which the user has signed in before.
pub(crate) const DEVICE: &str = "__Host-hallpass-device";
/// The longest time for which browsers keep a cookie (RFC 6265bis section 5.5).
const DEVICE_MAX_AGE: Duration = Duration::days(400);

/// Sets the session cookie and its marker for the maximum lifetime of the session.
pub(crate) fn set_session(headers: &mut HeaderMap, token: &str, max_age: Duration) {
    append(headers, SESSION, token, max_age, Readers::Server);
    append(headers, PRESENT, "1", max_age, Readers::Anybody);
}

/// Sets the cookie that marks the device as known.
pub(crate) fn set_device(headers: &mut HeaderMap, mark: &str) {
    append(headers, DEVICE, mark, DEVICE_MAX_AGE, Readers::Server);
}

/// Clears the session cookie and its marker.
pub(crate) fn clear_session(headers: &mut HeaderMap) {
    append(headers, SESSION, "", Duration::ZERO, Readers::Server);
    append(headers, PRESENT, "", Duration::ZERO, Readers::Anybody);
}

#[derive(Clone, Copy)]
enum Readers {
    Server,
    /// The server and the page's scripts.
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
    // Tokens are base64url: always a valid header value.
    if let Ok(mut value) = HeaderValue::try_from(cookie) {
        value.set_sensitive(true);
        headers.append(header::SET_COOKIE, value);
    }
}
