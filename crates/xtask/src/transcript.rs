//! Runs transcripts in Markdown: blocks with the info string ```` ```console readme-test ````, or another one that the
//! page uses.
//!
//! A line that begins with `$ ` is a command, a line that begins with `> ` continues it, and the lines after it are its
//! expected output, in which `…` stands for any text. All commands of a page run in one shell, in their order.

use hallpass_platform::Error;
use hallpass_platform::processes::{Program, run};

/// A command and its expected output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exchange {
    /// Number of the line in the page, starting at 1.
    pub(crate) line: usize,
    pub(crate) command: String,
    /// The expected output.
    pub(crate) output: String,
}

/// The commands in blocks with this info string, such as `console readme-test`, in their order.
pub(crate) fn exchanges(markdown: &str, fence: &str) -> Vec<Exchange> {
    let mut found: Vec<Exchange> = Vec::new();
    let (mut fenced, mut inside) = (false, false);
    for (index, line) in markdown.lines().enumerate() {
        if let Some(info) = line.strip_prefix("```") {
            inside = !fenced && info.trim_end() == fence;
            fenced = !fenced;
            continue;
        }
        if !inside {
            continue;
        }
        if let Some(command) = line.strip_prefix("$ ") {
            let command = command.to_owned();
            found.push(Exchange {
                line: index + 1,
                command,
                output: String::new(),
            });
        } else if let Some(last) = found.last_mut() {
            let more = line.strip_prefix("> ").filter(|_| last.output.is_empty());
            if let Some(more) = more {
                last.command.push('\n');
                last.command.push_str(more);
            } else {
                last.output.push_str(line);
                last.output.push('\n');
            }
        }
    }
    found
}

/// Whether the output matches the expected output. White space at the ends of lines is ignored.
fn matches(expected: &str, printed: &str) -> bool {
    let (expected, printed) = (trimmed(expected), trimmed(printed));
    let mut parts = expected.split('…');
    let Some(mut rest) = parts.next().and_then(|first| printed.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

fn trimmed(text: &str) -> String {
    text.trim_end()
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

/// URL of the stack in the pages.
const WRITTEN: &str = "http://localhost:3000";

/// Runs the commands of a page in one shell (`bash`, without arguments), with the stack at `url`, and returns the
/// differences.
pub(crate) async fn differences(
    mut bash: Program,
    exchanges: &[Exchange],
    url: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Vec<String>, Error> {
    let script = script(exchanges).replace(WRITTEN, url);
    bash.arguments.extend(["-c".into(), script.into()]);
    bash.environment.extend(variables);
    bash.show_output = false;
    let outcome = run(bash).await?;
    let answers = answers(&outcome.stdout.replace(url, WRITTEN));
    let mut problems = Vec::new();
    for (index, exchange) in exchanges.iter().enumerate() {
        match answers.get(index) {
            None => problems.push(format!(
                "{}: the command was not run\n{}",
                exchange.line, outcome.stderr
            )),
            Some((printed, status)) if *status != 0 || !matches(&exchange.output, printed) => {
                problems.push(format!(
                    "{}: {}\nexit status {status}; expected:\n{}printed:\n{printed}",
                    exchange.line, exchange.command, exchange.output
                ));
            }
            Some(_) => {}
        }
    }
    Ok(problems)
}

/// A line that separates the outputs of commands, and that no command prints itself.
const MARK: &str = "\u{1}hallpass-ci exit ";

/// A shell script with all commands. After each command it prints [`MARK`] and the exit code.
fn script(exchanges: &[Exchange]) -> String {
    let command = |exchange: &Exchange| {
        format!(
            "{{ {}\n}} 2>&1\nprintf '\\n{MARK}%d\\n' $?\n",
            exchange.command
        )
    };
    exchanges.iter().map(command).collect()
}

/// Output and exit code of each command.
fn answers(output: &str) -> Vec<(String, i32)> {
    let mut answers = Vec::new();
    let mut printed = String::new();
    for line in output.lines() {
        if let Some(status) = line
            .strip_prefix(MARK)
            .and_then(|status| status.parse().ok())
        {
            answers.push((std::mem::take(&mut printed), status));
        } else {
            printed.push_str(line);
            printed.push('\n');
        }
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Title\n\n```console\n$ not run\n```\n```console readme-test\n$ echo a \\\n> b\na b\n$ true\n```\ntext\n";

    #[test]
    fn only_marked_blocks_are_run() {
        let found = exchanges(PAGE, "console readme-test");
        let expected = [
            Exchange {
                line: 7,
                command: "echo a \\\nb".to_owned(),
                output: "a b\n".to_owned(),
            },
            Exchange {
                line: 10,
                command: "true".to_owned(),
                output: String::new(),
            },
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_ellipsis_stands_for_anything() {
        assert!(matches("{\"token\":\"…\"}", "{\"token\":\"abc\"}\n"));
        assert!(matches("a\n…\nz", "a\nb\nc\nz\n"));
        assert!(matches("…", "whatever"));
        assert!(matches(
            "HTTP/1.1 200 OK…",
            "HTTP/1.1 200 OK\r\nserver: x\n\n{}"
        ));
        assert!(!matches("a…c…b", "abc"));
        assert!(!matches("healthy", "unhealthy"));
        assert!(!matches("", "something"));
        assert!(!matches("a…a", "a"), "a letter must not be matched twice");
    }

    #[test]
    fn a_shell_runs_the_page_in_one_session() {
        let page = "```console readme-test\n$ X=1\n$ echo \"x is $X\"; false\nx is 1\n```\n";
        let shell = std::process::Command::new("bash")
            .arg("-c")
            .arg(script(&exchanges(page, "console readme-test")))
            .output()
            .unwrap();
        let printed = String::from_utf8(shell.stdout).unwrap();
        let answers = answers(&printed);
        assert_eq!(
            answers
                .iter()
                .map(|(_, status)| *status)
                .collect::<Vec<_>>(),
            [0, 1]
        );
        assert!(matches("x is 1", &answers[1].0), "{answers:?}");
    }
}
