//! Tests of the project's own routes, and of the rules of `vercel.json` that are refused.

use super::*;

const PROJECT: &str = include_str!("../../../../vercel.json");

fn project() -> (tempfile::TempDir, Routes) {
    let dist = tempfile::tempdir().unwrap();
    std::fs::create_dir(dist.path().join("assets")).unwrap();
    std::fs::write(dist.path().join("index.html"), "<p>").unwrap();
    std::fs::write(dist.path().join("assets/app.js"), "1").unwrap();
    let functions = [
        "audit", "login", "users", "me", "recovery", "keys", "health",
    ]
    .map(str::to_owned);
    let configuration = VercelJson::parse(PROJECT).unwrap();
    let routes = Routes::new(&configuration, dist.path(), functions).unwrap();
    (dist, routes)
}

fn function(name: &str) -> Destination {
    Destination::Function {
        name: name.to_owned(),
        added_query: String::new(),
    }
}

#[test]
fn functions_are_reached_at_their_own_paths_and_through_rewrites() {
    let (_dist, routes) = project();
    for (path, name) in [
        ("/api/login", "login"),
        ("/api/users", "users"),
        ("/api/users/7", "users"),
        ("/api/users/7/sessions/8", "users"),
        ("/api/roles", "users"),
        ("/api/system", "health"),
        ("/api/audit", "audit"),
        ("/api/audit/sign-ins", "audit"),
        ("/api/me/sessions", "me"),
        ("/api/recovery/inspect", "recovery"),
        ("/health", "health"),
        ("/api/health", "health"),
        ("/.well-known/jwks.json", "keys"),
        ("/.well-known/openid-configuration", "keys"),
        ("/.well-known/oauth-authorization-server", "keys"),
        ("/.well-known/oauth-authorization-server/auth", "keys"),
        ("/api/keys/jwks.json", "keys"),
        ("/api/keys/openid-configuration", "keys"),
        // For a missing asset, the response comes from a function, because its 404 forbids caching. The platform's own
        // 404 would have the immutable Cache-Control that vercel.json sets for all paths below /assets.
        ("/assets/missing.js", "keys"),
        ("/assets/missing%2ejs", "keys"),
    ] {
        assert_eq!(routes.resolve(path), function(name), "{path}");
    }
}

#[test]
fn other_paths_under_api_do_not_exist() {
    let (_dist, routes) = project();
    for path in [
        "/api/unknown",
        "/api/loginx",
        "/api/login/x",
        "/api/Login",
        "/api/users.rs",
    ] {
        assert_eq!(routes.resolve(path), Destination::NotFound, "{path}");
    }
}

#[test]
fn a_path_that_looks_like_a_file_is_a_file_or_does_not_exist() {
    let (_dist, routes) = project();
    for path in [
        "/robots.txt",
        "/favicon.ico",
        "/index.php",
        "/users/ada.json",
        "/.env",
        "/.git/config",
        "/.well-known",
        "/.well-known/unknown",
        "/.well-known/openid-configuration.json",
        "/.well-known/acme-challenge/token",
        "/%2ewell-known/unknown",
        "/%2Ewell-known/unknown",
        "/robots%2etxt",
        "/assets%2fmissing.js",
        "/../../etc/passwd",
        "/api",
        "/welcome.js",
    ] {
        assert_eq!(routes.resolve(path), Destination::NotFound, "{path}");
    }
}

#[test]
fn the_well_known_address_for_changing_a_password_leads_to_the_account_page() {
    let (_dist, routes) = project();
    let to = "/account".to_owned();
    let redirect = Destination::Redirect {
        to,
        permanent: false,
    };
    let path = "/.well-known/change-password";
    assert_eq!(routes.resolve(path), redirect);
}

#[test]
fn every_other_path_is_a_file_or_the_console() {
    let (dist, routes) = project();
    let file = |name: &str| Destination::File(dist.path().join(name));
    assert_eq!(routes.resolve("/"), file("index.html"));
    assert_eq!(routes.resolve("/assets/app.js"), file("assets/app.js"));
    for path in [
        "/sign-in",
        "/users",
        "/users/7",
        "/users/0193a5c0-0000-7000-8000-000000000000",
        "/unknown",
        "/assets",
        "/apis",
        // A mail program may percent-encode the `#` of a one-time link. The console corrects the URL.
        "/welcome%23hpl_AbCd",
        "/welcome%23hpl_AbCd.",
    ] {
        assert_eq!(routes.resolve(path), file("index.html"), "{path}");
    }
    for (path, to) in [
        ("/health/", "/health"),
        ("//elsewhere.example/", "/elsewhere.example"),
    ] {
        let (to, permanent) = (to.to_owned(), true);
        let redirect = Destination::Redirect { to, permanent };
        assert_eq!(routes.resolve(path), redirect, "{path}");
    }
}

#[test]
fn the_sites_headers_are_those_of_the_security_model() {
    let (_dist, routes) = project();
    for path in [
        "/",
        "/users",
        "/assets/app.js",
        "/api/login",
        "/api/nothing",
        "/health",
    ] {
        let headers = routes.headers_for(path);
        let header = |name: &str| {
            let found: Vec<_> = headers.iter().filter(|(key, _)| *key == name).collect();
            let [(_, value)] = found[..] else {
                panic!("{path}: {name}: {found:?}")
            };
            value.to_str().unwrap().to_owned()
        };
        let hsts = header("strict-transport-security");
        let (age, rest) = hsts.split_once("; ").unwrap();
        let age: u64 = age.strip_prefix("max-age=").unwrap().parse().unwrap();
        assert!(age >= 31_536_000 && rest == "includeSubDomains", "{hsts}");
        let policy = header("content-security-policy");
        for directive in [
            "default-src 'none'",
            "script-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ] {
            let has_it = policy.split("; ").any(|found| found == directive);
            assert!(has_it, "{directive}: {policy}");
        }
        // The policy must not allow other origins, nor text that is executed as code.
        for word in ["unsafe", "http", "*", "blob:"] {
            assert!(!policy.contains(word), "{word}: {policy}");
        }
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(header("x-frame-options"), "DENY");
    }
}

#[test]
fn if_several_rules_set_a_header_the_last_one_counts() {
    let configuration = VercelJson::parse(
        r#"{"headers": [
            {"source": "/(.*)", "headers": [{"key": "X-A", "value": "1"}, {"key": "X-B", "value": "1"}]},
            {"source": "/assets/(.*)", "headers": [{"key": "x-a", "value": "2"}]}
        ]}"#,
    )
    .unwrap();
    let routes = Routes::new(&configuration, "nowhere", []).unwrap();
    let names = |path: &str| -> Vec<String> {
        let headers = routes.headers_for(path);
        headers
            .iter()
            .map(|(name, value)| format!("{name}={}", value.to_str().unwrap()))
            .collect()
    };
    assert_eq!(names("/x"), ["x-a=1", "x-b=1"]);
    assert_eq!(names("/assets/x"), ["x-b=1", "x-a=2"]);
}

#[test]
fn names_are_put_in_or_appended_to_the_query() {
    let configuration = VercelJson::parse(
        r#"{"rewrites": [
            {"source": "/a/:id", "destination": "/api/login?kept=1"},
            {"source": "/b/:id/(x|y)", "destination": "/api/login?id=:id&rest=$2"},
            {"source": "/c/:name(log.*)", "destination": "/api/:name"},
            {"source": "/d\\(1\\).+", "destination": "/api/login"}
        ]}"#,
    );
    let Err(Error::Configuration(problem)) =
        configuration.and_then(|it| Routes::new(&it, "nowhere", ["login".to_owned()]))
    else {
        panic!("a modifier must be refused");
    };
    assert!(problem.contains("does not do \"+\""), "{problem}");

    let configuration = VercelJson::parse(
        r#"{"rewrites": [
            {"source": "/a/:id", "destination": "/api/login?kept=1"},
            {"source": "/b/:id/(x|y)", "destination": "/api/login?id=:id&rest=$2"},
            {"source": "/c/:name(log.*)", "destination": "/api/:name"}
        ]}"#,
    )
    .unwrap();
    let routes = Routes::new(&configuration, "nowhere", ["login".to_owned()]).unwrap();
    let query = |path: &str| match routes.resolve(path) {
        Destination::Function { added_query, .. } => added_query,
        other => panic!("{path}: {other:?}"),
    };
    assert_eq!(query("/a/7"), "kept=1&id=7");
    assert_eq!(query("/b/7/x"), "id=7&rest=x");
    assert_eq!(query("/c/login"), "");
    assert_eq!(routes.resolve("/a/7/8"), Destination::NotFound);
    assert_eq!(routes.resolve("/b/7/z"), Destination::NotFound);
}

#[test]
fn redirects_come_before_files_and_fill_in_what_the_source_matched() {
    let dist = tempfile::tempdir().unwrap();
    std::fs::write(dist.path().join("old"), "a file").unwrap();
    let configuration = VercelJson::parse(
        r#"{"redirects": [
            {"source": "/old", "destination": "/new"},
            {"source": "/old/:id", "destination": "/new/:id", "permanent": false},
            {"source": "/other/:id", "destination": "/new"}
        ]}"#,
    )
    .unwrap();
    let routes = Routes::new(&configuration, dist.path(), []).unwrap();
    for (path, to, permanent) in [
        ("/old", "/new", true),
        ("/old/7", "/new/7", false),
        ("/other/7", "/new?id=7", true),
    ] {
        let to = to.to_owned();
        let redirect = Destination::Redirect { to, permanent };
        assert_eq!(routes.resolve(path), redirect, "{path}");
    }
}

#[test]
fn rules_that_vercel_would_read_differently_are_refused() {
    for (text, problem) in [
        (
            r#"{"rewrites": [{"source": "/a*", "destination": "/b"}]}"#,
            "outside of parentheses",
        ),
        (
            r#"{"rewrites": [{"source": "/:a*", "destination": "/b"}]}"#,
            "outside of parentheses",
        ),
        (
            r#"{"rewrites": [{"source": "/{a}?", "destination": "/b"}]}"#,
            "outside of parentheses",
        ),
        (
            r#"{"rewrites": [{"source": "/(a", "destination": "/b"}]}"#,
            "unbalanced",
        ),
        (
            r#"{"rewrites": [{"source": "/(?!a)", "destination": "/b"}]}"#,
            "lookahead",
        ),
        (
            r#"{"rewrites": [{"source": "/((a))", "destination": "/b"}]}"#,
            "capturing",
        ),
        (
            r#"{"rewrites": [{"source": "/a", "destination": "/:b"}]}"#,
            "no group :b",
        ),
        (
            r#"{"rewrites": [{"source": "/(a)", "destination": "/$2"}]}"#,
            "no group $2",
        ),
        (
            r#"{"rewrites": [{"source": "/a", "destination": "https://b"}]}"#,
            "own paths only",
        ),
        (
            r#"{"rewrites": [{"source": "/a", "destination": "/b", "has": []}]}"#,
            "has",
        ),
        (
            r#"{"headers": [{"source": "/a", "headers": [{"key": "a b", "value": ""}]}]}"#,
            "name",
        ),
        (
            r#"{"redirects": [{"source": "/a", "destination": "/b", "statusCode": 303}]}"#,
            "statusCode",
        ),
        (
            r#"{"redirects": [{"source": "/a", "destination": "https://b"}]}"#,
            "own paths only",
        ),
        (r#"{"cleanUrls": true}"#, "cleanUrls"),
        (r#"{"routes": []}"#, "routes"),
        (r#"{"trailingSlash": true}"#, "trailingSlash"),
    ] {
        let outcome = VercelJson::parse(text).and_then(|it| Routes::new(&it, "nowhere", []));
        let error = outcome.expect_err(text).to_string();
        assert!(error.contains(problem), "{text}: {error}");
    }
}
