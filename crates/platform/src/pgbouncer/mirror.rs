//! The Debian mirror that this machine uses, read from apt's configuration.

use std::path::Path;

/// Debian's public keys, with which apt verifies packages.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// URL of a mirror.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mirror(String);

impl Mirror {
    /// An entry for apt that only contains the source packages of a release.
    pub(super) fn source_packages_of(&self, release: &str) -> String {
        format!(
            "Types: deb-src\nURIs: {}\nSuites: {release}\nComponents: main\nSigned-By: {KEYRING}\n",
            self.0
        )
    }
}

/// The mirror of the running Debian system; `None` on another system.
pub(super) fn of_this_machine() -> Option<Mirror> {
    let release = std::fs::read_to_string("/etc/os-release").ok()?;
    if field(&release, "ID")? != "debian" || !Path::new(KEYRING).exists() {
        return None;
    }
    let codename = field(&release, "VERSION_CODENAME")?;
    let mut lists = vec![std::path::PathBuf::from("/etc/apt/sources.list")];
    if let Ok(directory) = std::fs::read_dir("/etc/apt/sources.list.d") {
        lists.extend(directory.filter_map(|entry| Some(entry.ok()?.path())));
    }
    lists
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .find_map(|text| in_stanzas(&text, &codename).or_else(|| in_lines(&text, &codename)))
}

fn field(text: &str, name: &str) -> Option<String> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
        .map(|value| value.trim_matches('"').to_owned())
}

/// Reads the newer format: stanzas with `Types:`, `URIs:`, `Suites:` and `Components:`.
fn in_stanzas(text: &str, codename: &str) -> Option<Mirror> {
    let without_comments: String = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .fold(String::new(), |all, line| all + line + "\n");
    without_comments.split("\n\n").find_map(|stanza| {
        let words = |name: &str| {
            let line = stanza
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let holds = |name: &str, word: &str| words(name).iter().any(|other| other == word);
        let fits =
            holds("Types", "deb") && holds("Suites", codename) && holds("Components", "main");
        if fits {
            words("URIs").into_iter().next().map(Mirror)
        } else {
            None
        }
    })
}

/// Reads the older format: lines of the form `deb [options] URI suite component…`.
fn in_lines(text: &str, codename: &str) -> Option<Mirror> {
    text.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix("deb ")?.trim_start();
        let rest = match rest.strip_prefix('[') {
            Some(options) => options.split_once(']')?.1,
            None => rest,
        };
        let mut words = rest.split_whitespace();
        let (uri, suite) = (words.next()?, words.next()?);
        let fits = suite == codename && words.any(|component| component == "main");
        fits.then(|| Mirror(uri.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mirror(uri: &str) -> Mirror {
        Mirror(uri.to_owned())
    }

    #[test]
    fn stanzas_are_read_and_the_security_mirror_is_ignored() {
        let text = "Types: deb\nURIs: http://a/security\nSuites: bookworm-security\nComponents: main\n\n\
                    Types: deb deb-src\n# a note\nURIs: http://b/debian http://c/debian\n\
                    Suites: bookworm bookworm-updates\nComponents: main contrib\n";
        assert_eq!(
            in_stanzas(text, "bookworm"),
            Some(mirror("http://b/debian"))
        );
        assert_eq!(in_stanzas(text, "trixie"), None);
    }

    #[test]
    fn lines_are_read_with_and_without_options() {
        let text = "# deb http://x/debian bookworm main\n\
                    deb http://tools.example tools-bookworm main\n\
                    deb [arch=amd64 signed-by=/k] http://b/debian bookworm main\n";
        assert_eq!(in_lines(text, "bookworm"), Some(mirror("http://b/debian")));
        assert_eq!(
            in_lines("deb http://b/debian bookworm contrib", "bookworm"),
            None
        );
    }

    #[test]
    fn values_of_the_release_file_may_be_quoted() {
        assert_eq!(
            field(
                "ID=debian\nVERSION_CODENAME=\"trixie\"\n",
                "VERSION_CODENAME"
            )
            .as_deref(),
            Some("trixie")
        );
        assert_eq!(field("VERSION_ID=12\n", "ID"), None);
    }
}
