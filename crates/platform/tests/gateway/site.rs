//! A temporary project for each test: `vercel.json`, static files, and the function `echo`.

use std::path::{Path, PathBuf};

use hallpass_platform::{Platform, PlatformBuilder};

const VERCEL_JSON: &str = r#"{
  "outputDirectory": "dist",
  "trailingSlash": false,
  "rewrites": [
    { "source": "/spoken/(.*)", "destination": "/api/echo" },
    { "source": "/named/:id", "destination": "/api/echo?kept=1" },
    { "source": "/assets/(.*)", "destination": "/api/echo?status=404&header=cache-control=no-store" },
    { "source": "/((?!api(?:/|$))[^.]*)", "destination": "/index.html" }
  ],
  "headers": [
    { "source": "/(.*)", "headers": [
      { "key": "X-Frame-Options", "value": "DENY" },
      { "key": "X-Own", "value": "from the configuration" }
    ] },
    { "source": "/assets/(.*)", "headers": [
      { "key": "Cache-Control", "value": "public, max-age=31536000, immutable" }
    ] }
  ]
}"#;

/// A project on disk, which is deleted when the value is dropped.
pub(crate) struct Site {
    root: tempfile::TempDir,
}

impl Site {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(root.path().join(name), text).unwrap();
        std::fs::create_dir_all(root.path().join("dist/assets")).unwrap();
        std::fs::create_dir(root.path().join("api")).unwrap();
        write("vercel.json", VERCEL_JSON);
        write("dist/index.html", "<p>the console</p>");
        write("dist/assets/app.js", "export {}");
        write("secret.txt", "secret");
        Self { root }
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn platform(&self) -> PlatformBuilder {
        Platform::builder()
            .root(self.root())
            .function("echo", echo())
    }
}

/// Cargo builds the examples of a package with its tests, in a directory next to that of the tests.
fn echo() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let echo = test.ancestors().nth(2).unwrap().join("examples/echo");
    assert!(
        echo.is_file(),
        "{} is built with: cargo build --examples",
        echo.display()
    );
    echo
}
