//! Options of a platform: the project, its executables and its environment.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::Platform;
use crate::functions::{Environment, Functions, api_files};
use crate::gateway::{Gateway, Listeners, Places, bind};
use crate::{Error, Output, Routes, VercelJson};

/// Maximum duration of a function on Vercel's Hobby plan.
const LONGEST_RUN: Duration = Duration::from_mins(5);

/// Options of a platform. See [`Platform::builder`].
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
    /// Root directory of the project, which contains `vercel.json` and `api/`; `.` by default.
    #[must_use]
    pub fn root(mut self, directory: impl Into<PathBuf>) -> Self {
        self.root = directory.into();
        self
    }

    /// Directory with the executables of the functions; `target/debug` under the root by default.
    #[must_use]
    pub fn functions_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.functions_dir = Some(directory.into());
        self
    }

    /// Directory with the static files; `outputDirectory` of `vercel.json` by default.
    #[must_use]
    pub fn static_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.static_dir = Some(directory.into());
        self
    }

    /// Adds a function to those in `api/`, or sets another executable for one of them.
    #[must_use]
    pub fn function(mut self, name: &str, binary: impl Into<PathBuf>) -> Self {
        self.extra.insert(name.to_owned(), binary.into());
        self
    }

    /// Sets an environment variable for every function. Functions do not inherit our own environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Number of processes for each function, which take requests in turn; 1 by default. Each starts at its first
    /// request.
    #[must_use]
    pub fn instances(mut self, count: usize) -> Self {
        self.instances = count;
        self
    }

    /// Sets the location of clients with this address, which the functions receive in request headers: a country code
    /// and a city. For other addresses, these headers are missing.
    #[must_use]
    pub fn place(mut self, address: impl Into<IpAddr>, country: &str, city: &str) -> Self {
        let place = (country.to_owned(), city.to_owned());
        self.places.insert(address.into(), place);
        self
    }

    /// The public port; any free port by default.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// What happens with the output of the functions; [`Output::Capture`] by default.
    #[must_use]
    pub fn output(mut self, output: Output) -> Self {
        self.output = output;
        self
    }

    /// Maximum time until the response of a function begins; 300 s by default. After that, the response is 504.
    #[must_use]
    pub fn function_timeout(mut self, timeout: Duration) -> Self {
        self.function_timeout = timeout;
        self
    }

    /// Uses a port that is already bound.
    #[must_use]
    pub fn listeners(mut self, listeners: Listeners) -> Self {
        self.listeners = Some(listeners);
        self
    }

    /// Reads the routes and starts serving.
    ///
    /// # Errors
    /// `vercel.json` is missing or uses something that is not supported, or the port is in use.
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

    /// One function for each `api/*.rs`, by Vercel's rules.
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
