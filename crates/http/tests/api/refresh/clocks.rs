//! Instances with wrong clocks.

use hallpass_core::tokens::access;
use hallpass_core::users;
use time::{Duration, OffsetDateTime};

use super::{by_body, later, refreshed};
use crate::support::{TestApp, jwt};

#[tokio::test]
async fn t42_an_instance_with_a_wrong_clock_refuses_nobody() {
    let app = TestApp::new().await;
    let mut ada = app.signed_in("ada@example.com", &["user"]).await;
    let keys = &app.hallpass.keys;
    for minutes in [-10, -2, 0, 2, 10] {
        ada = refreshed(&app, &ada).await;
        let made = jwt::claims(&ada.access_token)["iat"].as_i64().unwrap();
        let made = OffsetDateTime::from_unix_timestamp(made).unwrap();
        // A new access token, and one that is about to expire.
        for age in [Duration::ZERO, Duration::seconds(595)] {
            let user = access::decode(keys, &ada.access_token, made).unwrap();
            let text = access::encode(keys, user.sid, user.generation, ada.id, &[], made - age);
            let its_clock = made + Duration::minutes(minutes);
            let claims = access::decode(keys, text.unwrap().expose(), its_clock);
            let claims = claims.unwrap_or_else(|refused| panic!("{minutes} minutes: {refused}"));
            assert_eq!(
                users::own(&app.hallpass, &claims).await.unwrap().user.id,
                ada.id
            );
        }
    }
}

#[tokio::test]
async fn t42_access_tokens_expire_by_the_database_clock() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let keys = &app.hallpass.keys;
    let now: OffsetDateTime = app.database.value("select clock_timestamp()").await;
    let sid = jwt::claims(&ada.access_token)["sid"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    for (offset, good) in [(-608, false), (-595, true), (0, true), (30, false)] {
        let made = now + Duration::seconds(offset);
        let text = access::encode(keys, sid, 0, ada.id, &[], made).unwrap();
        // By the clock of this instance, the token is valid.
        let claims = access::decode(keys, text.expose(), made).unwrap();
        let served = users::own(&app.hallpass, &claims).await.is_ok();
        assert_eq!(served, good, "made {offset} s from now");
    }
}

#[tokio::test]
async fn t04_windows_are_measured_by_the_database_clock() {
    let app = TestApp::new().await;
    // Only the times in the rows are moved. The statement gets no time from the instance.
    for (seconds, status) in [(2.0, 200), (29.0, 200), (30.5, 401)] {
        let email = format!("ada{seconds}@example.com");
        let ada = app.signed_in(&email, &["user"]).await;
        refreshed(&app, &ada).await;
        later(&app, seconds).await;
        by_body(&app, &ada.refresh_token)
            .send()
            .await
            .expect(status);
    }
}
