//! Command line of `cargo ci`, and the choice of steps.

use clap::Parser;
use hallpass_platform::{Error, PostgresVersion};

/// Run all checks that must pass before a change is merged
#[derive(Debug, Parser)]
#[command(name = "cargo ci", bin_name = "cargo ci")]
pub(super) struct Options {
    /// Run only these steps (comma-separated)
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    pub(super) only: Vec<String>,

    /// Skip these steps (not allowed if CI=true)
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    pub(super) skip: Vec<String>,

    /// Continue after a failed step
    #[arg(long)]
    pub(super) keep_going: bool,

    /// Fix the problems found by these steps: format, sqlx
    #[arg(long)]
    pub(super) fix: bool,

    /// Major version of PostgreSQL for all servers that steps start
    #[arg(long, value_name = "VERSION", env = PostgresVersion::VARIABLE, value_enum, default_value_t)]
    pub(super) postgres: PostgresVersion,

    /// List the steps in the order in which they run
    #[arg(long)]
    pub(super) list: bool,
}

impl Options {
    /// The steps to run, in the order in which they are defined. Those on demand must be named by `--only`.
    pub(super) fn choose<'a>(
        &self,
        all: &[&'a str],
        on_demand: &[&'a str],
        in_ci: bool,
    ) -> Result<Vec<&'a str>, Error> {
        if in_ci && !self.skip.is_empty() {
            return Err(Error::Message(
                "--skip is not allowed if CI=true".to_owned(),
            ));
        }
        let known = [all, on_demand].concat();
        if let Some(unknown) = self
            .only
            .iter()
            .chain(&self.skip)
            .find(|name| !known.contains(&name.as_str()))
        {
            return Err(Error::Message(format!(
                "there is no step {unknown}; the steps are: {}",
                known.join(", ")
            )));
        }
        let named = |list: &[String], name: &str| list.iter().any(|other| other == name);
        let candidates = if self.only.is_empty() {
            all.to_vec()
        } else {
            known
        };
        let wanted = |name: &&str| {
            (self.only.is_empty() || named(&self.only, name)) && !named(&self.skip, name)
        };
        let chosen: Vec<_> = candidates.into_iter().filter(wanted).collect();
        if chosen.is_empty() {
            return Err(Error::Message(
                "--only and --skip leave no step to run".to_owned(),
            ));
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
            .choose(&ALL, &["fuzz"], in_ci)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn all_steps_run_by_default() {
        assert_eq!(chosen(&[], true).unwrap(), ALL);
    }

    #[test]
    fn a_step_on_demand_runs_only_if_it_is_named() {
        assert_eq!(
            chosen(&["--only", "fuzz,clippy"], true).unwrap(),
            ["clippy", "fuzz"]
        );
    }

    #[test]
    fn chosen_steps_run_in_the_defined_order() {
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
    fn steps_cannot_be_skipped_in_ci() {
        assert!(
            chosen(&["--skip", "clippy"], true)
                .unwrap_err()
                .contains("CI=true")
        );
    }

    #[test]
    fn an_unknown_step_and_an_empty_run_are_errors() {
        assert!(
            chosen(&["--only", "tset"], false)
                .unwrap_err()
                .contains("no step tset")
        );
        assert!(chosen(&["--only", "test", "--skip", "test"], false).is_err());
    }
}
