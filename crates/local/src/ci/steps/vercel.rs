//! Conformance with the real Vercel CLI; see [`crate::conformance`].

use crate::{
    Error,
    ci::{context::Context, machine},
    conformance,
};

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    if !machine::has(&["npm"]) {
        return Err(Error::Step(
            "npm is missing: install Node.js 20.19 or later".to_owned(),
        ));
    }
    let root = context.root().to_owned();
    let cli = conformance::Cli::installed(&root).await?;
    let stack = context.stack().await?;
    let deployed = conformance::Deployed {
        url: stack.url().to_owned(),
        environment: stack.environment()?,
        administrator: stack.administrator().map(|(_, value)| value),
    };
    cli.build(&[]).await?;
    conformance::verify(&root)?;
    conformance::answer(&root, &deployed).await?;
    conformance::compare(&cli, &deployed).await
}
