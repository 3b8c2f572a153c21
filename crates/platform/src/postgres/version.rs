//! Major versions of PostgreSQL that Hallpass supports, and the choice of the version that is used.

use std::fmt;

use clap::ValueEnum;

use crate::Error;

/// A major version of PostgreSQL. Its program files are pinned in crates/platform/postgres/VERSION.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum PostgresVersion {
    /// PostgreSQL 14.
    #[value(name = "14")]
    V14,
    /// PostgreSQL 15.
    #[value(name = "15")]
    V15,
    /// PostgreSQL 16.
    #[value(name = "16")]
    V16,
    /// PostgreSQL 17.
    #[value(name = "17")]
    V17,
    /// PostgreSQL 18.
    #[default]
    #[value(name = "18")]
    V18,
}

impl PostgresVersion {
    /// Environment variable with the version of all servers whose version is not set explicitly.
    pub const VARIABLE: &str = "HALLPASS_LOCAL_POSTGRES";

    /// The version in [`Self::VARIABLE`], or the default if the variable is not set or empty.
    ///
    /// # Errors
    /// The variable contains an unknown version.
    pub fn from_environment() -> Result<Self, Error> {
        let value = std::env::var_os(Self::VARIABLE).unwrap_or_default();
        let value = value.to_string_lossy();
        if value.is_empty() {
            return Ok(Self::default());
        }
        Self::from_str(&value, false).map_err(|_| {
            let known: Vec<_> = Self::all().map(|version| version.to_string()).collect();
            Error::Postgres(format!(
                "{} is {value:?}, but the known versions are {}",
                Self::VARIABLE,
                known.join(", ")
            ))
        })
    }

    /// All versions, oldest first.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::value_variants().iter().copied()
    }

    /// The major version number, such as 18.
    #[must_use]
    pub fn major(self) -> u32 {
        match self {
            Self::V14 => 14,
            Self::V15 => 15,
            Self::V16 => 16,
            Self::V17 => 17,
            Self::V18 => 18,
        }
    }
}

impl fmt::Display for PostgresVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.major())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_the_name_of_its_number_and_pinned_program_files() {
        for version in PostgresVersion::all() {
            let name = version.to_possible_value().unwrap();
            assert_eq!(name.get_name(), version.to_string());
            let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("postgres");
            let package = directory
                .join(version.to_string())
                .join("package-lock.json");
            let lock = std::fs::read_to_string(&package).unwrap();
            assert!(
                lock.contains(&format!(r#""version": "{version}."#)),
                "{}",
                package.display()
            );
        }
    }
}
