//! Documentation of all items, including private ones. All warnings are errors.

use hallpass_platform::Error;

use crate::ci::context::{Context, run_checked};

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let arguments = [
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ];
    let mut doc = context.program("cargo", &arguments);
    let flags = (
        "RUSTDOCFLAGS".to_owned(),
        "-D warnings -A rustdoc::private_intra_doc_links".to_owned(),
    );
    doc.environment.push(flags);
    run_checked(doc).await
}
