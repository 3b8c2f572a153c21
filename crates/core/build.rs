//! A new migration is a reason to compile the schema again, which the macro that reads them cannot say.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
