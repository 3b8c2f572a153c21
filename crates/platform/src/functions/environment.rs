//! Environment variables of a function: those of Vercel and those of the platform's user, but none of this machine's
//! own.

use std::collections::BTreeMap;

/// Environment variables of a function. A variable that is set again is replaced.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// The variables that Vercel sets, for a deployment served at `http://localhost:PORT`.
    pub(crate) fn of_deployment(port: u16) -> Self {
        let host = format!("localhost:{port}");
        let variables = [
            ("VERCEL", "1"),
            ("VERCEL_ENV", "development"),
            ("VERCEL_TARGET_ENV", "development"),
            ("VERCEL_REGION", "dev1"),
            ("VERCEL_DEPLOYMENT_ID", "dpl_local"),
            ("VERCEL_URL", &host),
            ("VERCEL_BRANCH_URL", &host),
            ("VERCEL_PROJECT_PRODUCTION_URL", &host),
            ("HALLPASS_URL", &format!("http://{host}")),
            ("TZ", ":UTC"),
            ("LANG", "C.UTF-8"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        Self { variables }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.variables.remove(name);
    }

    pub(crate) fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }
}
