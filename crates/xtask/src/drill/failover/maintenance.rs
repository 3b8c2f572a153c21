//! The maintenance of a node, by the commands of the runbook.

use std::path::Path;

use hallpass_platform::Error;
use hallpass_platform::processes::Program;

use super::cluster::Cluster;
use crate::drill::operator::Operator;
use crate::drill::report::ensure;
use crate::transcript::{Exchange, differences, exchanges};

/// Info string of the runbook's blocks whose commands this drill runs.
pub(crate) const FENCE: &str = "console cluster";
const PAGE: &str = "docs/guide/RUNBOOK.md";

/// The commands, and what they need.
#[derive(Debug)]
pub(super) struct Maintenance<'a> {
    commands: Vec<Exchange>,
    root: &'a Path,
    url: String,
    variables: Vec<(String, String)>,
}

impl<'a> Maintenance<'a> {
    /// Reads the runbook. `url` is that of the functions.
    ///
    /// # Errors
    /// The page has no such commands.
    pub(super) fn read(
        root: &'a Path,
        url: &str,
        cluster: &Cluster,
        operator: &Operator,
    ) -> Result<Self, Error> {
        let page = root.join(PAGE);
        let markdown = std::fs::read_to_string(&page).map_err(Error::file(&page))?;
        let commands = exchanges(&markdown, FENCE);
        ensure(!commands.is_empty(), || {
            format!("{PAGE} has no block fenced as ```{FENCE}")
        })?;
        let ctl = cluster.programs.patronictl.parent();
        let own = [Some(operator.binaries.as_path()), ctl];
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = own
            .into_iter()
            .flatten()
            .map(Path::to_owned)
            .chain(std::env::split_paths(&path));
        let path =
            std::env::join_paths(path).map_err(|error| Error::Message(format!("PATH: {error}")))?;
        let configuration = cluster.configuration();
        let mut variables = operator.environment.clone();
        variables.extend(
            [
                ("PATH", path.to_string_lossy()),
                ("PATRONICTL_CONFIG_FILE", configuration.to_string_lossy()),
                ("URL", url.into()),
            ]
            .map(|(name, value)| (name.to_owned(), value.into_owned())),
        );
        Ok(Self {
            commands,
            root,
            url: url.to_owned(),
            variables,
        })
    }

    /// Runs the commands in their order.
    ///
    /// # Errors
    /// A command fails, or prints something else than the page says.
    pub(super) async fn run(&self) -> Result<(), Error> {
        let mut bash = Program::new("bash");
        bash.directory = Some(self.root.to_owned());
        let variables = self.variables.clone();
        let problems = differences(bash, &self.commands, &self.url, variables).await?;
        ensure(problems.is_empty(), || {
            let problems = problems.iter().map(|problem| format!("{PAGE}:{problem}"));
            problems.collect::<Vec<_>>().join("\n")
        })
    }
}
