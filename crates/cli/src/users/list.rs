//! `hallpass users list`.

use std::io;

use hallpass_core::authorization::Actor;
use hallpass_core::users::{self, Filter, ListRequest, Page, PageStart, Sort, User};
use serde_json::json;
use unicode_width::UnicodeWidthStr as _;

use super::CommandContext;
use super::show::status;
use crate::cli::ListOptions;
use crate::clock::day;
use crate::failure::Failure;
use crate::output::{PLAIN, cell, table_width};

const COLUMNS: [&str; 5] = ["E-MAIL", "NAME", "ROLES", "STATUS", "LAST SIGN-IN"];
/// Columns that shrink on a narrow terminal, in order, with their minimum width. Addresses are never cut: they are copied.
const NARROW: [(usize, usize); 2] = [(1, 6), (2, 5)];
const GAP: usize = 2;

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
    context.output.answer(&json, |out| table(out, &page))?;
    Ok(())
}

fn table(out: &mut dyn io::Write, page: &Page) -> io::Result<()> {
    if page.users.is_empty() {
        return writeln!(out, "No users.");
    }
    let rows: Vec<[String; 5]> = page.users.iter().map(row).collect();
    let widths = widths(&rows, table_width());
    let line = |cells: &[&str]| {
        let cells: Vec<String> = cells
            .iter()
            .zip(widths)
            .map(|(text, w)| cell(text, w))
            .collect();
        cells.join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    writeln!(out, "{PLAIN}{}{PLAIN:#}", line(&COLUMNS))?;
    for row in &rows {
        writeln!(out, "{}", line(&row.each_ref().map(String::as_str)))?;
    }
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

fn widths(rows: &[[String; 5]], output: usize) -> [usize; 5] {
    let mut widths = COLUMNS.map(str::width);
    for row in rows {
        for (width, text) in widths.iter_mut().zip(row) {
            *width = (*width).max(text.width());
        }
    }
    for (column, least) in NARROW {
        let total: usize = widths.iter().sum::<usize>() + GAP * (widths.len() - 1);
        let excess = total.saturating_sub(output);
        let width = &mut widths[column];
        *width -= excess.min(width.saturating_sub(least));
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_shrink_before_roles_and_addresses_never() {
        let row = [
            "a".repeat(30),
            "n".repeat(30),
            "r".repeat(14),
            "active".into(),
            "never".into(),
        ];
        let rows = [row];
        assert_eq!(widths(&rows, usize::MAX), [30, 30, 14, 6, 12]);
        assert_eq!(widths(&rows, 80), [30, 10, 14, 6, 12]);
        assert_eq!(widths(&rows, 71), [30, 6, 9, 6, 12]);
        assert_eq!(widths(&rows, 20), [30, 6, 5, 6, 12]);
    }
}
