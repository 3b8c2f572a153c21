//! Metrics and traces are parsed with the libraries of monitoring systems, over HTTP.

use std::collections::BTreeMap;

use hallpass_platform::{Error, Platform, free_port};

use crate::ci::context::{Context, run_checked};
use crate::ci::python::Python;

const DIRECTORY: &str = "tests/monitoring";
/// Variable with the token that the metrics request needs.
const TOKEN: &str = "HALLPASS_METRICS_TOKEN";

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let python = Python::with(context, &format!("{DIRECTORY}/requirements.txt")).await?;
    let programs = ["metrics.py", "traces.py"].map(|file| {
        let mut program = python.program(context, "python");
        let file = format!("{DIRECTORY}/{file}");
        program.arguments.extend(["-B".into(), file.into()]);
        program
    });
    let root = context.root().to_owned();
    let given: BTreeMap<_, _> = context.stack().await?.environment()?;
    let token = hallpass_platform::random_secret()?;
    // Free port that the receiver of traces binds later.
    let receiver = free_port()?.to_string();
    let platform = ["HALLPASS_SECRET", "DATABASE_URL"]
        .into_iter()
        .filter_map(|name| given.get_key_value(name))
        .fold(Platform::builder().root(&root), |builder, (name, value)| {
            builder.env(name, value)
        })
        .env(TOKEN, &token)
        .env(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            format!("http://127.0.0.1:{receiver}"),
        )
        .env("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=for%20tests")
        .env("OTEL_SERVICE_NAME", "accounts")
        .start()
        .await?;
    for mut program in programs {
        program.environment.extend([
            ("HALLPASS_URL".to_owned(), platform.url().to_owned()),
            (TOKEN.to_owned(), token.clone()),
            ("OTLP_PORT".to_owned(), receiver.clone()),
        ]);
        run_checked(program).await?;
    }
    platform.stop().await;
    Ok(())
}
