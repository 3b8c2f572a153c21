//! The permissions of the roles are those of docs/reference/PERMISSIONS.md.

use std::collections::{BTreeMap, BTreeSet};

use super::matrix::{CALLERS, lines_below};
use crate::support::TestApp;

#[tokio::test]
async fn t15_the_roles_have_the_documented_permissions() {
    let roles = &CALLERS[1..];
    let mut page: BTreeMap<String, BTreeSet<String>> = roles
        .iter()
        .map(|role| ((*role).to_owned(), BTreeSet::new()))
        .collect();
    for (line, cells) in lines_below(&[&["permission"][..], roles].concat()) {
        for (role, cell) in roles.iter().zip(&cells[1..]) {
            assert!(matches!(*cell, "yes" | "–"), "line {line}: {cell}");
            if *cell == "yes" {
                let permission = cells[0].trim_matches('`').to_owned();
                page.get_mut(*role).unwrap().insert(permission);
            }
        }
    }
    let app = TestApp::new().await;
    let stored: Vec<(String, Vec<String>)> = sqlx::query_as("select name, permissions from roles")
        .fetch_all(&app.database.owner)
        .await
        .unwrap();
    let stored: BTreeMap<_, BTreeSet<_>> = stored
        .into_iter()
        .map(|(name, permissions)| (name, permissions.into_iter().collect()))
        .collect();
    assert_eq!(page, stored);
}
