//! `hallpass users set-password`. The password is never on the command line, which every process can read.

use std::io::{self, IsTerminal as _, Read as _};

use hallpass_core::authorization::Actor;
use hallpass_core::passwords::Password;
use hallpass_core::users::{self, Who, operator};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;

use super::{CommandContext, LinkJson, about, change, link_text};
use crate::cli::PasswordOptions;
use crate::detached::spawn_detached;
use crate::failure::{Exit, Failure};
use crate::interrupt;
use crate::progress::OpenLine;

/// Maximum input in bytes, which is longer than any accepted password.
const INPUT_MAX: u64 = 4096;

pub(super) async fn run(
    context: &CommandContext,
    options: &PasswordOptions,
) -> Result<(), Failure> {
    let who = Who::parse(&options.target.user);
    if options.link {
        return link(context, &who).await;
    }
    let password = read().await?;
    CommandContext::changes(&options.target.user);
    let set = operator::set_password(&context.hallpass, &who, password, &context.client).await;
    let user = set.map_err(|error| about(&who, error))?;
    change::answer(context, &user, "has a new password; all sessions ended")
}

async fn link(context: &CommandContext, who: &Who) -> Result<(), Failure> {
    context.needs_links()?;
    let user = context.find(who).await?;
    if !user.is_active {
        let detail = format!("{} is deactivated and cannot set a password", user.email);
        return Err(
            Failure::new(Exit::Conflict, "deactivated", detail).next(format!(
                "reactivate the account first: `hallpass users activate {}`",
                user.email
            )),
        );
    }
    let who = Who::Id(user.id);
    interrupt::set_interrupt_note(
        "a new link may have been created, which revokes earlier links",
        "run the command again to create another link",
    );
    let (app, client) = (&context.hallpass, &context.client);
    let renewed = users::renew_setup_link(app, Actor::Operator, user.id, client);
    let link = renewed.await.map_err(|error| about(&who, error))?;
    context.output.answer(&LinkJson::from(&link), |out| {
        writeln!(
            out,
            "New link for {}. Earlier links are revoked.\n",
            user.email
        )?;
        write!(out, "{}", link_text(&link))
    })?;
    Ok(())
}

/// Asks for a password on a terminal. Otherwise reads standard input, without a byte order mark and one line end.
pub(super) async fn read() -> Result<Password, Failure> {
    let text = if io::stdin().is_terminal() {
        let _shown_again = Echo::keep();
        let line = OpenLine;
        let text =
            spawn_detached(|| rpassword::prompt_password("Password (not shown): ")).await??;
        line.end();
        text
    } else {
        let text = spawn_detached(|| {
            let mut text = String::new();
            let read = io::stdin().take(INPUT_MAX).read_to_string(&mut text);
            read.map(|_| text)
        });
        text.await?.map_err(|_| refused("is not valid UTF-8"))?
    };
    let password = line(&text);
    if password.is_empty() {
        return Err(refused("is missing: standard input is empty"));
    }
    Ok(SecretString::from(password))
}

/// Removes the byte order mark that PowerShell and editors add, and the one line end that `echo` adds. The password
/// rules refuse other control characters.
fn line(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.strip_suffix('\n') {
        Some(line) => line.strip_suffix('\r').unwrap_or(line),
        None => text,
    }
}

/// Restores the terminal settings when it is dropped. If the command is interrupted, the thread that reads the password
/// while echo is off cannot restore them.
struct Echo(Option<Termios>);

impl Echo {
    fn keep() -> Self {
        Self(tcgetattr(io::stdin()).ok())
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}

fn refused(problem: &str) -> Failure {
    let mut failure = Failure::new(Exit::Invalid, "invalid", "invalid input");
    failure.errors = vec![("password".to_owned(), "required", problem.to_owned())];
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_and_one_line_end_are_no_part_of_a_password() {
        for text in [
            "zebra umbrella note",
            "zebra umbrella note\n",
            "zebra umbrella note\r\n",
            "\u{feff}zebra umbrella note\r\n",
        ] {
            assert_eq!(line(text), "zebra umbrella note", "{text:?}");
        }
        assert_eq!(line("zebra \n\n"), "zebra \n");
        assert_eq!(line("zebra\r"), "zebra\r");
        assert_eq!(line("\u{feff}\u{feff}zebra"), "\u{feff}zebra");
    }
}
