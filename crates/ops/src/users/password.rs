//! `hallpass users set-password`. A password never stands on a command line, where every process sees it.

use std::io::{self, IsTerminal as _, Read as _};

use hallpass_core::passwords::Password;
use hallpass_core::users::operator::{self, Who};
use secrecy::SecretString;

use super::{Desk, LinkJson, about, change, link_text};
use crate::cli::PasswordOptions;
use crate::clock;
use crate::failure::{Exit, Failure};

/// More than the longest password takes, in bytes.
const INPUT_MAX: u64 = 4096;

pub(super) async fn run(desk: &Desk, options: &PasswordOptions) -> Result<(), Failure> {
    let who = Who::parse(&options.target.user);
    if options.link {
        return link(desk, &who).await;
    }
    let password = read()?;
    let set = operator::set_password(&desk.hallpass, &who, password, &desk.client).await;
    let user = set.map_err(|error| about(&who, error))?;
    change::answer(desk, &user, "has the new password; no session is left")
}

async fn link(desk: &Desk, who: &Who) -> Result<(), Failure> {
    desk.needs_links()?;
    let found = operator::find(&desk.hallpass, who).await;
    let user = found.map_err(|error| about(who, error))?;
    if !user.is_active {
        let detail = format!("{} is deactivated and cannot set a password", user.email);
        return Err(Failure::new(Exit::Conflict, "deactivated", detail)
            .next(format!("hallpass users activate {}", user.email)));
    }
    let who = Who::Id(user.id);
    let renewed = operator::renew_setup_link(&desk.hallpass, &who, &desk.client, clock::now());
    let link = renewed.await.map_err(|error| about(&who, error))?;
    desk.screen.answer(&LinkJson::from(&link), |out| {
        writeln!(out, "A new link for {}; older ones are dead.\n", user.email)?;
        write!(out, "{}", link_text(&link))
    })?;
    Ok(())
}

/// Reads a password: asked for where somebody sits at a terminal, else all of standard input without
/// the line's end.
pub(super) fn read() -> Result<Password, Failure> {
    let text = if io::stdin().is_terminal() {
        rpassword::prompt_password("Password (not shown): ")?
    } else {
        let mut text = String::new();
        io::stdin()
            .take(INPUT_MAX)
            .read_to_string(&mut text)
            .map_err(|_| refused("is not UTF-8 text"))?;
        text
    };
    let password = text.strip_suffix('\n').unwrap_or(&text);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if password.is_empty() {
        return Err(refused(
            "is expected on standard input, but nothing is there",
        ));
    }
    Ok(SecretString::from(password))
}

fn refused(problem: &str) -> Failure {
    let mut failure = Failure::new(Exit::Invalid, "invalid", "this is not acceptable");
    failure.errors = vec![("password".to_owned(), "required", problem.to_owned())];
    failure
}
