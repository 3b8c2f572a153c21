//! Next steps, as commands that do not display a secret.

use std::path::Path;

use super::local_secrets::LocalSecrets;
use super::{PREVIOUS, SECRET};
use crate::shell::word;

/// The dotenv file that `cargo dev` writes.
const LOCAL: &str = ".hallpass/env";
const RESTART: &str = "restart cargo dev";

fn is_local(file: &Path) -> bool {
    file.ends_with(LOCAL)
}

/// Formats a `hallpass` command with the same `--env-file` as this run.
pub(super) fn hallpass(local: &LocalSecrets, rest: &str) -> String {
    match local.file() {
        Some(file) if !is_local(file) => {
            format!("hallpass --env-file {} secrets rotate {rest}", word(file))
        }
        _ => format!("hallpass secrets rotate {rest}"),
    }
}

/// Commands that copy both secrets to the deployment.
pub(super) fn hand_over_both(local: &LocalSecrets) -> Vec<String> {
    let target = local.target();
    let add = format!("vercel env add {PREVIOUS} {target} --sensitive --force --yes");
    let update = format!("vercel env update {SECRET} {target} --sensitive --yes");
    let mut steps = match local.file() {
        Some(file) if is_local(file) => return vec![RESTART.to_owned()],
        Some(file) => vec![
            format!("{} | {add}", take(PREVIOUS, file)),
            format!("{} | {update}", take(SECRET, file)),
        ],
        None => vec![
            format!("printf %s \"${SECRET}\" | {add}"),
            format!("hallpass secrets new | {update}"),
        ],
    };
    steps.push(deploy(local));
    steps
}

/// Commands that remove the previous secret from the deployment and, with `at_once`, also replace the current one.
pub(super) fn hand_over_one(local: &LocalSecrets, at_once: bool) -> Vec<String> {
    let target = local.target();
    let mut steps = Vec::new();
    match local.file() {
        Some(file) if is_local(file) => return vec![RESTART.to_owned()],
        Some(file) if at_once => steps.push(format!(
            "{} | vercel env update {SECRET} {target} --sensitive --yes",
            take(SECRET, file)
        )),
        None if at_once => steps.push(format!(
            "hallpass secrets new | vercel env update {SECRET} {target} --sensitive --yes"
        )),
        _ => {}
    }
    if !at_once || local.previous.is_some() {
        steps.push(format!("vercel env remove {PREVIOUS} {target} --yes"));
    }
    steps.push(deploy(local));
    steps
}

pub(super) fn verify(local: &LocalSecrets) -> String {
    hallpass(local, &format!("--verify {}", local.url()))
}

fn take(name: &str, file: &Path) -> String {
    format!("sed -n 's/^{name}=//p' {}", word(file))
}

pub(super) fn deploy(local: &LocalSecrets) -> String {
    match local.file() {
        Some(file) if is_local(file) => RESTART.to_owned(),
        _ => format!("vercel redeploy {}", local.url()),
    }
}
