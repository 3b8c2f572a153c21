//! Starts cargo, or a program that starts cargo, from a program that `cargo run` has started.

use std::ffi::OsString;

/// Variables that `cargo run` has set for its own package. If they were inherited, build scripts that depend on them
/// (such as that of ring) would be run again for no reason.
#[must_use]
pub fn inherited_from_cargo() -> Vec<OsString> {
    const OURS: [&str; 7] = [
        "CARGO",
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PRIMARY_PACKAGE",
        "OUT_DIR",
    ];
    std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| {
            let name = name.to_string_lossy();
            OURS.contains(&name.as_ref()) || name.starts_with("CARGO_PKG_")
        })
        .collect()
}
