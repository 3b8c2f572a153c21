//! Compiles the schema again when a migration is added: the macro that embeds the migrations does not watch their
//! folder.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
