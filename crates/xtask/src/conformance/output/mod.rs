//! Checks the whole output of `vercel build` in `.vercel/output`.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use hallpass_platform::Error;
use serde_json::Value;

use super::cli::read_json;
use super::{functions, routes};

/// File extensions and names that must not be published.
const PRIVATE: [&str; 8] = [
    ".rs",
    ".sql",
    ".toml",
    ".lock",
    ".env",
    ".pem",
    "package.json",
    "package-lock.json",
];

/// Checks the output. The error lists all problems.
pub(crate) fn verify(root: &Path) -> Result<(), Error> {
    let problems = problems(root, &functions::declared(root)?)?;
    if problems.is_empty() {
        return Ok(());
    }
    Err(Error::Message(format!(
        ".vercel/output has problems:\n{}",
        problems.join("\n")
    )))
}

/// All problems. `declared` contains the binary that each file in `api/` must have become.
fn problems(root: &Path, declared: &functions::Declared) -> Result<Vec<String>, Error> {
    let output = root.join(".vercel/output");
    let vercel_json = read_json(&root.join("vercel.json"))?;
    let config = read_json(&output.join("config.json"))?;
    let mut problems = routes::problems(&config, &vercel_json);
    problems.extend(cron_problems(&config, &vercel_json, declared));
    problems.extend(functions::problems(
        root,
        &output.join("functions"),
        declared,
    )?);
    let directory = vercel_json["outputDirectory"].as_str().unwrap_or("public");
    problems.extend(static_problems(
        &output.join("static"),
        &root.join(directory),
    )?);
    Ok(problems)
}

/// Checks the cron jobs. On the Hobby plan a job runs once a day at most, so a wrong path would be noticed late.
fn cron_problems(
    config: &Value,
    vercel_json: &Value,
    declared: &functions::Declared,
) -> Vec<String> {
    let none = Vec::new();
    let built = config["crons"].as_array().unwrap_or(&none);
    let wanted = vercel_json["crons"].as_array().unwrap_or(&none);
    let mut problems = Vec::new();
    if built != wanted {
        problems.push(format!(
            "crons: vercel.json asks for {wanted:?}, the output has {built:?}"
        ));
    }
    for cron in built {
        let path = cron["path"].as_str().unwrap_or_default();
        let name = path.strip_prefix("/api/").unwrap_or_default();
        if !declared.contains_key(name.split(['/', '?']).next().unwrap_or_default()) {
            problems.push(format!("crons: {path} is no function"));
        }
        let schedule = cron["schedule"].as_str().unwrap_or_default();
        let fields: Vec<_> = schedule.split_whitespace().collect();
        let fixed = |field: Option<&&str>| field.is_some_and(|field| field.parse::<u8>().is_ok());
        if fields.len() != 5 || !fixed(fields.first()) || !fixed(fields.get(1)) {
            problems.push(format!(
                "crons: {path} runs more than once a day: {schedule}"
            ));
        }
    }
    problems
}

/// Checks that exactly the files of the console are published.
fn static_problems(published: &Path, console: &Path) -> Result<Vec<String>, Error> {
    let (published, console) = (files(published)?, files(console)?);
    let mut problems = Vec::new();
    if !published.iter().any(|file| file == Path::new("index.html")) {
        problems.push("static: there is no index.html".to_owned());
    }
    for file in &published {
        let name = file.to_string_lossy().to_lowercase();
        if PRIVATE.iter().any(|private| name.ends_with(private))
            || name.contains("/.env")
            || name.starts_with(".env")
        {
            problems.push(format!("static: {} would be published", file.display()));
        } else if !console.contains(file) {
            problems.push(format!(
                "static: {} is not part of the console",
                file.display()
            ));
        }
    }
    let missing = console.iter().filter(|file| !published.contains(file));
    problems.extend(missing.map(|file| format!("static: {} is missing", file.display())));
    Ok(problems)
}

/// All files in a directory and its subdirectories, as sorted relative paths.
fn files(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(&next).map_err(Error::file(&next))? {
            let path = entry.map_err(Error::file(&next))?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(relative) = path.strip_prefix(directory) {
                found.push(relative.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}
