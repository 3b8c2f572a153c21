//! Accounts that may be erased, and those that may not.

use hallpass_core::users::operator::{Who, erase};
use hallpass_core::{Client, Error};

use crate::stand::Stand;

#[tokio::test]
async fn nobodys_account_may_be_erased_and_nobody_elses() {
    let stand = Stand::administered().await;
    stand.create("test@smoke.invalid", "viewer").await;
    let product = stand.product();
    let erase = async |who: &str| {
        let client = Client::operator("smoke");
        erase(&product, &Who::parse(who), &client).await
    };
    assert!(matches!(
        erase("root@example.com").await,
        Err(Error::NotFound)
    ));
    erase("Test@smoke.invalid").await.unwrap();
    assert!(matches!(
        erase("test@smoke.invalid").await,
        Err(Error::NotFound)
    ));
    assert_eq!(stand.value::<i64>("select count(*) from users").await, 1);
    let told = "select details ->> 'email' from audit_events where event = 'user_erased'";
    assert_eq!(stand.value::<String>(told).await, "test@smoke.invalid");
    let recent = stand
        .run(&["audit", "recent", "--changes", "--json"])
        .await
        .json();
    assert_eq!(recent["items"][0]["event"], "user_erased");
}
