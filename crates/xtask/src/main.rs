//! The project's own tasks, which `cargo dev`, `cargo ci` (.cargo/config.toml) and `hallpass drill` start.

mod ci;
mod conformance;
mod dev;
mod drill;
mod http;
mod release;
mod site;
mod transcript;

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    // The parser of a task expects a program name as the first argument. The name of the task takes its place.
    let mut arguments = std::env::args_os().skip(1).peekable();
    let task = arguments.peek().and_then(|name| name.to_str());
    match task {
        Some("ci") => ci::main(arguments),
        Some("dev") => dev::main(arguments),
        Some("drill") => drill::main(arguments),
        _ => {
            let _reader_gone = writeln!(
                std::io::stderr(),
                "Usage: cargo xtask <dev|ci|drill> [OPTIONS]"
            );
            ExitCode::from(2)
        }
    }
}
