//! What a platform is made from: the project, its binaries, its environment.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::Platform;
use crate::functions::{Environment, Functions, api_files};
use crate::gateway::{Gateway, Listeners, Places, bind};
use crate::{Error, Output, Routes, VercelJson};

/// How long a function may run on Vercel's Hobby plan.
const LONGEST_RUN: Duration = Duration::from_mins(5);

/// How a platform is to be. See [`Platform::builder`].
#[derive(Debug)]
pub struct PlatformBuilder {
    root: PathBuf,
    functions_dir: Option<PathBuf>,
    static_dir: Option<PathBuf>,
    extra: BTreeMap<String, PathBuf>,
    environment: Vec<(String, String)>,
    instances: usize,
    places: Places,
    port: u16,
    listeners: Option<Listeners>,
    output: Output,
    function_timeout: Duration,
}

impl Default for PlatformBuilder {
    fn default() -> Self {
        Self {
            root: PathBuf::from("."),
            functions_dir: None,
            static_dir: None,
            extra: BTreeMap::new(),
            environment: Vec::new(),
            instances: 1,
            places: Places::new(),
            port: 0,
            listeners: None,
            output: Output::Capture,
            function_timeout: LONGEST_RUN,
        }
    }
}

impl PlatformBuilder {
    /// The project's root, with `vercel.json` and `api/`; `.` by default.
    #[must_use]
    pub fn root(mut self, directory: impl Into<PathBuf>) -> Self {
        self.root = directory.into();
        self
    }

    /// Where the functions' binaries are; `target/debug` under the root by default.
    #[must_use]
    pub fn functions_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.functions_dir = Some(directory.into());
        self
    }

    /// The static files; `outputDirectory` of `vercel.json` by default.
    #[must_use]
    pub fn static_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.static_dir = Some(directory.into());
        self
    }

    /// A function beside those in `api/`, or another binary for one of them.
    #[must_use]
    pub fn function(mut self, name: &str, binary: impl Into<PathBuf>) -> Self {
        self.extra.insert(name.to_owned(), binary.into());
        self
    }

    /// A variable for every function. Nothing of our own environment is passed on.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Processes a function, taken in turn; 1 by default. Each starts at its first request.
    #[must_use]
    pub fn instances(mut self, count: usize) -> Self {
        self.instances = count;
        self
    }

    /// Where the clients of an address are, as the edge tells the functions: a country's code and a town. Of other
    /// addresses it does not know.
    #[must_use]
    pub fn place(mut self, address: impl Into<IpAddr>, country: &str, city: &str) -> Self {
        let place = (country.to_owned(), city.to_owned());
        self.places.insert(address.into(), place);
        self
    }

    /// The public port; any free one by default.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Whether the functions' output is passed on; captured by default.
    #[must_use]
    pub fn output(mut self, output: Output) -> Self {
        self.output = output;
        self
    }

    /// How long a function may take until its answer begins; 300 s by default, then 504.
    #[must_use]
    pub fn function_timeout(mut self, timeout: Duration) -> Self {
        self.function_timeout = timeout;
        self
    }

    /// A port that is bound already.
    #[must_use]
    pub fn listeners(mut self, listeners: Listeners) -> Self {
        self.listeners = Some(listeners);
        self
    }

    /// Reads the routes and serves.
    ///
    /// # Errors
    /// `vercel.json` is not there or asks for what we do not do; the port is taken.
    pub async fn start(self) -> Result<Platform, Error> {
        let root = std::path::absolute(&self.root).map_err(Error::file(&self.root))?;
        let configuration = VercelJson::read(&root)?;
        let mut binaries = self.binaries(&root)?;
        binaries.extend(self.extra);
        let static_dir = self.static_dir.unwrap_or_else(|| {
            root.join(
                configuration
                    .output_directory
                    .as_deref()
                    .unwrap_or("public"),
            )
        });
        let routes = Routes::new(&configuration, static_dir, binaries.keys().cloned())?;
        let listeners = match self.listeners {
            Some(listeners) => listeners,
            None => bind(self.port).await?,
        };
        let port = listeners.port;
        let mut environment = Environment::of_deployment(port);
        for (name, value) in &self.environment {
            environment.set(name, value);
        }
        let functions = Functions::new(binaries, root, self.instances, environment, self.output)?;
        let function_timeout = self.function_timeout;
        let gateway = Arc::new(Gateway {
            routes,
            functions,
            places: self.places,
            function_timeout,
        });
        let serving = listeners.serve(&gateway);
        Ok(Platform {
            gateway,
            serving,
            port,
            url: format!("http://localhost:{port}"),
        })
    }

    /// One function for each `api/*.rs`, as Vercel finds them.
    fn binaries(&self, root: &Path) -> Result<BTreeMap<String, PathBuf>, Error> {
        let binaries = self
            .functions_dir
            .clone()
            .unwrap_or_else(|| root.join("target/debug"));
        let binaries = std::path::absolute(&binaries).map_err(Error::file(&binaries))?;
        if !root.join("api").is_dir() {
            return Ok(BTreeMap::new());
        }
        let files = api_files(root)?.into_iter();
        Ok(files
            .map(|(name, _)| {
                let binary = binaries.join(&name);
                (name, binary)
            })
            .collect())
    }
}
