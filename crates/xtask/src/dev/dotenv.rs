//! A file of variables in dotenv form, readable by its owner alone, replaced as a whole.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use hallpass_dotenv::quoted;
use hallpass_platform::Error;

const HEAD: &str = "# Made up by `cargo dev` for this machine, and read by `cargo hallpass`.\n";

/// The variables of a file.
#[derive(Debug)]
pub(crate) struct Dotenv {
    path: PathBuf,
    variables: BTreeMap<String, String>,
    written: String,
}

impl Dotenv {
    /// Reads a file; one that is not there has no variables.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let written = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::file(path)(error)),
        };
        let variables = hallpass_dotenv::parse(&written).map_err(|line| {
            let shown = path.display();
            Error::Message(format!("{shown}, line {line}: expected NAME=value"))
        })?;
        Ok(Self {
            path: path.to_owned(),
            variables,
            written,
        })
    }

    /// All variables.
    pub(crate) fn into_variables(self) -> BTreeMap<String, String> {
        self.variables
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The value of a variable; an empty one counts as missing.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Writes the file if anything changed; a reader sees the old one or the new one.
    pub(crate) fn write(&mut self) -> Result<(), Error> {
        let mut text = HEAD.to_owned();
        for (name, value) in &self.variables {
            let _infallible = writeln!(text, "{name}={}", quoted(value));
        }
        if text == self.written {
            return Ok(());
        }
        let draft = self.path.with_extension("draft");
        let _left_over = std::fs::remove_file(&draft);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)
            .map_err(Error::file(&draft))?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| std::fs::rename(&draft, &self.path))
            .map_err(Error::file(&self.path))?;
        self.written = text;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("env");
        let values = [
            "plain",
            "a b",
            "it's",
            r#"'"$x\`"#,
            "p://u:p@h:1/d?a=b",
            "AA+/=",
            "ü#",
        ];
        let mut file = Dotenv::read(&path).unwrap();
        for (number, value) in values.iter().enumerate() {
            file.set(&format!("V{number}"), value);
        }
        file.write().unwrap();
        let again = Dotenv::read(&path).unwrap();
        for (number, value) in values.iter().enumerate() {
            assert_eq!(again.get(&format!("V{number}")), Some(*value));
        }
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_shell_reads_the_same() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("env");
        let mut file = Dotenv::read(&path).unwrap();
        file.set("A", r#"it's "$HOME" \ `id`"#);
        file.set("B", "two words # no comment");
        file.write().unwrap();
        let script = r#". "$1"; printf '%s|%s' "$A" "$B""#;
        let mut shell = std::process::Command::new("/bin/sh");
        let output = shell
            .args(["-c", script, "sh"])
            .arg(&path)
            .output()
            .unwrap();
        let seen = String::from_utf8(output.stdout).unwrap();
        assert_eq!(seen, r#"it's "$HOME" \ `id`|two words # no comment"#);
    }

    #[test]
    fn nothing_changed_is_nothing_written() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("env");
        let mut file = Dotenv::read(&path).unwrap();
        file.set("A", "1");
        file.write().unwrap();
        let before = std::fs::metadata(&path).unwrap().modified().unwrap();
        let mut again = Dotenv::read(&path).unwrap();
        again.set("A", "1");
        again.write().unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().modified().unwrap(),
            before
        );
    }
}
