//! The SHA-256 of a file.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use ring::digest::{Context, SHA256};

/// The SHA-256 in hexadecimal digits, and the length in bytes.
pub(super) fn of_file(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        context.update(&buffer[..read]);
        bytes += read as u64;
    }
    let digits = context.finish();
    let digits = digits.as_ref().iter().map(|byte| format!("{byte:02x}"));
    Ok((digits.collect(), bytes))
}
