use std::collections::HashMap;

use super::*;

const SECRET: &str = "/mPAwiTtniOtB4WVTwZo9/WNmg7DPRFVRHfG4ETrZlk=";
const VERIFIED: &str = "postgres://u:p@db.example.com/app?sslmode=verify-full";

fn read(variables: &[(&str, &str)]) -> Result<Config, String> {
    let map: HashMap<String, String> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Config::read(&|name| map.get(name).cloned()).map_err(|errors| errors.to_string())
}

#[test]
fn two_variables_are_enough() {
    let config = read(&[
        ("DATABASE_URL", VERIFIED),
        ("HALLPASS_SECRET", SECRET),
        ("VERCEL_ENV", "production"),
    ])
    .unwrap();
    assert!(config.environment.is_production());
    assert!(config.database.verifies_tls());
    assert_eq!(config.session_idle, Duration::days(7));
    assert_eq!(config.session_max, Duration::days(30));
    assert_eq!(config.database.max_connections, 3);
}

#[test]
fn all_configuration_errors_are_reported_on_one_line() {
    let error = read(&[
        ("HALLPASS_SECRET", "c2hvcnQ="),
        ("DATABASE_CONNECTION_LIMIT", "none"),
    ])
    .unwrap_err();
    assert_eq!(error.lines().count(), 1);
    assert!(error.contains("HALLPASS_SECRET is 5 bytes"), "{error}");
    assert!(error.contains("DATABASE_URL is missing"), "{error}");
    let error = read(&[]).unwrap_err();
    assert!(error.contains("HALLPASS_SECRET is missing"), "{error}");
}

#[test]
fn an_error_never_shows_a_value() {
    let error = read(&[
        ("HALLPASS_SECRET", "hunter2"),
        ("DATABASE_URL", "mysql://u:hunter2@h/d"),
    ])
    .unwrap_err();
    assert!(!error.contains("hunter2"), "{error}");
    let config = read(&[
        ("HALLPASS_SECRET", SECRET),
        ("DATABASE_URL", "postgres://u:hunter2@127.0.0.1/d"),
    ])
    .unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn t44_production_refuses_a_database_that_does_not_verify_tls() {
    for query in ["", "?sslmode=disable", "?sslmode=prefer", "?sslmode=allow"] {
        let url = format!("postgres://u:p@db.example.com/app{query}");
        let production = [
            ("DATABASE_URL", url.as_str()),
            ("HALLPASS_SECRET", SECRET),
            ("VERCEL_ENV", "production"),
        ];
        let error = read(&production).unwrap_err();
        assert!(
            error.contains("DATABASE_URL does not verify TLS"),
            "{query}: {error}"
        );
    }
}

#[test]
fn require_as_the_integrations_write_it_is_raised_to_full_verification() {
    let url = "postgres://u:p@db.example.com/app?sslmode=require&channel_binding=require";
    let config = read(&[
        ("POSTGRES_URL", url),
        ("HALLPASS_SECRET", SECRET),
        ("VERCEL_ENV", "production"),
    ])
    .unwrap();
    assert!(config.database.verifies_tls());
    assert_eq!(config.database.variable, "POSTGRES_URL");
}

#[test]
fn loopback_and_sockets_need_no_tls() {
    for url in [
        "postgres://u:p@127.0.0.1/app",
        "postgres://u:p@localhost/app",
        "postgres://u:p@[::1]/app",
        "postgres:///app?host=/run/postgresql",
    ] {
        read(&[
            ("DATABASE_URL", url),
            ("HALLPASS_SECRET", SECRET),
            ("VERCEL_ENV", "production"),
        ])
        .unwrap();
    }
}

#[test]
fn variables_are_taken_in_the_integrations_order() {
    let pooled = "postgres://u:p@127.0.0.1/pooled";
    let plain = "postgres://u:p@127.0.0.1/plain";
    let config = read(&[
        ("DATABASE_URL", plain),
        ("DATABASE_URL_POOLED", pooled),
        ("HALLPASS_SECRET", SECRET),
    ])
    .unwrap();
    assert_eq!(config.database.variable, "DATABASE_URL_POOLED");
    let direct = DatabaseConfig::direct(&|name| match name {
        "DATABASE_URL" => Some(plain.to_owned()),
        "POSTGRES_URL_NON_POOLING" => Some(pooled.to_owned()),
        _ => None,
    });
    assert_eq!(direct.unwrap().variable, "POSTGRES_URL_NON_POOLING");
}

#[test]
fn prismas_pgbouncer_parameter_selects_the_unnamed_mode() {
    let mode = |query: &str, set: &str| {
        let url = format!("postgres://u:p@127.0.0.1/app{query}");
        read(&[
            ("DATABASE_URL", url.as_str()),
            ("HALLPASS_SECRET", SECRET),
            ("DATABASE_POOLER", set),
        ])
        .map(|config| config.database.pooler)
    };
    assert_eq!(
        mode("?pgbouncer=true&connection_limit=1", "").unwrap(),
        PoolerMode::Unnamed
    );
    assert_eq!(mode("?pgbouncer=true", "named").unwrap(), PoolerMode::Named);
    assert_eq!(mode("", "").unwrap(), PoolerMode::Auto);
    assert!(
        mode("", "sometimes")
            .unwrap_err()
            .contains("DATABASE_POOLER must be")
    );
}

/// The public URL and the origins that these variables result in.
fn site(variables: &[(&str, &str)]) -> Result<(Option<String>, Vec<String>), String> {
    let base = [("DATABASE_URL", VERIFIED), ("HALLPASS_SECRET", SECRET)];
    read(&[&base, variables].concat()).map(|config| (config.url, config.origins))
}

const PLATFORM: [(&str, &str); 3] = [
    ("VERCEL_PROJECT_PRODUCTION_URL", "accounts.example.com"),
    ("VERCEL_BRANCH_URL", "app-git-topic.vercel.app"),
    ("VERCEL_URL", "App-abc123.vercel.app"),
];

#[test]
fn a_deployment_is_reached_at_its_own_host_which_depends_on_the_environment() {
    for (environment, origins) in [
        (
            "production",
            &[
                "https://accounts.example.com",
                "https://app-git-topic.vercel.app",
                "https://app-abc123.vercel.app",
            ][..],
        ),
        (
            "preview",
            &[
                "https://app-git-topic.vercel.app",
                "https://app-abc123.vercel.app",
            ],
        ),
        (
            "development",
            &[
                "http://app-git-topic.vercel.app",
                "http://app-abc123.vercel.app",
            ],
        ),
    ] {
        let with_environment = [&PLATFORM[..], &[("VERCEL_ENV", environment)]].concat();
        let (url, found) = site(&with_environment).unwrap();
        assert_eq!(found, origins, "{environment}");
        assert_eq!(url.as_deref(), Some(origins[0]), "{environment}");
        let own = ("HALLPASS_URL", "https://login.example.com/");
        let (url, found) = site(&[&with_environment[..], &[own]].concat()).unwrap();
        assert_eq!(url.as_deref(), Some("https://login.example.com"));
        assert_eq!(found[0], "https://login.example.com");
        assert_eq!(found[1..], *origins);
    }
    assert_eq!(site(&[]).unwrap(), (None, Vec::new()));
}

#[test]
fn the_public_url_may_have_a_path_and_has_one_spelling() {
    for (given, url, origin) in [
        (
            "https://app.example.com/auth",
            "https://app.example.com/auth",
            "https://app.example.com",
        ),
        (
            "HTTPS://App.Example.com:443/Auth/v1/",
            "https://app.example.com/Auth/v1",
            "https://app.example.com",
        ),
        (
            "http://localhost:3000/",
            "http://localhost:3000",
            "http://localhost:3000",
        ),
        (
            "https://m\u{fc}nchen.example",
            "https://xn--mnchen-3ya.example",
            "https://xn--mnchen-3ya.example",
        ),
    ] {
        let (found, origins) = site(&[("HALLPASS_URL", given)]).unwrap();
        assert_eq!(found.as_deref(), Some(url), "{given}");
        assert_eq!(origins, [origin], "{given}");
    }
    let long = format!("https://example.com/{}", "x".repeat(255));
    for wrong in [
        "example.com",
        "ftp://example.com",
        "https://",
        "https://user@example.com",
        "https://user:password@example.com",
        "https://example.com?a=1",
        "https://example.com/#a",
        "https://example.com//auth",
        "https://example.com/auth//",
        &long,
    ] {
        let error = site(&[("HALLPASS_URL", wrong)]).unwrap_err();
        assert!(
            error.contains("HALLPASS_URL must be a URL such as"),
            "{wrong}: {error}"
        );
        assert!(!error.contains("password@"), "{error}");
    }
}

#[test]
fn only_development_works_without_a_public_url() {
    let base = [("DATABASE_URL", VERIFIED), ("HALLPASS_SECRET", SECRET)];
    for (environment, is_allowed) in [
        ("development", true),
        ("preview", false),
        ("production", false),
    ] {
        let config = read(&[&base[..], &[("VERCEL_ENV", environment)]].concat()).unwrap();
        assert_eq!(config.require_url().is_ok(), is_allowed, "{environment}");
    }
    let config = read(&[&base[..], &PLATFORM[..], &[("VERCEL_ENV", "preview")]].concat()).unwrap();
    assert_eq!(config.require_url(), Ok(()));
    assert_eq!(config.issuer(), "https://app-git-topic.vercel.app");
}

#[test]
fn production_makes_no_links_without_tls() {
    let origins = |environment, url| {
        read(&[
            ("DATABASE_URL", VERIFIED),
            ("HALLPASS_SECRET", SECRET),
            ("VERCEL_ENV", environment),
            ("HALLPASS_URL", url),
        ])
        .map(|config| config.origins)
    };
    for url in [
        "http://accounts.example.com",
        "HTTP://accounts.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com:80",
    ] {
        let error = origins("production", url).unwrap_err();
        assert!(
            error.contains("HALLPASS_URL must begin with https://"),
            "{error}"
        );
        let host = url.to_lowercase().replace(":80", "");
        assert_eq!(origins("preview", url).unwrap(), [host]);
    }
    for url in [
        "https://accounts.example.com",
        "http://localhost:3000",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
        "http://[::1]",
    ] {
        assert_eq!(origins("production", url).unwrap(), [url]);
    }
}

/// A certificate authority whose private key nobody has, on one line, as editors for variables write it.
const CA: &str = concat!(
    r"-----BEGIN CERTIFICATE-----\n",
    "MIIBOjCB7aADAgECAhRPUiCAbGSGtjsWvyprykEVMewHOjAFBgMrZXAwEjEQMA4GA1UEAwwHVGVzdCBDQTAgFw0y",
    "NjExMjMwOTExNTlaGA8yMTI2MTAzMDA5MTE1OVowEjEQMA4GA1UEAwwHVGVzdCBDQTAqMAUGAytlcAMhAFgOeZC1",
    "Cx/H4bpXusHnBEhUekcrkKY5tpR35ipiGmv2o1MwUTAdBgNVHQ4EFgQUsksaVPfLOKXkKvQYkozDeRBjR6UwHwYD",
    "VR0jBBgwFoAUsksaVPfLOKXkKvQYkozDeRBjR6UwDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXADQQDM2lfHBMrZ+bDW",
    "YQARoImvC728DF4OzDSHhnKVKyE0tFffGJscbjpnqsq7g84ZnbIO5jeg/PisrtWkGhyvqYUP\\n",
    "-----END CERTIFICATE-----",
);

#[test]
fn a_configured_ca_implies_full_verification() {
    let with = |url: &str, pem: &str| {
        read(&[
            ("DATABASE_URL", url),
            ("DATABASE_CA_CERT", pem),
            ("HALLPASS_SECRET", SECRET),
            ("VERCEL_ENV", "production"),
        ])
    };
    for query in ["", "?sslmode=disable", "?sslmode=verify-ca"] {
        let url = format!("postgres://u:p@db.example.com/app{query}");
        assert!(with(&url, CA).unwrap().database.verifies_tls(), "{query}");
    }
    let twice = format!("{CA}\n{CA}");
    assert!(with(VERIFIED, &twice).is_ok());
    let broken = CA.replace("MIIB", "AAAA");
    for pem in ["MIIB", &broken, &format!("{CA}\n{broken}")] {
        let error = with(VERIFIED, pem).unwrap_err();
        assert!(error.contains("DATABASE_CA_CERT is not a certificate"));
    }
}

#[test]
fn a_secret_that_could_be_guessed_is_refused_and_not_shown() {
    let typed = "correct-horse-battery-staple-correct-horse-b";
    for (variable, how) in [
        ("HALLPASS_SECRET", "openssl rand -base64 32"),
        ("HALLPASS_SECRET_PREVIOUS", "openssl rand -base64 32"),
        ("HALLPASS_METRICS_TOKEN", "openssl rand -hex 32"),
        ("CRON_SECRET", "openssl rand -hex 32"),
    ] {
        for value in [typed.to_owned(), "a".repeat(44)] {
            let mut variables =
                HashMap::from([("DATABASE_URL", VERIFIED), ("HALLPASS_SECRET", SECRET)]);
            variables.insert(variable, &value);
            let variables: Vec<_> = variables.into_iter().collect();
            let error = read(&variables).unwrap_err();
            let expected = format!("so that it could be guessed ({how})");
            assert!(
                error.contains(variable) && error.contains(&expected),
                "{error}"
            );
            assert!(!error.contains(&value), "{error}");
        }
    }
}

#[test]
fn a_secret_is_read_in_both_base64_alphabets_with_or_without_padding() {
    for secret in [
        SECRET,
        SECRET.trim_end_matches('='),
        "/++/+3u0pvV9XBuh9Tfx5+JLvP3ioahgEbrSQ8E08BLP",
        "_--_-3u0pvV9XBuh9Tfx5-JLvP3ioahgEbrSQ8E08BLP",
    ] {
        read(&[("DATABASE_URL", VERIFIED), ("HALLPASS_SECRET", secret)]).unwrap();
    }
    assert!(
        read(&[
            ("DATABASE_URL", VERIFIED),
            ("HALLPASS_SECRET", "not base64!")
        ])
        .is_err()
    );
}

#[test]
fn leaked_passwords_are_compared_only_where_the_operator_says_so() {
    let host = |value: &str| {
        let config = read(&[
            ("HALLPASS_SECRET", SECRET),
            ("DATABASE_URL", VERIFIED),
            ("HALLPASS_LEAKED_PASSWORDS", value),
        ]);
        config.map(|config| {
            config
                .leaked_passwords
                .map(|service| service.url().to_owned())
        })
    };
    for off in ["", "off", "OFF"] {
        assert_eq!(host(off).unwrap(), None, "{off}");
    }
    for (value, url) in [
        ("on", "https://api.pwnedpasswords.com/"),
        (
            "https://api.pwnedpasswords.com",
            "https://api.pwnedpasswords.com/",
        ),
        (
            "https://mirror.example.com:8443/hibp",
            "https://mirror.example.com:8443/hibp",
        ),
    ] {
        assert_eq!(host(value).unwrap().as_deref(), Some(url), "{value}");
    }
    for wrong in ["yes", "http://mirror.example.com", "api.pwnedpasswords.com"] {
        let error = host(wrong).unwrap_err();
        assert!(
            error.contains("HALLPASS_LEAKED_PASSWORDS must be on, off"),
            "{wrong}: {error}"
        );
    }
}
