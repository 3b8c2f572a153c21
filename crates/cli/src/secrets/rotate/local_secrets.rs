//! The secrets in the variables, and the dotenv file that contains them.

use std::path::{Path, PathBuf};

use hallpass_core::AppContext;

use super::{PREVIOUS, SECRET};
use crate::environment::{Deployment, Environment};
use crate::failure::Failure;
use crate::secrets::env_file;

/// Environment that the fingerprints in the audit log are derived for. It must neither depend on `VERCEL_ENV` nor be
/// that of a deployment.
const TRAIL: &str = "secret-rotation";

pub(super) struct LocalSecrets {
    pub(super) current: String,
    pub(super) previous: Option<String>,
    /// `None` if the secrets are set in the process environment, which this command cannot change.
    file: Option<PathBuf>,
    /// Value of `VERCEL_ENV`, for the printed commands.
    target: String,
    /// URL of the deployment, for the printed commands.
    url: String,
}

impl LocalSecrets {
    pub(super) fn read(environment: &Environment) -> Result<Self, Failure> {
        // Returns an error if a variable is invalid.
        environment.config()?;
        let current = environment.get(SECRET).unwrap_or_default();
        let previous = environment.get(PREVIOUS);
        let is_in_process = [SECRET, PREVIOUS]
            .into_iter()
            .any(Environment::is_of_process);
        let file = environment.path().filter(|_| !is_in_process);
        let target = environment.get("VERCEL_ENV");
        Ok(Self {
            current: current.trim().to_owned(),
            previous: previous.map(|secret| secret.trim().to_owned()),
            file: file.map(Path::to_owned),
            url: environment
                .get("HALLPASS_URL")
                .unwrap_or_else(|| "https://accounts.example.com".to_owned()),
            target: target.unwrap_or_else(|| "production".to_owned()),
        })
    }

    pub(super) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn target(&self) -> &str {
        &self.target
    }

    /// The secret to remove: the previous one or, if the new secret was created elsewhere, the current one.
    pub(super) fn outgoing(&self) -> &str {
        self.previous.as_deref().unwrap_or(&self.current)
    }

    /// Changes the dotenv file, if there is one.
    pub(super) fn change(&self, changes: &[(&str, Option<&str>)]) -> Result<(), Failure> {
        self.file()
            .map_or(Ok(()), |file| env_file::change(file, changes))
    }
}

/// Fingerprint of a secret: eight digits, from which the secret cannot be derived.
pub(super) fn name_of(environment: &Environment, secret: &str) -> Result<String, Failure> {
    let deployment = Deployment {
        environment: TRAIL.to_owned(),
        issuer: None,
    };
    let product: AppContext = environment.with_secret(secret, &deployment)?;
    Ok(product.keys.current.fingerprint())
}
