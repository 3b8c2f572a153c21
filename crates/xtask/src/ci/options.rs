//! The command line of `cargo ci`, and which steps it chooses.

use clap::Parser;
use hallpass_platform::{Error, PostgresVersion};

/// Runs everything that must hold before a change lands.
#[derive(Debug, Parser)]
#[command(name = "cargo ci", bin_name = "cargo ci")]
pub(super) struct Options {
    /// Run these steps only (a list with commas)
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    pub(super) only: Vec<String>,

    /// Leave these steps out (not where CI=true)
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    pub(super) skip: Vec<String>,

    /// Go on after a step has failed
    #[arg(long)]
    pub(super) keep_going: bool,

    /// Write what a step would have complained about: format, sqlx
    #[arg(long)]
    pub(super) fix: bool,

    /// PostgreSQL's major version, for every step that starts a server
    #[arg(long, value_name = "VERSION", env = PostgresVersion::VARIABLE, value_enum, default_value_t)]
    pub(super) postgres: PostgresVersion,

    /// List the steps in their order
    #[arg(long)]
    pub(super) list: bool,
}

impl Options {
    /// The steps to run, in their own order.
    pub(super) fn choose<'a>(&self, all: &[&'a str], in_ci: bool) -> Result<Vec<&'a str>, Error> {
        if in_ci && !self.skip.is_empty() {
            return Err(Error::Message(
                "--skip: nothing is left out where CI=true".to_owned(),
            ));
        }
        if let Some(unknown) = self
            .only
            .iter()
            .chain(&self.skip)
            .find(|name| !all.contains(&name.as_str()))
        {
            return Err(Error::Message(format!(
                "there is no step {unknown}; there are: {}",
                all.join(", ")
            )));
        }
        let wanted = |name: &&&str| {
            let named = |list: &[String]| list.iter().any(|other| other == **name);
            (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
        };
        let chosen: Vec<_> = all.iter().filter(wanted).copied().collect();
        if chosen.is_empty() {
            return Err(Error::Message("no step is left to run".to_owned()));
        }
        Ok(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&str; 3] = ["format", "clippy", "test"];

    fn chosen(arguments: &[&str], in_ci: bool) -> Result<Vec<&'static str>, String> {
        let command = [&["cargo ci"], arguments].concat();
        Options::parse_from(command)
            .choose(&ALL, in_ci)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn without_arguments_everything_runs() {
        assert_eq!(chosen(&[], true).unwrap(), ALL);
    }

    #[test]
    fn a_list_runs_in_the_steps_own_order() {
        assert_eq!(
            chosen(&["--only", "test,format"], true).unwrap(),
            ["format", "test"]
        );
        assert_eq!(
            chosen(&["--skip", "clippy"], false).unwrap(),
            ["format", "test"]
        );
    }

    #[test]
    fn nothing_is_left_out_in_ci() {
        assert!(
            chosen(&["--skip", "clippy"], true)
                .unwrap_err()
                .contains("CI=true")
        );
    }

    #[test]
    fn a_step_that_does_not_exist_is_an_error_and_so_is_an_empty_run() {
        assert!(
            chosen(&["--only", "tset"], false)
                .unwrap_err()
                .contains("no step tset")
        );
        assert!(chosen(&["--only", "test", "--skip", "test"], false).is_err());
    }
}
