//! Options of `cargo faults`.

use std::path::PathBuf;

use clap::Parser;
use hallpass_platform::Error;

use crate::scenarios::Scenario;

/// Break the database, the network and the functions under load, and check what clients see
///
/// Exit codes: 0 every scenario passed, 1 one failed or could not be carried out, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "cargo faults", bin_name = "cargo faults", version)]
pub(crate) struct Options {
    /// List the scenarios
    #[arg(long)]
    pub(crate) list: bool,
    /// Run these scenarios only, for example T31,T32
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Shorter times, at most 8 minutes for all scenarios on two cores
    #[arg(long)]
    pub(crate) short: bool,
    /// Write the figures as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write a chart of the responses around a crash of the database (SVG)
    #[arg(long, value_name = "FILE")]
    pub(crate) chart: Option<PathBuf>,
    /// Use the executables of the last build
    #[arg(long)]
    pub(crate) no_build: bool,
}

impl Options {
    /// The scenarios to run, in the order of the list.
    pub(crate) fn choose(&self, all: &'static [Scenario]) -> Result<Vec<&'static Scenario>, Error> {
        for wanted in &self.only {
            if !all.iter().any(|one| one.id.eq_ignore_ascii_case(wanted)) {
                return Err(Error::Message(format!(
                    "there is no scenario {wanted}; see cargo faults --list"
                )));
            }
        }
        let is_wanted = |scenario: &&Scenario| {
            let mut only = self.only.iter();
            self.only.is_empty() || only.any(|wanted| scenario.id.eq_ignore_ascii_case(wanted))
        };
        Ok(all.iter().filter(is_wanted).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::ALL;

    #[test]
    fn scenarios_are_chosen_by_their_number() {
        let chosen = |arguments: &[&str]| {
            let options = Options::parse_from([&["faults"], arguments].concat());
            let ids = |list: Vec<&Scenario>| list.iter().map(|one| one.id).collect::<Vec<_>>();
            options
                .choose(ALL)
                .map(ids)
                .map_err(|error| error.to_string())
        };
        assert_eq!(chosen(&[]).map(|list| list.len()), Ok(ALL.len()));
        assert_eq!(chosen(&["--only", "t32,T31"]), Ok(vec!["T31", "T32"]));
        assert!(chosen(&["--only", "T99"]).is_err_and(|error| error.contains("--list")));
    }
}
