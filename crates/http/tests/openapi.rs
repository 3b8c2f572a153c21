//! openapi.json is what the code generates, and its descriptions are complete.

use std::fs;
use std::path::Path;

/// `UPDATE_OPENAPI=1 cargo test --test openapi` updates the file.
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
        "openapi.json differs from the code: run UPDATE_OPENAPI=1 cargo test --test openapi"
    );
}

#[test]
fn every_reference_has_a_schema_and_every_schema_is_used() {
    let text = hallpass_http::openapi::json().unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut referenced: Vec<&str> = text
        .split("\"#/components/schemas/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    referenced.sort_unstable();
    referenced.dedup();
    let mut defined: Vec<&str> = schemas.keys().map(String::as_str).collect();
    defined.sort_unstable();
    assert_eq!(referenced, defined);
}

#[test]
fn every_operation_parameter_response_and_field_is_described() {
    let text = hallpass_http::openapi::json().unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut missing = Vec::new();
    let is_described = |value: &serde_json::Value| {
        let alternatives = value["oneOf"].as_array().into_iter().flatten();
        let mut all = alternatives.chain([value]);
        all.any(|one| {
            one["description"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        })
    };
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if operation["summary"].as_str().is_none_or(str::is_empty) {
                missing.push(format!("{method} {path}"));
            }
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let responses = operation["responses"].as_object().unwrap().values();
            for part in parameters
                .chain(responses)
                .filter(|part| !is_described(part))
            {
                missing.push(format!("{method} {path}: {part}"));
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if !is_described(schema) {
            missing.push(name.clone());
        }
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            if !is_described(property) {
                missing.push(format!("{name}.{field}"));
            }
        }
    }
    assert!(missing.is_empty(), "no description: {missing:#?}");
}
