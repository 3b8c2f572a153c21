//! Checks that there is an active administrator.

use hallpass_core::db::{Db, Idempotency};
use sqlx::query;

use super::check::Check;

pub(super) async fn examine(db: &Db, checks: &mut Vec<Check>) {
    const NAME: &str = "administrator";
    let found = db.fetch_one(Idempotency::Idempotent, || {
        query!(
            r#"select count(*) as "active!", count(password_hash) as "able!"
            from hallpass.users
            where roles @> '{admin}' and is_active"#
        )
        .map(|row| (row.active, row.able))
    });
    checks.push(match found.await {
        Ok((0, _)) => Check::failure(
            NAME,
            "no active user has the role admin",
            "run `hallpass users create --email EMAIL --name NAME --role admin`",
        ),
        Ok((active, 0)) => Check::warning(
            NAME,
            format!("{active} active, but none has a password"),
            "run `hallpass users set-password EMAIL --link`",
        ),
        Ok((active, _)) => Check::ok(NAME, format!("{active} active")),
        Err(error) => Check::failure(NAME, error.to_string(), "run `hallpass migrate`"),
    });
}
