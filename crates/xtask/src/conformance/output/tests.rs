//! Tests with the output of a small project, and with everything that can be wrong with it.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;
use tempfile::TempDir;

use super::*;

/// A project with two functions, and the output of `vercel build` for it.
struct Project {
    directory: TempDir,
    declared: functions::Declared,
}

impl Project {
    fn new() -> Self {
        let project = Self {
            directory: tempfile::tempdir().unwrap(),
            declared: [("login", "login"), ("users", "users")]
                .map(|(file, binary)| (file.to_owned(), binary.to_owned()))
                .into(),
        };
        let crons = json!([{ "path": "/api/users", "schedule": "5 4 * * *" }]);
        project.write("vercel.json", &json!({
            "outputDirectory": "web/dist",
            "redirects": [{ "source": "/old", "destination": "/new", "permanent": false }],
            "rewrites": [
                { "source": "/health", "destination": "/api/health" },
                { "source": "/((?!api/)[^.%]*)", "destination": "/index.html" },
            ],
            "headers": [{ "source": "/(.*)", "headers": [{ "key": "X-Frame-Options", "value": "DENY" }] }],
            "crons": crons,
        }).to_string());
        project.write_config(&json!({ "version": 3, "crons": crons, "routes": [
            { "src": "^/old$", "headers": { "Location": "/new" }, "status": 307 },
            { "src": "^(?:/(.*))$", "headers": { "X-Frame-Options": "DENY" }, "continue": true },
            { "handle": "filesystem" },
            { "src": "^/health$", "dest": "/api/health", "check": true },
            { "src": "^(?:/((?!api/)[^.%]*))$", "dest": "/index.html", "check": true },
            { "src": "^/api(/.*)?$", "status": 404 },
            { "handle": "miss" },
        ]}));
        for name in ["login", "users"] {
            let binary = project.write(&format!("target/release/{name}"), "");
            // A stripped executable of this system. The appended text makes it differ from the others.
            let mut program = std::fs::read("/bin/sh").unwrap();
            program.extend_from_slice(name.as_bytes());
            std::fs::write(&binary, program).unwrap();
            std::fs::set_permissions(&binary, PermissionsExt::from_mode(0o755)).unwrap();
            project.write_function(name, name);
        }
        for place in ["web/dist", ".vercel/output/static"] {
            project.write(&format!("{place}/index.html"), "<!doctype html>");
            project.write(&format!("{place}/assets/a.js"), "1");
        }
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn write_config(&self, config: &Value) {
        self.write(".vercel/output/config.json", &config.to_string());
    }

    fn config(&self) -> Value {
        read_json(&self.path(".vercel/output/config.json")).unwrap()
    }

    fn write_function(&self, name: &str, binary: &str) {
        let config = json!({
            "handler": "executable", "runtime": "executable", "runtimeLanguage": "rust", "architecture": "x86_64",
            "supportsResponseStreaming": true,
            "filePathMap": { "executable": format!("target/release/{binary}") },
        });
        self.write(
            &format!(".vercel/output/functions/api/{name}.func/.vc-config.json"),
            &config.to_string(),
        );
    }

    fn problems(&self) -> Vec<String> {
        problems(self.directory.path(), &self.declared).unwrap()
    }

    fn complains(&self, about: &str) {
        let problems = self.problems();
        assert!(
            problems.iter().any(|problem| problem.contains(about)),
            "{about}: {problems:#?}"
        );
    }
}

#[test]
fn a_correct_output_has_no_problems() {
    assert_eq!(Project::new().problems(), Vec::<String>::new());
}

#[test]
fn a_published_source_file_is_reported() {
    for name in [
        "Cargo.toml",
        "api/login.rs",
        "migrations/1.sql",
        ".env",
        ".env.local",
        "x/.env",
    ] {
        let project = Project::new();
        project.write(&format!(".vercel/output/static/{name}"), "");
        project.complains("would be published");
    }
}

#[test]
fn additional_and_missing_static_files_are_reported() {
    let project = Project::new();
    project.write(".vercel/output/static/other.js", "");
    project.complains("other.js is not part of the console");
    std::fs::remove_file(project.path(".vercel/output/static/assets/a.js")).unwrap();
    project.complains("assets/a.js is missing");
}

#[test]
fn the_binary_of_another_function_is_reported() {
    let project = Project::new();
    project.write_function("login", "users");
    project.complains("login runs users");
    let project = Project::new();
    std::fs::copy(
        project.path("target/release/users"),
        project.path("target/release/login"),
    )
    .unwrap();
    project.complains("the same binary");
}

#[test]
fn missing_and_additional_functions_are_reported() {
    let project = Project::new();
    project.write_function("extra", "users");
    project.complains("extra has no file in api/");
    std::fs::remove_dir_all(project.path(".vercel/output/functions/api/login.func")).unwrap();
    project.complains("login was not built");
}

#[test]
fn a_binary_that_cannot_run_or_is_not_stripped_is_reported() {
    let project = Project::new();
    let login = project.path("target/release/login");
    std::fs::set_permissions(&login, PermissionsExt::from_mode(0o644)).unwrap();
    project.complains("login is not executable");
    std::fs::copy(std::env::current_exe().unwrap(), &login).unwrap();
    project.complains("login is not stripped");
}

#[test]
fn routes_in_the_wrong_order_are_reported() {
    let project = Project::new();
    let mut config = project.config();
    config["routes"].as_array_mut().unwrap().swap(3, 4);
    project.write_config(&config);
    project.complains("rewrites");
    let mut config = Project::new().config();
    config["routes"].as_array_mut().unwrap().swap(1, 2);
    project.write_config(&config);
    project.complains("headers");
    let mut config = Project::new().config();
    config["routes"].as_array_mut().unwrap().remove(5);
    project.write_config(&config);
    project.complains("404");
    let mut config = Project::new().config();
    config["routes"][0]["status"] = json!(308);
    project.write_config(&config);
    project.complains("no redirect for \"/old\"");
}

#[test]
fn a_rewrite_of_missing_files_to_the_page_is_reported() {
    let project = Project::new();
    let mut config = project.config();
    config["routes"][4]["src"] = json!("^(?:/((?!api/).*))$");
    project.write_config(&config);
    project.complains("/assets/missing.js leads to the console's page");
    project.complains("/.well-known/unknown leads to the console's page");
}

#[test]
fn a_cron_job_without_function_or_with_too_many_runs_is_reported() {
    let project = Project::new();
    let mut config = project.config();
    config["crons"][0] = json!({ "path": "/api/nothing", "schedule": "*/5 * * * *" });
    project.write_config(&config);
    project.complains("/api/nothing is no function");
    project.complains("more than once a day");
    project.complains("vercel.json asks for");
}
