//! The Vercel CLI, installed from its lock file. It runs without an account and without a terminal.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use hallpass_platform::processes::{
    LastWord, Program, Watched, inherited_from_cargo, run, signal_group, watch,
};
use hallpass_platform::{Error, free_port};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::http;

/// Id of the project that `vercel build` is linked to.
const PROJECT: &str = "prj_local";
/// Maximum time until `vercel dev` serves the console, which it builds first.
const DEV_PATIENCE: Duration = Duration::from_mins(3);

/// The installed Vercel CLI.
#[derive(Debug)]
pub(crate) struct Cli {
    root: PathBuf,
    script: PathBuf,
}

/// A running `vercel dev`. Dropping it ends it and the processes that it has started.
#[derive(Debug)]
pub(super) struct DevServer {
    child: Child,
    pid: u32,
    url: String,
    _watched: Watched,
}

impl Cli {
    /// The pinned version of the CLI. It is installed if it is missing.
    pub(crate) async fn installed(root: &Path) -> Result<Self, Error> {
        let directory = root.join("tests/vercel");
        let script = directory.join("node_modules/vercel/dist/vc.js");
        let wanted = read_json(&directory.join("package.json"))?["dependencies"]["vercel"].take();
        let found = read_json(&directory.join("node_modules/vercel/package.json"))
            .map(|mut manifest| manifest["version"].take());
        if !found.is_ok_and(|found| found == wanted) {
            let mut npm =
                Program::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            npm.directory = Some(directory);
            npm.show_output = true;
            if !run(npm).await?.status.success() {
                return Err(Error::Message("npm ci in tests/vercel failed".to_owned()));
            }
        }
        Ok(Self {
            root: root.to_owned(),
            script,
        })
    }

    /// Runs `vercel build --prod` with these variables, as Vercel's build machine does. Returns the output.
    pub(crate) async fn build(&self, environment: &[(String, String)]) -> Result<String, Error> {
        self.link()?;
        let mut build = Program::new("node")
            .args([self.script.as_os_str()])
            .args(["build", "--prod", "--yes", "--token", "unused"]);
        build.directory = Some(self.root.clone());
        build.environment = self.environment();
        build.without = inherited_from_cargo();
        // Builds natively, as on Vercel. By default, the CLI would compile for another system.
        build
            .environment
            .push(("VERCEL_BUILD_IMAGE".to_owned(), "1".to_owned()));
        build.environment.extend_from_slice(environment);
        let outcome = run(build).await?;
        let printed = outcome.stdout + &outcome.stderr;
        if outcome.status.success() {
            return Ok(printed);
        }
        Err(Error::Message(format!(
            "vercel build failed ({})\n{printed}",
            outcome.status
        )))
    }

    /// Starts `vercel dev --local` on a free port, with the variables that the functions need.
    pub(super) async fn dev<'a>(
        &self,
        environment: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) -> Result<DevServer, Error> {
        self.unlink()?;
        let port = free_port()?;
        let mut node = Command::new("node");
        for name in inherited_from_cargo() {
            node.env_remove(name);
        }
        let child = node
            .arg(&self.script)
            .args([
                "dev",
                "--local",
                "--yes",
                "--listen",
                &format!("127.0.0.1:{port}"),
            ])
            .current_dir(&self.root)
            .envs(self.environment())
            .envs(environment)
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(Error::system("starting vercel dev"))?;
        let pid = child.id().unwrap_or_default();
        let watched = watch(pid, LastWord::TerminateGroup);
        let url = format!("http://127.0.0.1:{port}");
        let mut server = DevServer {
            child,
            pid,
            url,
            _watched: watched,
        };
        server.until_ready().await?;
        Ok(server)
    }

    /// The help text of one of the CLI's commands.
    pub(super) async fn help(&self, command: &[&str]) -> Result<String, Error> {
        let mut help = Program::new("node").args([self.script.as_os_str()]);
        help.arguments.extend(command.iter().map(Into::into));
        help.arguments.push("--help".into());
        help.environment = self.environment();
        // In another directory, because the CLI would take a directory with the name of a command for a project.
        help.directory = Some("/".into());
        Ok(run(help).await?.stdout)
    }

    /// Root directory of the project.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    fn environment(&self) -> Vec<(String, String)> {
        // A separate configuration directory, so that the user's own login is not used.
        let own = self.root.join("target/vercel");
        [
            ("VERCEL_TELEMETRY_DISABLED", "1"),
            ("NO_UPDATE_NOTIFIER", "1"),
            ("NO_COLOR", "1"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .chain(
            ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"]
                .map(|name| (name.to_owned(), own.to_string_lossy().into_owned())),
        )
        .collect()
    }

    /// `vercel build` needs a link to a project, but `vercel dev` would then look the project up at Vercel.
    fn unlink(&self) -> Result<(), Error> {
        let path = self.root.join(".vercel/project.json");
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::file(path)(error))
            }
            _ => Ok(()),
        }
    }

    /// Writes a link to a project that does not exist. A link to a real project is not replaced.
    fn link(&self) -> Result<(), Error> {
        let directory = self.root.join(".vercel");
        let path = directory.join("project.json");
        if let Ok(existing) = read_json(&path)
            && existing["projectId"] != PROJECT
        {
            return Err(Error::Message(format!(
                "{} links this checkout to a real project; run this in a fresh clone",
                path.display()
            )));
        }
        let link = json!({
            "projectId": PROJECT,
            "orgId": "team_local",
            "projectName": "hallpass",
            "settings": { "framework": null, "nodeVersion": "24.x" }
        });
        std::fs::create_dir_all(&directory).map_err(Error::file(&directory))?;
        std::fs::write(&path, link.to_string()).map_err(Error::file(&path))
    }
}

impl DevServer {
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    async fn until_ready(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + DEV_PATIENCE;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(Error::Message(format!(
                    "vercel dev ended ({status}); see above"
                )));
            }
            if http::get(&format!("{}/", self.url))
                .await
                .is_ok_and(|answer| answer.status == 200)
            {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(Error::Message(
                    "vercel dev does not serve; see above".to_owned(),
                ));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Ends `vercel dev` and the functions that it has started.
    pub(super) async fn stop(mut self) -> Result<(), Error> {
        signal_group(self.pid, Signal::SIGTERM);
        if tokio::time::timeout(Duration::from_secs(10), self.child.wait())
            .await
            .is_err()
        {
            signal_group(self.pid, Signal::SIGKILL);
        }
        self.child
            .wait()
            .await
            .map(|_| ())
            .map_err(Error::system("waiting for vercel dev"))
    }
}

impl Drop for DevServer {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            signal_group(self.pid, Signal::SIGKILL);
        }
    }
}

pub(super) fn read_json(path: &Path) -> Result<Value, Error> {
    let text = std::fs::read(path).map_err(Error::file(path))?;
    serde_json::from_slice(&text)
        .map_err(|error| Error::Message(format!("{}: {error}", path.display())))
}
