//! Measures the time from the start of a function's process to its first response that needs the database, compared
//! with bare Node http and pg in the same run, and the peak memory of each function.
//!
//! `cargo run --example cold_start`

#![expect(clippy::print_stdout, reason = "the example prints a report")]

mod database;
mod function;
mod wire;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use self::database::Database;
use self::function::{Function, Program};

/// Number of starts of each program. The programs are started alternately, so that other load on the machine affects
/// both.
const STARTS: usize = 41;

/// The functions whose memory is measured.
const MEASURED: [&str; 7] = [
    "health", "keys", "login", "logout", "me", "refresh", "users",
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    build(&root)?;
    let database = Database::start().await?;
    let health = Program::binary(&root, "health", &database);
    let node = Program::node(&root, &database);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        ours.push(first_answer(&health)?);
        theirs.push(first_answer(&node)?);
    }
    println!("process start to first answer with a query, {STARTS} starts each, in turn");
    let (ours, theirs) = (
        report("health", &mut ours),
        report("bare Node http + pg", &mut theirs),
    );
    println!(
        "  ratio of the medians      {:.1}",
        theirs.as_secs_f64() / ours.as_secs_f64()
    );
    println!("\npeak memory of a process after its first request (VmHWM)");
    memory(&root, &database)?;
    println!(
        "  {:<24} {:>8.1} MiB",
        "bare Node http + pg",
        peak(&node, "GET / HTTP/1.1", "")?
    );
    database.stop().await
}

/// Builds everything that is measured in release mode.
fn build(root: &Path) -> Result<(), Box<dyn Error>> {
    let node = root.join("crates/platform/examples/cold_start/node");
    let mut commands = [Command::new(env!("CARGO")), Command::new("npm")];
    commands[0].args(["build", "--release"]).current_dir(root);
    for name in MEASURED {
        commands[0].args(["--bin", name]);
    }
    commands[1]
        .args(["ci", "--ignore-scripts", "--no-fund", "--no-audit"])
        .current_dir(node);
    for command in &mut commands {
        if !command.status()?.success() {
            return Err(format!("{command:?} failed").into());
        }
    }
    Ok(())
}

fn first_answer(program: &Program) -> Result<Duration, Box<dyn Error>> {
    let function = Function::start(program)?;
    let answer = function.request("GET /health HTTP/1.1", "")?;
    let elapsed = function.started.elapsed();
    if !answer.contains(r#""status":"healthy""#) {
        return Err(format!("not healthy: {answer}").into());
    }
    Ok(elapsed)
}

fn report(name: &str, times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "  {name:<24} median {:>7.1} ms   10 % {:>7.1} ms   90 % {:>7.1} ms",
        ms(at(50)),
        ms(at(10)),
        ms(at(90))
    );
    at(50)
}

/// Sends one typical request to each function and prints its peak memory.
fn memory(root: &Path, database: &Database) -> Result<(), Box<dyn Error>> {
    let program = |name| Program::binary(root, name, database);
    let body = Database::credentials();
    let (megabytes, tokens) =
        peak_and_answer(&program("login"), "POST /api/login HTTP/1.1", &body)?;
    println!("  {:<24} {megabytes:>8.1} MiB   (hashes)", "login");
    let token = |name: &str| wire::json_text(&tokens, name).ok_or("login gave no tokens");
    let bearer = format!("\r\nauthorization: Bearer {}", token("accessToken")?);
    let refresh = format!("{{\"refreshToken\":\"{}\"}}", token("refreshToken")?);
    let requests = [
        ("health", "GET /health HTTP/1.1".to_owned(), ""),
        ("keys", "GET /.well-known/jwks.json HTTP/1.1".to_owned(), ""),
        (
            "users",
            format!("GET /api/users?size=100 HTTP/1.1{bearer}"),
            "",
        ),
        ("me", format!("GET /api/me HTTP/1.1{bearer}"), ""),
        (
            "refresh",
            "POST /api/refresh HTTP/1.1".to_owned(),
            refresh.as_str(),
        ),
        ("logout", format!("POST /api/logout HTTP/1.1{bearer}"), "{}"),
    ];
    for (name, head, body) in requests {
        println!(
            "  {name:<24} {:>8.1} MiB",
            peak(&program(name), &head, body)?
        );
    }
    Ok(())
}

fn peak(program: &Program, head: &str, body: &str) -> Result<f64, Box<dyn Error>> {
    Ok(peak_and_answer(program, head, body)?.0)
}

fn peak_and_answer(
    program: &Program,
    head: &str,
    body: &str,
) -> Result<(f64, String), Box<dyn Error>> {
    let function = Function::start(program)?;
    let answer = function.request(head, body)?;
    let ok = answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.1 204");
    if !ok {
        return Err(format!("{head}: {answer}").into());
    }
    Ok((function.peak_memory()?, answer))
}

/// Directory with the release executables.
fn target(root: &Path) -> PathBuf {
    option_env!("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), PathBuf::from)
        .join("release")
}
