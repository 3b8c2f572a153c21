//! Which function, file or error each path leads to.

use hallpass_test_support::client::{get, get_with, send};
use hyper::{Request, StatusCode};

use crate::client::{echo, raw};
use crate::site::Site;

#[tokio::test]
async fn a_function_sees_the_original_path_and_query() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    for (path, seen) in [
        ("/api/echo?a=1&b=%20", "/api/echo?a=1&b=%20"),
        ("/spoken/by/me?a=1", "/spoken/by/me?a=1"),
        ("/named/7?a=1", "/named/7?a=1&kept=1&id=7"),
        ("/named/7", "/named/7?kept=1&id=7"),
    ] {
        let answer = get(&format!("{}{path}", platform.url())).await;
        assert_eq!(echo(&answer)["uri"], seen, "{path}");
    }
    platform.stop().await;
}

#[tokio::test]
async fn static_files_come_before_rewrites_and_have_an_entity_tag() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/assets/app.js", platform.url());
    let answer = get(&url).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (StatusCode::OK, "export {}")
    );
    assert_eq!(
        answer.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(
        answer.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );

    let etag = answer.header("etag").unwrap();
    let again = get_with(&url, &[("if-none-match", etag)]).await;
    assert_eq!(
        (again.status, again.text().as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );

    let head = send(Request::head(&url).body("").unwrap()).await;
    assert_eq!((head.status, head.text().as_str()), (StatusCode::OK, ""));
    assert_eq!(head.header("content-length"), Some("9"));

    let post = send(Request::post(&url).body("x").unwrap()).await;
    assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
    platform.stop().await;
}

#[tokio::test]
async fn other_paths_lead_to_the_console_and_unknown_functions_are_404() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    for path in ["/", "/users/7", "/apis"] {
        let answer = get(&format!("{}{path}", platform.url())).await;
        assert_eq!(answer.text(), "<p>the console</p>", "{path}");
    }
    for path in ["/api/unknown", "/api/echo/more", "/robots.txt", "/api/"] {
        let answer = get(&format!("{}{path}", platform.url())).await;
        if path == "/api/" {
            assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
            assert_eq!(answer.header("location"), Some("/api"));
            continue;
        }
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            answer
                .text()
                .starts_with("The page could not be found\n\nNOT_FOUND\n"),
            "{path}"
        );
        assert_eq!(answer.header("x-vercel-error"), Some("NOT_FOUND"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
    }
    platform.stop().await;
}

#[tokio::test]
async fn the_404_for_a_missing_asset_is_not_cached() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let answer = get(&format!("{}/assets/missing.js", platform.url())).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    platform.stop().await;
}

#[tokio::test]
async fn no_path_leads_out_of_the_static_files() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = raw(platform.port(), &request).await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
        assert!(!answer.ends_with("secret"), "{path}: {answer}");
    }
    platform.stop().await;
}

#[tokio::test]
async fn the_error_for_a_port_in_use_suggests_another_port() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let error = site
        .platform()
        .port(platform.port())
        .start()
        .await
        .unwrap_err()
        .to_string();
    let next = format!("--port {}", platform.port() + 1);
    assert!(
        error.contains(&next) && error.contains("is in use"),
        "{error}"
    );
    platform.stop().await;
}

#[tokio::test]
async fn both_addresses_of_localhost_answer() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let port = platform.port();
    assert_eq!(
        get(&format!("http://127.0.0.1:{port}/")).await.status,
        StatusCode::OK
    );
    if std::net::TcpListener::bind("[::1]:0").is_ok() {
        assert_eq!(
            get(&format!("http://[::1]:{port}/")).await.status,
            StatusCode::OK
        );
    }
    platform.stop().await;
}
