//! The platform's headers about the origin of a request: IP address, location, request id and user agent are each valid
//! or ignored, and cannot break a log line.
#![no_main]

use std::net::IpAddr;

use axum::body::Body;
use axum::http::{HeaderValue, Request};
use hallpass_core::client::USER_AGENT_MAX;
use hallpass_core::geolocation::CITY_MAX;
use hallpass_core::{Client, Geolocation};
use hallpass_fuzz::{Functions, text};
use libfuzzer_sys::fuzz_target;

const HEADERS: [&str; 8] = [
    "x-real-ip",
    "x-vercel-forwarded-for",
    "x-forwarded-for",
    "forwarded",
    "x-vercel-id",
    "user-agent",
    "x-vercel-ip-country",
    "x-vercel-ip-city",
];

fuzz_target!(|data: &[u8]| {
    let mut request = Request::get("/.well-known/jwks.json")
        .body(Body::empty())
        .unwrap_or_else(|error| panic!("{error}"));
    for (name, line) in HEADERS.into_iter().zip(data.split(|byte| *byte == b'\n')) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            request.headers_mut().insert(name, value);
        }
    }
    let given = request.headers().get("x-vercel-id").cloned();
    let answer = Functions::get().answer("keys", request);
    assert_eq!(answer.status, 200);
    let id = answer.headers["x-request-id"].as_bytes();
    assert!(!id.is_empty() && id.len() <= 128 && id.iter().all(u8::is_ascii_graphic));
    let is_plain = |id: &HeaderValue| {
        id.len() <= 128 && !id.is_empty() && id.as_bytes().iter().all(u8::is_ascii_graphic)
    };
    if let Some(given) = given.filter(is_plain) {
        assert_eq!(id, given.as_bytes());
    }

    let agent = text(data);
    let ip: Option<IpAddr> = agent.trim().parse().ok();
    let client = Client::new(ip, Some(&agent), String::new());
    let kept = client.user_agent.as_deref().unwrap_or_default();
    assert!(kept.chars().count() <= USER_AGENT_MAX && !kept.contains(char::is_control));
    if let Some(city) = Geolocation::new("DE", Some(&agent)).and_then(|place| place.city) {
        assert!((1..=CITY_MAX).contains(&city.chars().count()) && !city.contains(char::is_control));
    }
    let network = client.network();
    assert_eq!(network.is_some(), ip.is_some());
    for name in [network.as_deref(), client.site().as_deref()]
        .into_iter()
        .flatten()
    {
        assert!(name.is_ascii() && !name.is_empty() && name.len() < 48);
    }
    // All addresses of a network give the same network, in every notation.
    if let Some(IpAddr::V6(ip)) = ip.filter(|ip| ip.to_canonical().is_ipv6()) {
        let last = (u128::from(ip) | u128::from(u64::MAX)).to_be_bytes();
        let neighbour = Client::new(Some(IpAddr::from(last)), None, String::new());
        assert_eq!(neighbour.network(), network);
    }
    if let Some(IpAddr::V4(ip)) = ip {
        let mapped = Client::new(Some(ip.to_ipv6_mapped().into()), None, String::new());
        assert_eq!(mapped.network(), network);
    }
});
