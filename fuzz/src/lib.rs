//! What the targets stand on: keys that never change, and the functions of this process before a database
//! that is not there, so that what gets past a parser is answered with 503 and no more.

mod functions;
mod input;

use std::sync::LazyLock;

use hallpass_core::Config;
use hallpass_core::keys::Keys;
use time::{Duration, OffsetDateTime};

pub use functions::{Answer, Functions};
pub use input::{spliced, text};

/// Any 32 bytes.
const SECRET: &str = "/mPAwiTtniOtB4WVTwZo9/WNmg7DPRFVRHfG4ETrZlk=";

/// The keys of every target.
pub static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::new(&config()));

/// The time for those targets that take one.
pub const NOW: OffsetDateTime = match OffsetDateTime::UNIX_EPOCH.checked_add(Duration::days(20_000))
{
    Some(now) => now,
    None => OffsetDateTime::UNIX_EPOCH,
};

/// A configuration whose database cannot be reached, which is found out at once.
fn config() -> Config {
    let read = Config::read(&|name| {
        let value = match name {
            "HALLPASS_SECRET" => SECRET,
            "DATABASE_URL" => "postgres:///nowhere?host=/nowhere",
            "HALLPASS_URL" => "https://hallpass.test",
            "VERCEL" => "1",
            "VERCEL_ENV" => "test",
            _ => return None,
        };
        Some(value.to_owned())
    });
    read.unwrap_or_else(|errors| panic!("{errors}"))
}
