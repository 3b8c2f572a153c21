//! A new migration is a reason to compile the schema again, which the macro that reads them cannot say.

#![expect(
    clippy::print_stdout,
    reason = "that is how a build script speaks to cargo"
)]

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
