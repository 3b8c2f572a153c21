//! Shared parts of the fuzz targets: constant keys, and the functions in this process, without a database. A request
//! that every parser accepts is therefore answered with 503.

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

/// Keys of all targets.
pub static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::new(&config()));

/// Current time for targets that need one.
pub const NOW: OffsetDateTime = match OffsetDateTime::UNIX_EPOCH.checked_add(Duration::days(20_000))
{
    Some(now) => now,
    None => OffsetDateTime::UNIX_EPOCH,
};

/// A configuration with a database whose connection attempts fail immediately.
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
