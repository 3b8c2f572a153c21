//! The database role that a deployment connects as. Its name and password are derived from the master secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};

use crate::config::DatabaseConfig;
use crate::keys::{MasterKey, Purpose};

/// The role with the privileges of the functions. Login roles are members of it. It can sign in itself if
/// `HALLPASS_APP_PASSWORD` has given it a password.
pub const APP_ROLE: &str = "hallpass_app";
const PREFIX: &str = "hallpass_app_";

/// A login role and its password.
#[derive(Clone, Debug)]
pub struct Login {
    pub(crate) name: String,
    pub(crate) password: SecretString,
    pub(crate) salt: [u8; 16],
}

impl Login {
    /// The login role of a master secret in an environment.
    #[must_use]
    pub fn new(key: &MasterKey) -> Self {
        let password = key.derive(Purpose::DatabaseLogin, None);
        let derived = key.derive(Purpose::DatabaseSalt, None);
        let mut salt = [0; 16];
        salt.copy_from_slice(&derived[..16]);
        Self {
            name: format!("{PREFIX}{}", key.fingerprint()),
            password: URL_SAFE_NO_PAD.encode(password).into(),
            salt,
        }
    }

    /// Name of the role, for example `hallpass_app_1a2b3c4d`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same database with this role. `server_user` is the configured user as the server knows it.
    pub(crate) fn at(&self, database: &DatabaseConfig, server_user: &str) -> DatabaseConfig {
        database.with_login(&self.name, self.password.expose_secret(), server_user)
    }
}

/// Whether a role has a name that [`Login`] generates.
#[must_use]
pub fn is_login(name: &str) -> bool {
    let fingerprint = name.strip_prefix(PREFIX);
    fingerprint.is_some_and(|digits| {
        digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}
