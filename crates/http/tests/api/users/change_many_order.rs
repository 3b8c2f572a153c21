//! PATCH /api/users: concurrent requests for the same users wait for each other without a deadlock

use futures_util::future::{join, join_all};
use serde_json::json;
use uuid::Uuid;

use super::administrator;
use super::change_many::change;
use super::update::update;
use crate::support::TestApp;

#[tokio::test]
async fn concurrent_changes_of_many_users_and_of_one_never_deadlock() {
    let app = TestApp::with(&[("DATABASE_CONNECTION_LIMIT", "12")]).await;
    let admin = administrator(&app).await;
    // The first request of a session updates its row. It is made here, before the concurrent requests.
    app.get("/api/me").bearer(&admin).send().await.expect(200);
    let mut ids = Vec::new();
    for i in 0..40 {
        // Every second user is an administrator. Changes of administrators also lock the row of settings.
        let roles: &[&str] = if i % 2 == 0 { &["admin"] } else { &["viewer"] };
        ids.push(app.person(&format!("p{i}@example.com"), roles).await.id);
    }
    let reversed: Vec<Uuid> = ids.iter().rev().copied().collect();
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    for round in 0..6 {
        let active = json!({ "isActive": round % 2 == 1 });
        let many = [&ids, &reversed, &ids, &reversed].map(|ids| {
            let changes = active.clone();
            change(&app, &admin, ids, changes)
        });
        let single = reversed.iter().take(8).map(|id| {
            let body = json!({ "isActive": round % 2 == 1, "roles": ["viewer"] });
            update(&app, &admin, *id, round + 1, body)
        });
        let (many, single) = join(join_all(many), join_all(single)).await;
        for answer in many {
            let results = answer.expect(200)["results"].clone();
            for result in results.as_array().unwrap() {
                let outcome = result["outcome"].as_str().unwrap();
                assert!(["changed", "unchanged"].contains(&outcome), "{result}");
            }
        }
        for answer in single {
            assert!(matches!(answer.status.as_u16(), 200 | 412), "{answer:?}");
        }
    }
    app.database.until_statistics_are_written().await;
    assert_eq!(app.database.value::<i64>(deadlocks).await, 0);
    let active = "select count(*) from users where is_active";
    assert_eq!(app.database.value::<i64>(active).await, 41);
}
