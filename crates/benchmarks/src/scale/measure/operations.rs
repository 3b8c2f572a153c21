//! The operations that are measured, each with its requests.

use fastrand::Rng;
use hyper::Method;
use serde_json::json;
use uuid::Uuid;

use super::terms;
use crate::Result;
use crate::scale::data::{Size, is_active, is_plain};
use crate::scale::people::{Person, Subject, chances};
use crate::scale::product::{Call, Product, Token};

/// An operation, with the requests by which it is measured.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: String,
    /// What it is compared with: operations of one kind have the same bounds.
    pub(crate) kind: Kind,
    /// The function that serves it.
    pub(crate) function: &'static str,
    pub(crate) calls: Vec<Call>,
}

/// Kinds of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A page of the list of users, without a search text.
    List,
    /// A page far from the beginning, by its number.
    Numbered,
    /// The same with a role or a state.
    Filter,
    /// With a search text.
    Search,
    /// One user, one session.
    Lookup,
    /// A change of one row, by its key.
    Write,
    /// A change of many users.
    BulkWrite,
    Audit,
    /// Counts over many rows, each with a limit.
    Count,
}

const SORTS: [&str; 4] = ["-createdAt", "createdAt", "email", "-email"];

/// How often each operation is executed, and how many search terms of each kind there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    pub(crate) executions: usize,
    pub(crate) terms: usize,
    /// How often each term is searched for. All terms have the same statement.
    pub(crate) rounds: usize,
}

/// All operations on a data set of this size. They use some cursors, which are read first.
pub(crate) async fn all(
    product: &mut Product,
    size: &Size,
    effort: Effort,
) -> Result<Vec<Operation>> {
    let rng = &mut chances(Subject::Operation, 0);
    let mut list = Builder {
        size: *size,
        effort,
        operations: Vec::new(),
    };
    list.lists(product, rng).await?;
    list.searches(rng);
    list.lookups(rng);
    list.writes(rng);
    list.audit(product, rng).await?;
    list.sessions(product, rng).await?;
    Ok(list.operations)
}

struct Builder {
    size: Size,
    effort: Effort,
    operations: Vec<Operation>,
}

impl Builder {
    /// Adds an operation, whose requests `make` makes.
    fn add(
        &mut self,
        kind: Kind,
        function: &'static str,
        name: impl Into<String>,
        make: impl FnMut() -> Call,
    ) {
        let calls = std::iter::repeat_with(make)
            .take(self.effort.executions)
            .collect();
        self.operations.push(Operation {
            name: name.into(),
            kind,
            function,
            calls,
        });
    }

    async fn lists(&mut self, product: &mut Product, rng: &mut Rng) -> Result<()> {
        for sort in SORTS {
            let first = format!("/api/users?sort={sort}");
            self.add(Kind::List, "users", format!("list {sort}"), || {
                Call::get(&first)
            });
            let last_number = format!("{first}&page=500");
            self.add(
                Kind::Numbered,
                "users",
                format!("list {sort}, page 500"),
                || Call::get(&last_number),
            );
            let [forwards, backwards] = self.deep_cursors(product, sort, rng).await?;
            for (direction, cursor) in [("next", forwards), ("prev", backwards)] {
                let name = format!("list {sort}, {direction} in the middle");
                let path = format!("/api/users?sort={sort}&cursor={cursor}");
                self.add(Kind::List, "users", name, || Call::get(&path));
            }
            for role in [
                None,
                Some("admin"),
                Some("manager"),
                Some("viewer"),
                Some("user"),
            ] {
                for active in [None, Some(true), Some(false)] {
                    self.filtered(sort, role, active);
                }
            }
        }
        Ok(())
    }

    fn filtered(&mut self, sort: &str, role: Option<&str>, active: Option<bool>) {
        let role = role.map(|role| format!("&role={role}"));
        let active = active.map(|active| format!("&active={active}"));
        let filter = role.unwrap_or_default() + &active.unwrap_or_default();
        if filter.is_empty() {
            return;
        }
        let name = format!("list {sort}, {}", filter[1..].replace('&', " "));
        let path = format!("/api/users?sort={sort}{filter}");
        self.add(Kind::Filter, "users", name, || Call::get(&path));
    }

    /// Cursors that point forwards and backwards from a user in the middle of the list.
    async fn deep_cursors(
        &self,
        product: &mut Product,
        sort: &str,
        rng: &mut Rng,
    ) -> Result<[String; 2]> {
        let start = Call::get(format!("/api/users?sort={sort}&size=1&total=none"));
        let start = product.send(&start).await?.succeed(&start)?;
        let start = start.json["page"]["next"].as_str().unwrap_or_default();
        // A search finds the user, and its answer has the cursor beside that user.
        let middle = self.size.users / 2 + rng.u64(..self.size.users / 10);
        let email = Person::of(middle, self.size.users).email;
        let search = Call::get(format!(
            "/api/users?sort={sort}&size=1&total=none&cursor={start}&q={}",
            encoded(&email)
        ));
        let found = product.send(&search).await?.succeed(&search)?;
        let backwards = found.json["page"]["prev"].as_str().unwrap_or_default();
        let page = Call::get(format!(
            "/api/users?sort={sort}&size=1&total=none&cursor={backwards}"
        ));
        let page = product.send(&page).await?.succeed(&page)?;
        let forwards = page.json["page"]["next"].as_str().unwrap_or_default();
        if backwards.is_empty() || forwards.is_empty() {
            return Err(format!("the search does not find {email}").into());
        }
        Ok([forwards.to_owned(), backwards.to_owned()])
    }

    fn searches(&mut self, rng: &mut Rng) {
        for (kind, terms) in terms::all(&self.size, self.effort.terms, rng) {
            for (suffix, query) in [("", ""), (", by email", "&sort=email")] {
                let calls = terms
                    .iter()
                    .cycle()
                    .take(terms.len() * self.effort.rounds)
                    .map(|term| Call::get(format!("/api/users?q={}{query}", encoded(term))))
                    .collect();
                self.operations.push(Operation {
                    name: format!("search {kind}{suffix}"),
                    kind: Kind::Search,
                    function: "users",
                    calls,
                });
            }
        }
        for (term, filter) in [
            ("ana", "role=manager"),
            ("ana", "role=admin"),
            ("ana", "active=false"),
            ("maria", "role=viewer&active=false"),
            ("@example.org", "role=admin"),
        ] {
            let path = format!("/api/users?q={term}&{filter}");
            let name = format!("search {term}, {}", filter.replace('&', " "));
            self.add(Kind::Search, "users", name, || Call::get(&path));
        }
    }

    fn lookups(&mut self, rng: &mut Rng) {
        let size = self.size;
        self.add(Kind::Lookup, "users", "user", || {
            Call::get(format!("/api/users/{}", user(&size, rng)))
        });
        self.add(Kind::Lookup, "users", "sessions of a user", || {
            Call::get(format!("/api/users/{}/sessions", user(&size, rng)))
        });
        self.add(Kind::Lookup, "me", "own account", || Call::get("/api/me"));
        self.add(Kind::Lookup, "me", "own sessions", || {
            Call::get("/api/me/sessions")
        });
        self.add(Kind::Lookup, "health", "health", || Call {
            token: Token::None,
            ..Call::get("/api/health")
        });
        self.add(Kind::Count, "health", "metrics", || {
            Call::machine("/api/metrics")
        });
        self.add(Kind::Count, "health", "system", || Call::get("/api/system"));
    }

    fn writes(&mut self, rng: &mut Rng) {
        let size = self.size;
        self.add(Kind::Write, "users", "create a user", || {
            let email = format!("{:x}@scale.example", rng.u64(..));
            let body = json!({ "email": email, "name": "Neu Angelegt", "roles": ["user"] });
            Call::change(Method::POST, "/api/users", body)
        });
        self.add(Kind::Write, "users", "rename a user", || {
            let number = rng.u64(1_000..size.users);
            let path = format!("/api/users/{}", size.user(number).id);
            let name = Person::of(number, size.users).name;
            Call::change(Method::PATCH, path, json!({ "name": name }))
        });
        // The changes alternate, so that the data set stays as it was.
        let plain = || (1_000..size.users).filter(|n| is_active(*n) && is_plain(*n));
        let step = (plain().count() / 101).max(1);
        let ids: Vec<_> = plain()
            .step_by(step)
            .take(100)
            .map(|number| size.user(number).id)
            .collect();
        for (name, [change, undo]) in [
            (
                "deactivate and reactivate 100 users",
                [json!({ "isActive": false }), json!({ "isActive": true })],
            ),
            (
                "give and take a role of 100 users",
                [
                    json!({ "addRoles": ["viewer"] }),
                    json!({ "removeRoles": ["viewer"] }),
                ],
            ),
        ] {
            let mut changes = [change, undo].into_iter().cycle();
            self.add(Kind::BulkWrite, "users", name, || {
                let body = json!({ "ids": ids, "changes": changes.next() });
                Call::change(Method::PATCH, "/api/users", body)
            });
        }
    }

    async fn audit(&mut self, product: &mut Product, rng: &mut Rng) -> Result<()> {
        let size = self.size;
        let administrator = size.user(crate::scale::data::ADMINISTRATORS[1]).id;
        let mut filters = vec![
            String::new(),
            "event=login".to_owned(),
            "event=refresh_reuse".to_owned(),
            "severity=critical".to_owned(),
            "severity=warning".to_owned(),
            "severity=info".to_owned(),
            format!("actorId={administrator}"),
            format!("actorId={administrator}&event=user_deactivated"),
            "event=login_failed&severity=critical".to_owned(),
            "event=login&severity=warning".to_owned(),
        ];
        for text in ["", "&event=logout", "&event=login&severity=warning"] {
            filters.push(format!("userId={}{text}", user(&size, rng)));
        }
        for filter in filters {
            let path = format!("/api/audit?{filter}");
            let name = name_of("audit", &filter);
            self.add(Kind::Audit, "audit", &name, || Call::get(&path));
            let first = Call::get(&path);
            let page = product.send(&first).await?.succeed(&first)?;
            if let Some(cursor) = page.json["page"]["next"].as_str() {
                let path = format!("{path}&cursor={cursor}");
                let name = format!("{name}, next page");
                self.add(Kind::Audit, "audit", name, || Call::get(&path));
            }
        }
        for hours in [24, 168, 720] {
            let path = format!("/api/audit/sign-ins?hours={hours}");
            let name = format!("count sign-ins of {hours} hours");
            self.add(Kind::Count, "audit", name, || Call::get(&path));
        }
        Ok(())
    }

    async fn sessions(&mut self, product: &mut Product, rng: &mut Rng) -> Result<()> {
        let size = self.size;
        let people: Vec<_> = std::iter::repeat_with(|| size.signed_in_user(rng))
            .filter(|number| is_active(*number))
            .map(|number| Person::of(number, size.users).email)
            .take(self.effort.executions + 1)
            .collect();
        let session = product.open_session(&people[0]).await?;
        self.add(Kind::Write, "refresh", "refresh", || Call::refresh(session));
        let mut others = people[1..].iter();
        self.add(Kind::Write, "login", "sign in", || {
            let email = others.next().map_or("nobody@example.com", String::as_str);
            Call::sign_in(email, crate::scale::data::PASSWORD)
        });
        Ok(())
    }
}

/// The name of an operation with this query, without ids.
fn name_of(what: &str, query: &str) -> String {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let parts = parts.map(|part| match part.split_once('=') {
        Some((name, value)) if Uuid::try_parse(value).is_ok() => name.to_owned(),
        _ => part.to_owned(),
    });
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        what.to_owned()
    } else {
        format!("{what}, {}", parts.join(" "))
    }
}

/// The id of some user who is no administrator.
fn user(size: &Size, rng: &mut Rng) -> Uuid {
    size.user(rng.u64(1_000.min(size.users / 2)..size.users)).id
}

/// A value of a query parameter.
pub(crate) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to memory does not fail");
        }
    }
    encoded
}
