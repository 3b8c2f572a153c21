//! The checked-in OpenAPI document is the one that the code makes.

use std::fs;
use std::path::Path;

/// `UPDATE_OPENAPI=1 cargo test -p hallpass-http --test openapi` writes it anew.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a switch of this test, not of the product"
)]
fn the_document_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json");
    let generated = hallpass_http::openapi::json().unwrap();
    if std::env::var("UPDATE_OPENAPI").is_ok() {
        fs::write(&path, &generated).unwrap();
    }
    let checked_in = fs::read_to_string(&path).unwrap();
    assert!(
        generated == checked_in,
        "openapi.json is not what the code makes: UPDATE_OPENAPI=1 cargo test -p hallpass-http --test openapi"
    );
}
