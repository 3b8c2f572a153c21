//! Tests of `hallpass completions`: bash loads the script and completes with it.

use std::process::Command;

use crate::commands::root;

fn script(shell: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_hallpass"))
        .args(["completions", shell])
        .env_clear()
        .current_dir("/")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Completions that bash offers for the last of these words after it has loaded the script.
fn completed(words: &[&str]) -> Vec<String> {
    let line = "eval \"$1\"; shift
        COMP_WORDS=(\"$@\"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        [ \"$(complete -p hallpass)\" ] || exit 3
        _hallpass hallpass \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"
        printf '%s\\n' \"${COMPREPLY[@]}\"";
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-c", line, "bash", &script("bash")])
        .args(words)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let offered = String::from_utf8(output.stdout).unwrap();
    offered.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_and_their_values() {
    assert_eq!(completed(&["hallpass", "mig"]), ["migrate"]);
    assert_eq!(completed(&["hallpass", "users", "cr"]), ["create"]);
    let options = completed(&["hallpass", "db", "purge", "--keep"]);
    assert_eq!(options, ["--keep-audit", "--keep-sessions"]);
    let values = completed(&["hallpass", "db", "slow", "--sort", ""]);
    assert_eq!(values, ["total", "mean", "calls"]);
    assert_eq!(completed(&["hallpass", "nothing-like-this"]), [""]);
}

#[test]
fn every_shell_gets_every_command() {
    for (shell, mark) in [
        ("zsh", "#compdef hallpass"),
        ("fish", "complete -c hallpass"),
    ] {
        let script = script(shell);
        assert!(script.contains(mark), "{shell}");
        for command in root().get_subcommands() {
            assert!(
                script.contains(command.get_name()),
                "{shell}: {}",
                command.get_name()
            );
        }
    }
}

#[test]
fn completions_do_not_need_the_dotenv_file() {
    let output = Command::new(env!("CARGO_BIN_EXE_hallpass"))
        .args(["completions", "fish", "--env-file", "/nowhere/at/all"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}
