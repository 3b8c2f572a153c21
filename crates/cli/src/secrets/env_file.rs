//! Atomic changes of variables in a dotenv file. All other lines stay unchanged.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::failure::{Exit, Failure};

const MODE: u32 = 0o600;

/// Sets variables to values that need no quotes, or removes variables. The new file is completely written to disk, with
/// mode 0600, before it replaces the old one.
///
/// # Errors
/// The file cannot be read or written, or another process is changing it.
pub(super) fn change(path: &Path, changes: &[(&str, Option<&str>)]) -> Result<(), Failure> {
    let shown = path.display();
    let failed = |error: io::Error| {
        Failure::new(Exit::Failed, "failed", format!("cannot change {shown}"))
            .because(error)
            .next("fix the cause and run the command again")
    };
    // If the path is a symbolic link, its target is replaced and the link stays.
    let path = fs::canonicalize(path).map_err(failed)?;
    let draft = draft_of(&path);
    let mut file = lock(&draft).map_err(|error| match error {
        TryLockError::WouldBlock => {
            let detail = format!("another process is changing {shown}");
            Failure::new(Exit::Conflict, "under_way", detail)
                .next("wait for it to finish, then run the command again")
        }
        TryLockError::Error(error) => failed(error),
    })?;
    // The file is read after the lock is held, so that no change of another process is lost.
    let text = fs::read_to_string(&path).map_err(failed)?;
    let text = edited(&text, changes)
        .ok_or_else(|| Failure::configuration(format!("{shown} is not a valid dotenv file")))?;
    // Truncating the draft removes what a killed run left in it.
    file.set_permissions(Permissions::from_mode(MODE))
        .and_then(|()| file.set_len(0))
        .and_then(|()| file.write_all(text.as_bytes()))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&draft, &path))
        .and_then(|()| sync_directory(&path))
        .map_err(failed)
}

/// The draft has a fixed name, so that the next run reuses the draft of a killed run.
fn draft_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".draft");
    path.with_file_name(name)
}

fn lock(draft: &Path) -> Result<File, TryLockError> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(MODE)
        .open(draft)
        .map_err(TryLockError::Error)?;
    file.try_lock()?;
    Ok(file)
}

fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path.parent().unwrap_or(Path::new("/")))?.sync_all()
}

/// The changed text. `None` if the text is invalid, or if the result would not parse to the wanted variables.
fn edited(text: &str, changes: &[(&str, Option<&str>)]) -> Option<String> {
    let mut wanted = hallpass_dotenv::parse(text).ok()?;
    let mut missing: Vec<_> = changes.to_vec();
    let mut edited = String::with_capacity(text.len());
    let mut copied = 0;
    for (name, place) in hallpass_dotenv::places(text).ok()? {
        let Some((_, value)) = changes.iter().find(|(changed, _)| *changed == name) else {
            continue;
        };
        edited.push_str(&text[copied..place.start]);
        // If a variable occurs several times, only its first line is kept.
        if missing.iter().any(|(left, _)| *left == name) {
            edited.extend(value.map(|value| format!("{name}={value}\n")));
            missing.retain(|(left, _)| *left != name);
        }
        copied = place.end;
    }
    edited.push_str(&text[copied..]);
    for (name, value) in missing {
        if let Some(value) = value {
            if !edited.is_empty() && !edited.ends_with('\n') {
                edited.push('\n');
            }
            edited.extend([name, "=", value, "\n"]);
        }
    }
    for (name, value) in changes {
        match value {
            Some(value) => wanted.insert((*name).to_owned(), (*value).to_owned()),
            None => wanted.remove(*name),
        };
    }
    (hallpass_dotenv::parse(&edited).ok()? == wanted).then_some(edited)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGES: [(&str, Option<&str>); 2] = [("SECRET", Some("bmV3")), ("OLD", Some("b2xk"))];

    #[test]
    fn lines_of_other_variables_are_unchanged() {
        let text = "# kept\nA='x\nSECRET=not this\n' # too\n\nexport SECRET = \"old\" # gone\nB=1";
        let expected = "# kept\nA='x\nSECRET=not this\n' # too\n\nSECRET=bmV3\nB=1\nOLD=b2xk\n";
        assert_eq!(edited(text, &CHANGES).unwrap(), expected);
        let back = edited(expected, &[("OLD", None)]).unwrap();
        assert_eq!(back, expected.replace("OLD=b2xk\n", ""));
        assert_eq!(edited("", &CHANGES).unwrap(), "SECRET=bmV3\nOLD=b2xk\n");
        let twice = "SECRET=1\nSECRET=2\nOLD=3\n";
        assert_eq!(edited(twice, &CHANGES).unwrap(), "SECRET=bmV3\nOLD=b2xk\n");
        assert_eq!(edited("nonsense", &CHANGES), None);
    }

    #[test]
    fn the_file_is_replaced_atomically_with_mode_0600() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("env");
        let link = directory.path().join("link");
        fs::write(&file, "SECRET=old\n").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        // The draft of a killed run, which is longer than the new text.
        fs::write(draft_of(&file), "x".repeat(1_000)).unwrap();
        change(&link, &CHANGES).unwrap();
        assert_eq!(
            fs::read_to_string(&file).unwrap(),
            "SECRET=bmV3\nOLD=b2xk\n"
        );
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            MODE
        );
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(!draft_of(&file).exists());

        let first = lock(&draft_of(&file)).unwrap();
        let failure = change(&file, &[("OLD", None)]).unwrap_err();
        assert_eq!(failure.code, "under_way");
        drop(first);
        change(&file, &[("OLD", None)]).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "SECRET=bmV3\n");
    }
}
