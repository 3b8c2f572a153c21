//! Checks that the functions' role has the least privileges, and looks for privileges of other roles.

use hallpass_core::db::{Db, Idempotency};
use hallpass_core::schema;
use sqlx::query_file_as;

use super::check::Check;

struct Privileges {
    role: String,
    excess: Vec<String>,
    missing: Vec<String>,
    has_triggers: bool,
}

/// Maximum number of listed privileges of other roles.
const NAMED: usize = 5;

pub(super) async fn examine(db: &Db, checks: &mut Vec<Check>) {
    checks.push(others(db).await);
    let found = db.fetch_one(Idempotency::Idempotent, || {
        query_file_as!(Privileges, "src/doctor/sql/privileges.sql")
    });
    match found.await {
        Ok(found) => {
            checks.push(least(&found));
            checks.push(append_only(&found));
        }
        Err(error) => {
            let action = "run `hallpass migrate` as the owner to renew the grants";
            checks.push(Check::failure("leastPrivilege", error.to_string(), action));
        }
    }
}

/// Checks whether other roles have privileges on objects of Hallpass. Some providers grant them by default (Supabase to
/// `anon`).
async fn others(db: &Db) -> Check {
    const NAME: &str = "otherRoles";
    let action = "run `hallpass migrate` as the owner to revoke them";
    match schema::privileges_of_others(db).await {
        Ok(found) if found.is_empty() => Check::ok(
            NAME,
            "no other role holds privileges in the schema hallpass",
        ),
        Ok(found) => {
            let named: Vec<_> = found.iter().take(NAMED).map(String::as_str).collect();
            let detail = match found.len() - named.len() {
                0 => named.join(", "),
                more => format!("{} and {more} more", named.join(", ")),
            };
            Check::failure(NAME, detail, action)
        }
        Err(error) => Check::failure(NAME, error.to_string(), action),
    }
}

fn least(found: &Privileges) -> Check {
    const NAME: &str = "leastPrivilege";
    let role = &found.role;
    if !found.missing.is_empty() {
        let detail = format!("{role} lacks {}", found.missing.join(", "));
        let action = "run `hallpass migrate` as the owner to renew the grants";
        return Check::failure(NAME, detail, action);
    }
    if found.excess.is_empty() {
        let detail = format!("{role} has exactly the privileges that the functions need");
        return Check::ok(NAME, detail);
    }
    if role == hallpass_core::db::APP_ROLE {
        let detail = format!("{role} may {}", found.excess.join(", "));
        let action = "run `hallpass migrate` as the owner to renew the grants";
        return Check::warning(NAME, detail, action);
    }
    let detail = format!(
        "not enforced: {role} may {}; only triggers keep audit events append-only",
        found.excess.join(", ")
    );
    let action = "if the owner may create roles, `hallpass migrate --deploy` creates a login role for each \
                  secret; otherwise run `HALLPASS_APP_PASSWORD=… hallpass migrate`, then set DATABASE_URL to \
                  hallpass_app with that password, and DATABASE_URL_UNPOOLED to the owner";
    Check::warning(NAME, detail, action)
}

fn append_only(found: &Privileges) -> Check {
    const NAME: &str = "appendOnly";
    if found.has_triggers {
        return Check::ok(NAME, "triggers prevent changes to audit events");
    }
    let detail = "the triggers on audit_events are missing or disabled";
    let action = "run as the owner: `alter table hallpass.audit_events enable trigger all`; if the triggers are \
                  missing, create them as in migrations/*_audit_events.sql";
    Check::failure(NAME, detail, action)
}
