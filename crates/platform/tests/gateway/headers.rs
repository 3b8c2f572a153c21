//! Headers that the platform sets about the client, and which of several headers takes priority.

use std::net::Ipv4Addr;

use hallpass_test_support::client::{get, get_with};

use crate::client::{echo, id};
use crate::site::Site;

#[tokio::test]
async fn only_the_platform_says_who_the_client_is() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let lies = [
        ("x-real-ip", "6.6.6.6"),
        ("x-forwarded-for", "6.6.6.6, 7.7.7.7"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "gopher"),
        ("forwarded", "for=6.6.6.6"),
        ("x-vercel-forwarded-for", "6.6.6.6"),
        ("x-vercel-id", "forged"),
        ("x-vercel-internal-invocation-id", "forged"),
        ("x-vercel-ip-country", "XX"),
        ("x-vercel-ip-country-region", "XX"),
        ("x-vercel-ip-city", "Nowhere"),
        ("x-kept", "yes"),
    ];
    let url = format!("http://127.0.0.1:{}/api/echo", platform.port());
    let answer = get_with(&url, &lies).await;
    let seen = &echo(&answer)["headers"];
    let host = format!("127.0.0.1:{}", platform.port());
    for (name, value) in [
        ("x-real-ip", "127.0.0.1"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-vercel-forwarded-for", "127.0.0.1"),
        ("x-forwarded-host", host.as_str()),
        ("host", host.as_str()),
        ("x-forwarded-proto", "http"),
        ("x-vercel-id", id(&answer)),
        ("x-vercel-internal-invocation-id", id(&answer)),
        ("x-kept", "yes"),
    ] {
        assert_eq!(seen[name], value, "{name}");
    }
    assert!(seen.get("forwarded").is_none());
    for name in ["country", "country-region", "city"] {
        assert!(seen.get(format!("x-vercel-ip-{name}")).is_none(), "{name}");
    }
    platform.stop().await;
}

#[tokio::test]
async fn only_the_platform_says_where_the_client_is() {
    let site = Site::new();
    let platform = site
        .platform()
        .place(Ipv4Addr::LOCALHOST, "BR", "S\u{e3}o Paulo");
    let platform = platform.start().await.unwrap();
    let lies = [
        ("x-vercel-ip-country", "XX"),
        ("x-vercel-ip-city", "Nowhere"),
    ];
    let url = format!("http://127.0.0.1:{}/api/echo", platform.port());
    let seen = &echo(&get_with(&url, &lies).await)["headers"];
    assert_eq!(seen["x-vercel-ip-country"], "BR");
    assert_eq!(seen["x-vercel-ip-city"], "S%C3%A3o%20Paulo");
    platform.stop().await;
}

#[tokio::test]
async fn headers_of_one_connection_are_not_passed_on() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let headers = [("connection", "x-hop"), ("x-hop", "1"), ("te", "trailers")];
    let answer = get_with(&format!("{}/api/echo", platform.url()), &headers).await;
    let seen = &echo(&answer)["headers"];
    assert!(
        seen.get("x-hop").is_none() && seen.get("te").is_none(),
        "{seen}"
    );
    platform.stop().await;
}

#[tokio::test]
async fn every_answer_has_its_own_id() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let mut ids = std::collections::BTreeSet::new();
    for path in ["/", "/api/echo", "/api/unknown", "/x/", "/api/echo"] {
        let answer = get(&format!("{}{path}", platform.url())).await;
        assert!(id(&answer).starts_with("dev1::"), "{path}");
        ids.insert(id(&answer).to_owned());
    }
    assert_eq!(ids.len(), 5);
    platform.stop().await;
}

#[tokio::test]
async fn a_functions_own_header_takes_priority_over_the_configuration() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/api/echo", platform.url());
    assert_eq!(
        get(&url).await.header("x-own"),
        Some("from the configuration")
    );
    let own = get(&format!("{url}?header=x-own:mine")).await;
    assert_eq!(own.header("x-own"), Some("mine"));
    assert_eq!(own.header("x-frame-options"), Some("DENY"));
    platform.stop().await;
}

#[tokio::test]
async fn a_function_has_vercels_variables_and_none_of_this_machines() {
    let site = Site::new();
    let platform = site
        .platform()
        .env("OURS", "1")
        .env("VERCEL_ENV", "preview")
        .start()
        .await
        .unwrap();
    let seen = echo(&get(&format!("{}/api/echo", platform.url())).await);
    let environment = &seen["environment"];
    assert_eq!(environment["VERCEL"], "1");
    assert_eq!(environment["VERCEL_ENV"], "preview");
    assert_eq!(environment["VERCEL_REGION"], "dev1");
    assert_eq!(environment["HALLPASS_URL"], platform.url());
    assert_eq!(environment["OURS"], "1");
    assert!(environment.get("CARGO_MANIFEST_DIR").is_none() && environment.get("HOME").is_none());

    platform.set_env("OURS", "2");
    platform.remove_env("VERCEL_REGION");
    platform.recycle().await;
    let seen = echo(&get(&format!("{}/api/echo", platform.url())).await);
    assert_eq!(seen["environment"]["OURS"], "2");
    assert!(seen["environment"].get("VERCEL_REGION").is_none());
    platform.stop().await;
}
