//! `hallpass users list`.

use std::io;

use hallpass_core::authorization::Actor;
use hallpass_core::users::{self, Filter, ListRequest, Page, PageStart, Sort, User};
use serde_json::json;

use super::CommandContext;
use super::show::status;
use crate::cli::ListOptions;
use crate::clock::day;
use crate::failure::Failure;
use crate::table::{self, Column, flexible, text};

/// Addresses are never truncated, because they are copied.
const COLUMNS: [Column; 5] = [
    text("E-MAIL"),
    flexible("NAME", 6),
    flexible("ROLES", 5),
    text("STATUS"),
    text("LAST SIGN-IN"),
];

pub(super) async fn run(context: &CommandContext, options: &ListOptions) -> Result<(), Failure> {
    let filter = Filter::new(
        options.q.as_deref(),
        options.role.as_deref(),
        options.active,
    )?;
    let request = ListRequest {
        filter,
        sort: Sort::Newest,
        start: options
            .cursor
            .clone()
            .map_or(PageStart::Number(1), PageStart::Cursor),
        size: options.size,
        with_total: false,
    };
    let page = users::list(&context.hallpass, Actor::Operator, &request).await?;
    let json = json!({
        "items": page.users,
        "page": {"size": options.size, "next": page.next, "prev": page.prev},
    });
    context.output.answer(&json, |out| show(out, &page))?;
    Ok(())
}

fn show(out: &mut dyn io::Write, page: &Page) -> io::Result<()> {
    if page.users.is_empty() {
        return writeln!(out, "No users.");
    }
    let rows: Vec<_> = page.users.iter().map(row).collect();
    table::write(out, &COLUMNS, &rows)?;
    match &page.next {
        Some(next) => writeln!(out, "\nNext page: repeat the command with --cursor {next}"),
        None => Ok(()),
    }
}

fn row(user: &User) -> [String; 5] {
    [
        user.email.clone(),
        user.name.clone(),
        user.roles.join(" "),
        status(user).to_owned(),
        user.last_login_at.map_or_else(|| "never".to_owned(), day),
    ]
}
