//! `hallpass drill`

use std::process::ExitCode;

fn main() -> ExitCode {
    hallpass_local::drill::main()
}
