//! Quoting of paths in printed commands that people copy.

use std::path::Path;

/// A path as one word of a POSIX shell, quoted only if necessary.
pub(crate) fn word(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | '@' | ',');
    // A program would take a leading hyphen as the start of an option.
    let text = match text.strip_prefix('-') {
        Some(_) => format!("./{text}"),
        None => text,
    };
    if !text.is_empty() && text.chars().all(is_plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_shell_reads_a_quoted_path_unchanged() {
        for (path, shown) in [
            (".env.production", ".env.production"),
            ("/srv/a-b_c/@2,3+4.env", "/srv/a-b_c/@2,3+4.env"),
            ("my vars.env", "'my vars.env'"),
            ("it's $HOME `x`\\.env", r"'it'\''s $HOME `x`\.env'"),
            ("-n", "./-n"),
            ("*", "'*'"),
            ("~/x", "'~/x'"),
            ("ü", "'ü'"),
        ] {
            let word = word(Path::new(path));
            assert_eq!(word, shown);
            let script = format!("printf %s {word}");
            let read = Command::new("sh").args(["-c", &script]).output().unwrap();
            let read = String::from_utf8(read.stdout).unwrap();
            assert_eq!(read.strip_prefix("./").unwrap_or(&read), path);
        }
    }
}
