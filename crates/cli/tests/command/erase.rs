//! Tests of which accounts can be erased.

use hallpass_core::users::operator::{erase, temporary_accounts};
use hallpass_core::users::{NewUser, Who, create_temporary_account};
use hallpass_core::{Client, Error};
use time::{Duration, OffsetDateTime};

use crate::test_db::TestDb;

#[tokio::test]
async fn only_a_marked_temporary_account_is_erased() {
    let db = TestDb::administered().await;
    // A user is no temporary account just because of the address.
    db.create("bob@smoke.invalid", "viewer").await;
    let product = db.product();
    let client = Client::operator("smoke");
    let new = NewUser {
        email: "test@smoke.invalid".to_owned(),
        name: "Test".to_owned(),
        roles: vec!["viewer".to_owned()],
        password: None,
    };
    let now: OffsetDateTime = db.value("select clock_timestamp()").await;
    create_temporary_account(&product, new, &client)
        .await
        .unwrap();
    let later = now + Duration::MINUTE;
    let listed = temporary_accounts(&product, later, true).await.unwrap();
    assert_eq!(listed, ["test@smoke.invalid"]);
    assert!(
        temporary_accounts(&product, later, false)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        temporary_accounts(&product, now - Duration::MINUTE, true)
            .await
            .unwrap()
            .is_empty()
    );
    let erase = async |who: &str| {
        let client = Client::operator("smoke");
        erase(&product, &Who::parse(who), &client).await
    };
    for kept in ["root@example.com", "bob@smoke.invalid"] {
        assert!(matches!(erase(kept).await, Err(Error::NotFound)), "{kept}");
    }
    erase("Test@smoke.invalid").await.unwrap();
    assert!(matches!(
        erase("test@smoke.invalid").await,
        Err(Error::NotFound)
    ));
    assert_eq!(db.value::<i64>("select count(*) from users").await, 2);
    let told = "select details ->> 'email' from audit_events where event = 'user_erased'";
    assert_eq!(db.value::<String>(told).await, "test@smoke.invalid");
    let recent = db
        .run(&["audit", "recent", "--changes", "--json"])
        .await
        .json();
    assert_eq!(recent["items"][0]["event"], "user_erased");
}

#[tokio::test]
async fn the_last_administrator_is_not_deleted_by_any_statement() {
    let db = TestDb::administered().await;
    let mut connection = db.connect().await;
    let mut delete = async |email: &str| {
        let delete = sqlx::query("delete from users where email = $1").bind(email.to_owned());
        delete.execute(&mut connection).await
    };
    let refused = delete("root@example.com").await.unwrap_err();
    assert!(
        refused.to_string().contains("last active administrator"),
        "{refused}"
    );
    db.create("second@example.com", "admin").await;
    delete("root@example.com").await.unwrap();
    delete("second@example.com").await.unwrap_err();
}
