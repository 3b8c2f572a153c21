//! Static files of the console. A path never leads out of their directory. Responses have an entity tag.

use std::path::{Component, Path, PathBuf};

use hyper::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH,
};
use hyper::{HeaderMap, Method, StatusCode};
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};

use crate::Error;
use crate::hex::hex;

/// Response with a static file.
#[derive(Debug)]
pub(crate) struct StaticFile {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// The file for a path: the path itself, or the `index.html` in that directory.
pub(super) fn find(root: &Path, path: &str) -> Option<PathBuf> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let relative = Path::new(decoded.strip_prefix('/')?);
    let harmless = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    // Empty segments, `.` and `..` would allow several paths to the same file, and a NUL byte ends a C string.
    let canonical = decoded
        .split('/')
        .skip(1)
        .all(|segment| segment != "." && segment != "..");
    if !harmless || !canonical || decoded.contains(['\0', '\\']) || decoded.contains("//") {
        return None;
    }
    let mut file = root.join(relative);
    if file.is_dir() {
        file.push("index.html");
    }
    // A symbolic link may point outside of the directory.
    let real = file.canonicalize().ok()?;
    let inside = real.starts_with(root.canonicalize().ok()?);
    (inside && real.is_file()).then_some(file)
}

impl StaticFile {
    /// Reads a file and responds as Vercel does.
    pub(crate) async fn read(
        file: &Path,
        method: &Method,
        request: &HeaderMap,
    ) -> Result<Self, Error> {
        if method != Method::GET && method != Method::HEAD {
            let headers = HeaderMap::from_iter([(ALLOW, HeaderValue::from_static("GET, HEAD"))]);
            return Ok(Self {
                status: StatusCode::METHOD_NOT_ALLOWED,
                headers,
                body: Vec::new(),
            });
        }
        let body = tokio::fs::read(file).await.map_err(Error::file(file))?;
        let etag = etag(&body);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type(file));
        headers.insert(
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=0, must-revalidate"),
        );
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("none"));
        let known = request
            .get_all(IF_NONE_MATCH)
            .iter()
            .any(|value| names(value, &etag));
        if let Ok(etag) = etag.parse() {
            headers.insert(ETAG, etag);
        }
        if known {
            headers.remove(CONTENT_TYPE);
            return Ok(Self {
                status: StatusCode::NOT_MODIFIED,
                headers,
                body: Vec::new(),
            });
        }
        Ok(Self {
            status: StatusCode::OK,
            headers,
            body,
        })
    }
}

fn etag(body: &[u8]) -> String {
    format!("\"{}\"", hex(&Sha256::digest(body)[..16]))
}

/// The comparison is weak, and `*` matches every entity tag (RFC 9110 section 13.1.2).
fn names(if_none_match: &HeaderValue, etag: &str) -> bool {
    if_none_match.to_str().is_ok_and(|list| {
        list.split(',')
            .map(str::trim)
            .any(|one| one == "*" || one.trim_start_matches("W/") == etag)
    })
}

fn content_type(file: &Path) -> HeaderValue {
    let guess = mime_guess::from_path(file).first_or_octet_stream();
    let text = guess.type_() == "text"
        || matches!(
            guess.subtype().as_str(),
            "javascript" | "json" | "manifest+json" | "xml"
        )
        || guess.essence_str() == "image/svg+xml";
    let value = if text {
        format!("{guess}; charset=utf-8")
    } else {
        guess.to_string()
    };
    value
        .parse()
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> tempfile::TempDir {
        let outside = tempfile::tempdir().unwrap();
        let root = outside.path().join("dist");
        std::fs::create_dir_all(root.join("assets")).unwrap();
        std::fs::write(outside.path().join("secret.txt"), "secret").unwrap();
        std::fs::write(root.join("index.html"), "<p>home").unwrap();
        std::fs::write(root.join("assets/app.js"), "let a").unwrap();
        std::fs::write(root.join("assets/a b.txt"), "blank").unwrap();
        std::os::unix::fs::symlink("../secret.txt", root.join("link.txt")).unwrap();
        outside
    }

    #[test]
    fn files_and_index_pages_are_found() {
        let site = site();
        let root = site.path().join("dist");
        assert_eq!(find(&root, "/"), Some(root.join("index.html")));
        assert_eq!(
            find(&root, "/assets/app.js"),
            Some(root.join("assets/app.js"))
        );
        assert_eq!(
            find(&root, "/assets/a%20b.txt"),
            Some(root.join("assets/a b.txt"))
        );
        assert_eq!(
            find(&root, "/assets"),
            None,
            "a directory without an index page"
        );
    }

    #[test]
    fn nothing_outside_the_directory_is_found() {
        let site = site();
        let root = site.path().join("dist");
        for path in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/assets/../../secret.txt",
            "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
            "/..%5csecret.txt",
            "/link.txt",
            "//index.html",
            "/./index.html",
            "/index.html%00",
            "/assets//app.js",
            "secret.txt",
            "/%ff",
        ] {
            assert_eq!(find(&root, path), None, "{path}");
        }
    }

    #[tokio::test]
    async fn a_known_etag_gets_no_body() {
        let site = site();
        let file = site.path().join("dist/assets/app.js");
        let fresh = StaticFile::read(&file, &Method::GET, &HeaderMap::new())
            .await
            .unwrap();
        assert_eq!(fresh.status, StatusCode::OK);
        assert_eq!(
            fresh.headers[CONTENT_TYPE],
            "text/javascript; charset=utf-8"
        );
        let etag = fresh.headers[ETAG].to_str().unwrap();
        for known in [
            etag.to_owned(),
            format!("W/{etag}"),
            format!("\"x\", {etag}"),
            "*".into(),
        ] {
            let request = HeaderMap::from_iter([(IF_NONE_MATCH, known.parse().unwrap())]);
            let again = StaticFile::read(&file, &Method::GET, &request)
                .await
                .unwrap();
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{known}");
            assert!(again.body.is_empty());
        }
        let request = HeaderMap::from_iter([(IF_NONE_MATCH, "\"other\"".parse().unwrap())]);
        let again = StaticFile::read(&file, &Method::GET, &request)
            .await
            .unwrap();
        assert_eq!(again.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn only_get_and_head_are_allowed() {
        let site = site();
        let file = site.path().join("dist/index.html");
        let answer = StaticFile::read(&file, &Method::POST, &HeaderMap::new())
            .await
            .unwrap();
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers[ALLOW], "GET, HEAD");
    }
}
