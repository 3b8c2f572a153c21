//! Checks what a failover to a standby would lose.

use hallpass_core::db::{Db, Idempotency};
use sqlx::query_file_as;

use super::check::Check;

const NAME: &str = "replication";
const LOSES: &str = "a failover can lose acknowledged changes: users whose last refresh is lost are signed out, and \
                     sessions that were revoked last become valid again";

#[derive(Debug)]
struct Replication {
    standbys: i64,
    is_awaited: bool,
    synchronous_commit: String,
}

pub(super) async fn examine(db: &Db, checks: &mut Vec<Check>) {
    let found = db.fetch_one(Idempotency::Idempotent, || {
        query_file_as!(Replication, "src/doctor/sql/replication.sql")
    });
    checks.push(match found.await {
        Ok(found) => judge(&found),
        Err(error) => {
            let action = "check the log of the database server";
            Check::warning(NAME, error.to_string(), action)
        }
    });
}

fn judge(found: &Replication) -> Check {
    let standbys = match found.standbys {
        0 => "no standby is connected".to_owned(),
        1 => "1 standby".to_owned(),
        more => format!("{more} standbys"),
    };
    let commit = &found.synchronous_commit;
    match (found.is_awaited, found.standbys) {
        (false, 0) => Check::ok(NAME, standbys),
        (false, _) => Check::warning(
            NAME,
            format!("{standbys}, asynchronous: {LOSES}"),
            "set synchronous_standby_names on the server (in Patroni `synchronous_mode: true`)",
        ),
        (true, 0) => Check::warning(
            NAME,
            format!("{standbys}, but synchronous_standby_names is set: changes wait for a standby"),
            "start a standby, or run `alter system reset synchronous_standby_names` and `select pg_reload_conf()`",
        ),
        (true, _) if ["off", "local"].contains(&commit.as_str()) => Check::warning(
            NAME,
            format!("{standbys}, but synchronous_commit is {commit}: {LOSES}"),
            "set synchronous_commit to on for the database and its roles",
        ),
        (true, _) => Check::ok(
            NAME,
            format!("{standbys}; changes wait for a standby (synchronous_commit is {commit})"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Status;

    #[test]
    fn a_warning_is_given_if_changes_wait_in_vain_or_are_not_replicated() {
        let status = |is_awaited, standbys, synchronous_commit: &str| {
            let synchronous_commit = synchronous_commit.to_owned();
            let check = judge(&Replication {
                standbys,
                is_awaited,
                synchronous_commit,
            });
            check.status
        };
        assert_eq!(status(false, 0, "on"), Status::Ok);
        assert_eq!(status(false, 0, "off"), Status::Ok);
        assert_eq!(status(false, 2, "on"), Status::Warning);
        assert_eq!(status(true, 0, "on"), Status::Warning);
        assert_eq!(status(true, 1, "on"), Status::Ok);
        assert_eq!(status(true, 1, "remote_apply"), Status::Ok);
        assert_eq!(status(true, 1, "local"), Status::Warning);
        assert_eq!(status(true, 1, "off"), Status::Warning);
    }
}
