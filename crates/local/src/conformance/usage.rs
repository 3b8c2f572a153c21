//! Command lines of the CLI that cannot be run without an account: whether they are what its own help
//! describes.

use super::Cli;
use crate::Error;

/// What is wrong with the `vercel …` commands of a line of shell, by the help of the CLI itself.
///
/// # Errors
/// The CLI does not start.
pub(crate) async fn problems(cli: &Cli, line: &str) -> Result<Vec<String>, Error> {
    let mut problems = Vec::new();
    for words in commands(line) {
        let path = subcommand(&words);
        let Some(name) = path.first() else {
            problems.push("vercel without a command".to_owned());
            continue;
        };
        let mut help = cli.help(&path).await?;
        let mut known = describes(&help, &path);
        if !known && path.len() == 2 {
            // The second word was an argument.
            help = cli.help(&path[..1]).await?;
            known = describes(&help, &path[..1]);
        }
        if !known {
            problems.push(format!("the CLI knows no `vercel {name}`"));
            continue;
        }
        let flags = words.iter().filter(|word| word.starts_with('-'));
        for flag in flags.map(|word| word.split('=').next().unwrap_or(word)) {
            if !has_flag(&help, flag) {
                let path = path.join(" ");
                problems.push(format!("`vercel {path}` has no option {flag}"));
            }
        }
    }
    Ok(problems)
}

/// Whether a line of shell calls the CLI.
pub(crate) fn calls_it(line: &str) -> bool {
    !commands(line).is_empty()
}

/// The words after each `vercel` that stands where a command begins.
fn commands(line: &str) -> Vec<Vec<&str>> {
    let spaced = line.replace("$(", "\n").replace("&&", "\n");
    // Positions are of no interest, so words are looked up again in the line itself.
    let mut found = Vec::new();
    for segment in spaced.split(['\n', '|', ';', '(']) {
        let words = segment.split_whitespace().map(|word| {
            let word = word.trim_matches(['"', '\'', ')']);
            line.find(word).map_or("", |at| &line[at..at + word.len()])
        });
        let mut words = words.skip_while(|word| is_assignment(word));
        if words.next() == Some("vercel") {
            // A comment ends it.
            found.push(words.take_while(|word| !word.starts_with('#')).collect());
        }
    }
    found
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    })
}

/// The first one or two words, as far as they may name a command.
fn subcommand<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let is_name = |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let names = words
        .iter()
        .take_while(|word| is_name(word) && !word.starts_with('-'));
    names.take(2).copied().collect()
}

/// Whether the help is that of this command: without one it is that of `deploy`.
fn describes(help: &str, path: &[&str]) -> bool {
    let usage = format!("vercel {} ", path.join(" "));
    help.lines()
        .take(6)
        .any(|line| format!("{line} ").contains(&usage))
}

fn has_flag(help: &str, flag: &str) -> bool {
    let mut words = help.split([' ', '\n', ',']);
    words.any(|word| word == flag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_wherever_they_stand() {
        assert_eq!(
            commands("hallpass secrets new | vercel env add HALLPASS_SECRET production --force"),
            [["env", "add", "HALLPASS_SECRET", "production", "--force"]]
        );
        assert_eq!(
            commands("URL=$(vercel deploy --prebuilt) # a comment"),
            [["deploy", "--prebuilt"]]
        );
        assert_eq!(
            commands("A=b vercel ls && vercel rollback"),
            [["ls"], ["rollback"]]
        );
        assert!(commands("echo vercel").is_empty());
    }

    #[test]
    fn commands_and_options_are_looked_up_in_the_help() {
        let help = "\n  ▲ vercel env add name [environment] [options]\n\n  -y,  --yes   Accept\n --force  x";
        assert!(describes(help, &["env", "add"]));
        assert!(!describes(help, &["env", "ad"]));
        assert!(has_flag(help, "--yes") && has_flag(help, "-y") && has_flag(help, "--force"));
        assert!(!has_flag(help, "--forced"));
        assert_eq!(subcommand(&["env", "add", "NAME"]), ["env", "add"]);
        assert_eq!(subcommand(&["rollback", "--yes"]), ["rollback"]);
    }
}
