use super::*;

const LONG: [&str; 5] = ["user", "password", "host", "port", "dbname"];

/// User, password, host, port and database name of a URI, separated by spaces; a missing part is `-`.
fn parts(uri: &str) -> Result<String, Problem> {
    let url = DatabaseUrl::parse(uri)?;
    let values = LONG.map(|keyword| url.get(keyword).unwrap_or("-"));
    Ok(values.join(" "))
}

/// Cases of libpq's own test (`src/interfaces/libpq/t/001_uri.pl`) and further ones, with libpq's results.
#[test]
fn a_uri_is_read_as_libpq_reads_it() {
    for (uri, expected) in [
        (
            "postgresql://uri-user:secret@host:12345/db",
            "uri-user secret host 12345 db",
        ),
        ("postgresql://uri-user@host/db", "uri-user - host - db"),
        ("postgresql://uri-user@/db", "uri-user - - - db"),
        ("postgresql://uri-user@", "uri-user - - - -"),
        ("postgresql://host:12345/", "- - host 12345 -"),
        ("postgresql://host:/", "- - host - -"),
        ("postgresql://", "- - - - -"),
        ("postgres://", "- - - - -"),
        ("postgres:///db", "- - - - db"),
        (
            "postgres:///db?host=/path/to/socket",
            "- - /path/to/socket - db",
        ),
        (
            "postgres://%2Fpath%2Fto%2Fsocket/db",
            "- - /path/to/socket - db",
        ),
        (
            "postgres:///db?host=/run/postgresql&port=6000&user=u&password=p",
            "u p /run/postgresql 6000 db",
        ),
        (
            "postgres://u:p@host/db?user=other&dbname=d",
            "other p host - d",
        ),
        ("postgres://u:p@[::1]:5432/db", "u p ::1 5432 db"),
        (
            "postgresql://[2001:db8::1234]/db",
            "- - 2001:db8::1234 - db",
        ),
        ("postgresql://[::1]", "- - ::1 - -"),
        ("postgresql://%68ost/", "- - host - -"),
        ("postgresql://u:a+b@host/?options=-c+x", "u a+b host - -"),
        // Before the @, neither ? nor # is special.
        ("postgresql://u:p?q#r@host/db", "u p?q#r host - db"),
        ("postgresql://u:a:b@host/db", "u a:b host - db"),
        ("postgresql://:p@host/db", "- p host - db"),
    ] {
        assert_eq!(parts(uri).as_deref(), Ok(expected), "{uri}");
    }
}

#[test]
fn a_plus_sign_in_a_parameter_stays_a_plus_sign() {
    let url = DatabaseUrl::parse("postgres:///?options=-c%20a%3Db+c").unwrap();
    assert_eq!(url.options().unwrap().get_options(), Some("-c a=b+c"));
}

#[test]
fn every_part_of_a_uri_reaches_the_driver() {
    let uri = "postgres://us%40er:p@[::1]:6000/a%20b?sslmode=disable&application_name=mine";
    let options = DatabaseUrl::parse(uri).unwrap().options().unwrap();
    assert_eq!(options.get_username(), "us@er");
    assert_eq!(options.get_host(), "::1");
    assert_eq!(options.get_port(), 6000);
    assert_eq!(options.get_database(), Some("a b"));
    assert_eq!(options.get_application_name(), Some("mine"));
    assert!(matches!(options.get_ssl_mode(), PgSslMode::Disable));
    let uri = "postgres:///db?host=/run/postgresql&port=6000";
    let options = DatabaseUrl::parse(uri).unwrap().options().unwrap();
    let socket = options.get_socket().unwrap();
    assert_eq!(socket.to_str(), Some("/run/postgresql"));
    assert_eq!(options.get_port(), 6000);
}

#[test]
fn a_password_with_special_characters_gets_the_hint_to_encode_it() {
    for uri in [
        "postgres://u:hunter/2@host/db",
        "postgres://u:hunter@2@host/db",
        "postgres://u:7/hunter2@host/db",
        "postgres://u:7/a?hunter=2@host/db",
        "postgres://u:hunter%2@host/db",
        "postgres://u:hunter%zz@host/db",
        "postgres://u:hunter%00@host/db",
        "postgres://u:hunter%ff@host/db",
    ] {
        let problem = parts(uri).expect_err(uri);
        assert!(problem.contains("percent-encode"), "{uri}: {problem}");
        assert!(!problem.contains("hunter"), "{uri}: {problem}");
    }
}

#[test]
fn unsupported_and_invalid_parts_are_refused_by_name() {
    for (uri, part) in [
        ("postgres://a,b/db", "several hosts"),
        ("postgres://a:1,b:2/db", "several hosts"),
        ("postgres://[::1],[::2]/db", "several hosts"),
        ("postgres:///db?host=a,b", "several hosts"),
        ("postgres:///db?port=1,2", "several hosts"),
        ("postgres://h:0/db", "port from 1 to 65535"),
        ("postgres://h:99999/db", "port from 1 to 65535"),
        ("postgres://h/db?hostaddr=127.0.0.1", "parameter hostaddr,"),
        ("postgres://h/db?service=s", "parameter service,"),
        ("postgres://h/db?sslcert=c", "parameter sslcert,"),
        (
            "postgres://h/db?target_session_attrs=any",
            "target_session_attrs,",
        ),
        (
            "postgres://h/db?no_such_thing=1",
            "parameter no_such_thing,",
        ),
        ("postgres://h/db?sslmode", "without a value"),
        ("postgres://h/db?sslmode=full", "unknown sslmode"),
        (
            "postgres://h/db?sslrootcert=system&sslmode=require",
            "sslrootcert=system",
        ),
        (
            "postgres://h/db?channel_binding=require",
            "channel_binding=require",
        ),
        ("postgres://h/db?channel_binding=yes", "channel_binding"),
        ("postgres://[::1/db", "is not a database URL"),
        ("postgres://[host]/db", "IPv6"),
        ("mysql://u@h/db", "is not a database URL"),
        ("host=h dbname=db", "is not a database URL"),
    ] {
        let problem = parts(uri).expect_err(uri);
        assert!(problem.contains(part), "{uri}: {problem}");
        // The form of the message: what is wrong, a colon, how to fix it.
        assert!(problem.contains(": "), "{uri}: {problem}");
    }
}

#[test]
fn urls_of_neon_supabase_and_prisma_are_accepted() {
    for uri in [
        // Neon
        "postgresql://owner:npg_x@ep-a-b-123-pooler.eu-central-1.aws.neon.tech/neondb?channel_binding=require&sslmode=require",
        // Supabase
        "postgres://postgres.ref:x@aws-1-eu-central-1.pooler.supabase.com:6543/postgres?sslmode=require&supa=base-pooler.x",
        "postgres://postgres.ref:x@aws-1-eu-central-1.pooler.supabase.com:6543/postgres?sslmode=require&pgbouncer=true",
        // Prisma
        "postgres://0a:sk_x@db.prisma.io:5432/postgres?sslmode=require&pool=true",
        "postgresql://u:x@h:5432/db?schema=public&connection_limit=1&pool_timeout=20&connect_timeout=15&sslmode=require",
    ] {
        let url = DatabaseUrl::parse(uri).unwrap();
        let mode = url.options().unwrap().get_ssl_mode();
        assert!(matches!(mode, PgSslMode::Require), "{uri}");
        assert_eq!(url.names_pgbouncer, uri.contains("pgbouncer"));
    }
    let system = "postgres://h/db?sslrootcert=system";
    let options = DatabaseUrl::parse(system).unwrap().options().unwrap();
    assert!(matches!(options.get_ssl_mode(), PgSslMode::VerifyFull));
}
