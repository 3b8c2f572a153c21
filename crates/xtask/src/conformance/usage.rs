//! Compares command lines of the Vercel CLI that need an account, and therefore cannot be run, with the CLI's help
//! text.

use hallpass_platform::Error;

use super::{Cli, shell};

/// Problems of the `vercel …` commands in a line of shell, according to the CLI's help text.
///
/// # Errors
/// The CLI cannot be started.
pub(crate) async fn problems(cli: &Cli, line: &str) -> Result<Vec<String>, Error> {
    let mut problems = Vec::new();
    for words in calls(line) {
        let path = subcommand(&words);
        let Some(name) = path.first() else {
            problems.push("vercel without a command".to_owned());
            continue;
        };
        let mut path = &path[..];
        let mut help = cli.help(path).await?;
        if !describes(&help, path) && path.len() == 2 {
            // The second word is an argument, not a subcommand.
            path = &path[..1];
            help = cli.help(path).await?;
        }
        if describes(&help, path) {
            problems.extend(misused(&help, path, &words[path.len()..]));
        } else {
            problems.push(format!("the CLI has no command `vercel {name}`"));
        }
    }
    Ok(problems)
}

/// Whether a line of shell runs the CLI.
pub(crate) fn calls_it(line: &str) -> bool {
    !calls(line).is_empty()
}

/// The words after each `vercel` at the start of a command.
fn calls(line: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for words in shell::commands(line) {
        let mut words = words.into_iter().skip_while(|word| is_assignment(word));
        if words.next().as_deref() == Some("vercel") {
            found.push(words.collect());
        }
    }
    found
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    })
}

/// The first one or two words, if they can be the name of a command.
fn subcommand(words: &[String]) -> Vec<&str> {
    let is_name = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let names = words
        .iter()
        .map(String::as_str)
        .take_while(|word| is_name(word) && !word.starts_with('-') && !word.is_empty());
    names.take(2).collect()
}

/// Unknown options, and missing or additional arguments. `words` are those after the name of the command.
fn misused(help: &str, path: &[&str], words: &[String]) -> Vec<String> {
    let path_text = path.join(" ");
    let mut problems = Vec::new();
    let mut arguments = 0;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if !word.starts_with('-') {
            arguments += 1;
            continue;
        }
        let (flag, value) = word.split_once('=').unzip();
        let flag = flag.unwrap_or(word);
        match option(help, flag) {
            None => problems.push(format!("`vercel {path_text}` has no option {flag}")),
            Some(Takes::Value) if value.is_none() && words.next().is_none() => {
                problems.push(format!("{flag} of `vercel {path_text}` needs a value"));
            }
            Some(_) => {}
        }
    }
    let (least, most) = arity(help, path);
    if arguments < least {
        problems.push(format!(
            "arguments of `vercel {path_text}`: {arguments}, and it needs {least}"
        ));
    }
    if most.is_some_and(|most| arguments > most) {
        problems.push(format!(
            "arguments of `vercel {path_text}`: {arguments}, and it takes {}",
            most.unwrap_or_default()
        ));
    }
    problems
}

/// The usage line of the help text, without the name of the command.
fn usage<'h>(help: &'h str, path: &[&str]) -> Option<&'h str> {
    let name = format!("vercel {}", path.join(" "));
    let mut found = help.lines().take(6).filter_map(|line| {
        let (_, rest) = line.split_once(&name)?;
        (rest.is_empty() || rest.starts_with(' ')).then_some(rest)
    });
    found.next()
}

/// Whether this is the help text of the command. For an unknown command, the CLI prints that of `deploy`.
fn describes(help: &str, path: &[&str]) -> bool {
    usage(help, path).is_some()
}

/// Minimum number of arguments of a command, and its maximum unless there is no limit.
fn arity(help: &str, path: &[&str]) -> (usize, Option<usize>) {
    let usage = usage(help, path).unwrap_or_default();
    let mut least = 0;
    let mut most = Some(0);
    for word in usage.split_whitespace().filter(|word| *word != "[options]") {
        if word.contains("...") {
            most = None;
        }
        if word == "..." {
            continue;
        }
        // The word `command` stands for a subcommand, and a command may have a default one, so it is not required.
        let is_required = !word.starts_with('[') && word != "command";
        least += usize::from(is_required);
        most = most.map(|most| most + 1);
    }
    (least, most)
}

/// Whether an option takes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    Nothing,
    Value,
}

/// Finds the option in a line of the help text such as `-t,  --target <TARGET>  What it is for`.
fn option(help: &str, flag: &str) -> Option<Takes> {
    let lines = help.lines().map(str::trim_start);
    let mut options = lines.filter(|line| line.starts_with('-'));
    options.find_map(|line| {
        let mut words = line.split_whitespace().peekable();
        let mut is_it = false;
        while let Some(name) = words.next_if(|word| word.starts_with('-')) {
            is_it |= name.trim_end_matches(',') == flag;
        }
        let takes_value = words.next().is_some_and(|word| word.starts_with('<'));
        is_it.then_some(if takes_value {
            Takes::Value
        } else {
            Takes::Nothing
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_anywhere_in_a_line() {
        assert_eq!(
            calls("hallpass secrets new | vercel env add HALLPASS_SECRET production --force"),
            [["env", "add", "HALLPASS_SECRET", "production", "--force"]]
        );
        assert_eq!(
            calls("URL=$(vercel deploy --prebuilt) # a comment"),
            [["deploy", "--prebuilt"]]
        );
        assert_eq!(
            calls("A=b vercel ls && vercel rollback"),
            [["ls"], ["rollback"]]
        );
        assert!(calls("echo vercel").is_empty());
    }

    fn words(line: &str) -> Vec<String> {
        calls(&format!("vercel {line}")).remove(0)
    }

    const ENV_ADD: &str = "\n  ▲ vercel env add name [environment] [options]\n\n  Add one\n\n  Options:\n\n  \
         -y,  --yes   Accept --all of it\n       --force  x\n  -t,  --type <TYPE>  Of which type\n";

    #[test]
    fn commands_and_options_are_looked_up_in_the_help() {
        assert!(describes(ENV_ADD, &["env", "add"]));
        assert!(!describes(ENV_ADD, &["env", "ad"]));
        for (flag, expected) in [
            ("--yes", Some(Takes::Nothing)),
            ("-y", Some(Takes::Nothing)),
            ("--force", Some(Takes::Nothing)),
            ("--type", Some(Takes::Value)),
            ("-t", Some(Takes::Value)),
            ("--forced", None),
        ] {
            assert_eq!(option(ENV_ADD, flag), expected, "{flag}");
        }
        assert_eq!(subcommand(&words("env add NAME")), ["env", "add"]);
        assert_eq!(subcommand(&words("rollback --yes")), ["rollback"]);
    }

    #[test]
    fn arguments_are_counted() {
        let misused = |line: &str| misused(ENV_ADD, &["env", "add"], &words(line)[2..]);
        for right in [
            "env add NAME",
            "env add NAME production --type secret --yes < file",
            "env add --type=secret \"$NAME\" 'of us'",
        ] {
            assert!(misused(right).is_empty(), "{right}: {:?}", misused(right));
        }
        for wrong in [
            "env add --yes",
            "env add --type secret",
            "env add NAME production preview",
            "env add NAME --yes production preview",
            "env add NAME --type",
            "env add NAME --all",
        ] {
            assert_eq!(misused(wrong).len(), 1, "{wrong}: {:?}", misused(wrong));
        }
        let remove = "\n  ▲ vercel remove name|deploymentId ... [options]\n";
        assert_eq!(arity(remove, &["remove"]), (1, None));
        let link = "\n  ▲ vercel link command [options]\n";
        assert_eq!(arity(link, &["link"]), (0, Some(1)));
        assert_eq!(
            arity("\n  ▲ vercel usage [options]\n", &["usage"]),
            (0, Some(0))
        );
    }
}
