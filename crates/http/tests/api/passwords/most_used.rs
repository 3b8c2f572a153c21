//! The most used passwords are refused.

use super::People;
use crate::support::TestApp;

#[tokio::test]
async fn a_most_used_password_is_refused_whichever_way_it_is_set() {
    let app = TestApp::new().await;
    let people = People::new(&app).await;
    // These passwords are refused only because of the list: no other rule applies to them.
    for password in ["Sojdlg123aljg", "mailcreated5240", "POLNIYPIZDEC0211"] {
        for (field, answer) in people.set(&app, password).await {
            answer.expect_fields(422, "invalid_fields", &[(field, "too_common")]);
        }
    }
}
