//! Runs libFuzzer for every parser: first with the corpus in the repository, then for a few seconds with new inputs.
//!
//! The stable compiler is used, without a sanitizer: the code forbids `unsafe`, so the possible findings are panics,
//! overflows and violated invariants. `cargo fuzz run -s none TARGET` runs a target without a time limit.

use std::path::{Path, PathBuf};

use futures_util::stream;
use futures_util::stream::StreamExt as _;
use hallpass_platform::Error;
use hallpass_platform::processes::{Program, run as run_program};

use super::super::report;
use crate::ci::context::{Context, cores, run_checked};

/// Duration of each target in seconds.
const SECONDS: u32 = 5;
/// Compiler flags for the coverage that libFuzzer reads; the same as those of cargo-fuzz.
const RUSTFLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1";

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let root = context.root().to_owned();
    let host = host(context).await?;
    // With an explicit target, build scripts and macros are built without these flags.
    let mut build = context.program("cargo", &["build", "--locked", "--target", &host]);
    build.arguments.extend([
        "--manifest-path".into(),
        root.join("fuzz/Cargo.toml").into(),
        "--target-dir".into(),
        root.join("target/fuzz").into(),
    ]);
    build
        .environment
        .push(("RUSTFLAGS".to_owned(), RUSTFLAGS.to_owned()));
    run_checked(build).await?;
    let binaries = root.join("target/fuzz").join(host).join("debug");
    // Each fuzz target uses one processor.
    let context = &*context;
    let runs = targets(&root)?.into_iter().map(|target| {
        let binaries = &binaries;
        async move { fuzz(context, binaries, &target).await }
    });
    let mut lines = stream::iter(runs).buffered(cores());
    while let Some(line) = lines.next().await {
        report::say(&line?);
    }
    Ok(())
}

async fn host(context: &Context) -> Result<String, Error> {
    let mut rustc = context.program("rustc", &["--print", "host-tuple"]);
    rustc.show_output = false;
    Ok(run_program(rustc).await?.stdout.trim().to_owned())
}

/// Names of the fuzz targets: one for each file in `fuzz_targets/`.
fn targets(root: &Path) -> Result<Vec<String>, Error> {
    let directory = root.join("fuzz/fuzz_targets");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&directory).map_err(Error::file(&directory))? {
        let path = entry.map_err(Error::file(&directory))?.path();
        if let Some(name) = path.file_stem() {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Runs one target, and returns a summary.
async fn fuzz(context: &Context, binaries: &Path, target: &str) -> Result<String, Error> {
    let found = tempfile::tempdir().map_err(Error::system("making a temporary directory"))?;
    let fuzz = context.root().join("fuzz");
    let corpus = fuzz.join("corpus").join(target);
    let dictionary = fuzz.join("dictionaries").join(format!("{target}.dict"));
    let artifacts = context.root().join("target/fuzz/artifacts").join(target);
    std::fs::create_dir_all(&artifacts).map_err(Error::file(&artifacts))?;
    let mut program = Program::new(binaries.join(target)).args([
        format!("-max_total_time={SECONDS}"),
        "-timeout=10".to_owned(),
        "-rss_limit_mb=2048".to_owned(),
        "-print_final_stats=1".to_owned(),
        format!("-dict={}", dictionary.display()),
        // The slash makes it a directory.
        format!("-artifact_prefix={}/", artifacts.display()),
    ]);
    // New inputs are written to the first directory. The second one is only read.
    let directories: [PathBuf; 2] = [found.path().to_owned(), corpus];
    program.arguments.extend(directories.map(Into::into));
    let outcome = run_program(program).await?;
    let printed = outcome.stderr;
    if !outcome.status.success() {
        return Err(Error::Message(format!(
            "{target} failed ({}); the input is in {}\n{printed}",
            outcome.status,
            artifacts.display()
        )));
    }
    summary(target, &printed).ok_or_else(|| {
        Error::Message(format!(
            "{target} has no coverage or executed no inputs:\n{printed}"
        ))
    })
}

/// Number of executed inputs and coverage; `None` if the code was not instrumented or hardly executed.
fn summary(target: &str, printed: &str) -> Option<String> {
    let after = |name: &str| {
        let (_, rest) = printed.rsplit_once(name)?;
        rest.split_whitespace().next()?.parse::<u64>().ok()
    };
    let (inputs, places) = (after("stat::number_of_executed_units:")?, after(" cov: ")?);
    // libFuzzer itself always has a coverage of 1.
    (inputs > 100 && places > 100).then(|| format!("{target}: {inputs} inputs, coverage {places}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "\
        #2\tINITED cov: 1400 ft: 1500 corp: 1/1b exec/s: 0 rss: 50Mb\n\
        #9000\tDONE   cov: 2412 ft: 5003 corp: 40/2000b exec/s: 1125 rss: 60Mb\n\
        Done 9000 runs in 8 second(s)\n\
        stat::number_of_executed_units: 9000\n\
        stat::peak_rss_mb:              60\n";

    #[test]
    fn the_output_of_libfuzzer_is_summarized() {
        let line = summary("cookies", PRINTED).unwrap();
        assert_eq!(line, "cookies: 9000 inputs, coverage 2412");
    }

    #[test]
    fn a_run_without_coverage_or_inputs_has_no_summary() {
        assert!(summary("cookies", &PRINTED.replace("2412", "1")).is_none());
        assert!(summary("cookies", &PRINTED.replace("9000", "3")).is_none());
        assert!(summary("cookies", "").is_none());
    }

    #[test]
    fn every_target_has_a_corpus_and_a_dictionary_and_is_built() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let manifest = std::fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
        let targets = targets(&root).unwrap();
        assert!(targets.len() >= 10, "{targets:?}");
        for target in targets {
            assert!(manifest.contains(&format!("fuzz_targets/{target}.rs")));
            let corpus = root.join("fuzz/corpus").join(&target);
            assert!(std::fs::read_dir(corpus).unwrap().count() > 1, "{target}");
            let dictionary = root.join("fuzz/dictionaries").join(target + ".dict");
            assert!(dictionary.is_file(), "{dictionary:?}");
        }
    }
}
