//! GET /api/users: search

use hallpass_core::text::{search_key, search_words};

use super::{administrator, emails, encoded, page};
use crate::support::{Person, TestApp};

async fn named(app: &TestApp, email: &str, name: &str) {
    let body = serde_json::json!({ "email": email, "name": name, "roles": ["user"] });
    let admin = app.signed_in(&format!("by-{email}"), &["manager"]).await;
    app.post("/api/users")
        .bearer(&admin)
        .json(&body)
        .send()
        .await
        .expect(201);
    sqlx::query("delete from users where id = $1")
        .bind(admin.id)
        .execute(&app.database.owner)
        .await
        .unwrap();
}

/// The e-mail addresses that a search text finds, sorted, without that of the administrator.
async fn found(app: &TestApp, admin: &Person, text: &str) -> Vec<String> {
    let query = format!("sort=email&size=100&q={}", encoded(text));
    let list = page(app, admin, &query).await;
    let found = emails(&list);
    assert_eq!(list["total"]["value"], found.len(), "{text}");
    found
}

async fn expect(app: &TestApp, admin: &Person, table: &[(&str, &[&str])]) {
    for (text, expected) in table {
        assert_eq!(found(app, admin, text).await, *expected, "{text:?}");
    }
}

const ADA: &str = "ada.lovelace@engine.test";
const GRACE: &str = "ghopper@navy.test";
const JOSE: &str = "Jos\u{e9}@\u{f1}and\u{fa}.test";

async fn three_people(app: &TestApp) -> Person {
    named(app, ADA, "Augusta King").await;
    named(app, GRACE, "Grace Brewster Hopper").await;
    // The name is decomposed and in capitals, the address is composed.
    named(app, JOSE, "JOSE\u{301} N\u{303}AND\u{2126}").await;
    app.signed_in("zz@root.test", &["admin"]).await
}

#[tokio::test]
async fn a_text_is_found_anywhere_in_address_and_name_in_any_case() {
    let app = TestApp::new().await;
    let admin = three_people(&app).await;
    expect(
        &app,
        &admin,
        &[
            ("lovelace", &[ADA]),
            ("LOVELACE", &[ADA]),
            ("velac", &[ADA]),
            ("gusta ki", &[ADA]),
            ("Augusta King", &[ADA]),
            ("rewste", &[GRACE]),
            ("@navy", &[GRACE]),
            ("  navy  ", &[GRACE]),
            ("engine.test", &[ADA]),
            ("nobody", &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn letters_beyond_ascii_are_found_in_either_case_and_normal_form() {
    let app = TestApp::new().await;
    let admin = three_people(&app).await;
    expect(
        &app,
        &admin,
        &[
            ("jos\u{e9}", &[JOSE]),
            ("JOS\u{c9}", &[JOSE]),
            ("jose\u{301}", &[JOSE]),
            ("\u{f1}and\u{3c9}", &[JOSE]),
            ("\u{d1}AND\u{3a9}", &[JOSE]),
            ("s\u{e9}@\u{f1}", &[JOSE]),
            ("\u{ff4a}\u{ff4f}\u{ff53}\u{e9}", &[JOSE]),
            ("jose", &[JOSE]),
            ("NANDU", &[JOSE]),
            ("xn--and-6ma2c", &[JOSE]),
            ("josee", &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_search_ignores_case_and_accents_in_any_language() {
    let app = TestApp::new().await;
    let people = [
        ("a@de.test", "Stra\u{df}e M\u{fc}ller"),
        ("b@tr.test", "\u{130}brahim I\u{15f}\u{131}k"),
        (
            "c@gr.test",
            "\u{39f}\u{3b4}\u{3c5}\u{3c3}\u{3c3}\u{3b5}\u{3cd}\u{3c2}",
        ),
        ("d@dk.test", "S\u{f8}ren \u{c6}r\u{f8}"),
        ("e@pl.test", "\u{141}ukasz \u{110}or\u{111}e"),
        ("f@fr.test", "\u{152}uvre Sacr\u{e9}-C\u{153}ur"),
        ("g@ie.test", "Se\u{e1}n O\u{2019}Casey"),
    ];
    for (email, name) in people {
        named(&app, email, name).await;
    }
    let admin = app.signed_in("zz@root.test", &["admin"]).await;
    expect(
        &app,
        &admin,
        &[
            ("STRASSE", &["a@de.test"]),
            ("stra\u{df}e", &["a@de.test"]),
            ("muller", &["a@de.test"]),
            ("M\u{dc}LLER", &["a@de.test"]),
            ("ibrahim", &["b@tr.test"]),
            ("I\u{15e}IK", &["b@tr.test"]),
            ("isik", &["b@tr.test"]),
            (
                "\u{39f}\u{394}\u{3a5}\u{3a3}\u{3a3}\u{395}\u{3a5}\u{3a3}",
                &["c@gr.test"],
            ),
            ("soren aero", &["d@dk.test"]),
            ("s\u{d8}r", &["d@dk.test"]),
            ("lukasz dorde", &["e@pl.test"]),
            ("coeur", &["f@fr.test"]),
            ("C\u{152}UR", &["f@fr.test"]),
            ("o'casey", &["g@ie.test"]),
            ("seanna", &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn scripts_without_spaces_are_found_anywhere_at_any_length() {
    let app = TestApp::new().await;
    let people = [
        ("a@jp.test", "\u{5c71}\u{7530}\u{592a}\u{90ce}"),
        ("b@jp.test", "\u{5c71}\u{672c} \u{304b}\u{304a}\u{308b}"),
        (
            "c@th.test",
            "\u{e2a}\u{e21}\u{e0a}\u{e32}\u{e22}\u{e43}\u{e08}\u{e14}\u{e35}",
        ),
        ("d@kr.test", "\u{ae40}\u{bbfc}\u{c218}"),
        (
            "e@\u{4f8b}\u{5b50}.test",
            "Ada \u{674e}\u{5c0f}\u{9f99} Lee",
        ),
    ];
    for (email, name) in people {
        named(&app, email, name).await;
    }
    let admin = app.signed_in("zz@root.test", &["admin"]).await;
    expect(
        &app,
        &admin,
        &[
            ("\u{592a}\u{90ce}", &["a@jp.test"]),
            ("\u{90ce}", &["a@jp.test"]),
            ("\u{7530}", &["a@jp.test"]),
            ("\u{5c71}", &["a@jp.test", "b@jp.test"]),
            ("\u{7530} \u{592a}", &["a@jp.test"]),
            ("\u{672c}\u{304b}", &["b@jp.test"]),
            ("\u{304b}\u{308b}", &[]),
            ("\u{e43}\u{e08}", &["c@th.test"]),
            ("\u{e14}\u{e35}", &["c@th.test"]),
            ("\u{bbfc}\u{c218}", &["d@kr.test"]),
            ("\u{5c0f}", &["e@\u{4f8b}\u{5b50}.test"]),
            ("ada\u{674e}", &["e@\u{4f8b}\u{5b50}.test"]),
            ("\u{9f99}lee", &["e@\u{4f8b}\u{5b50}.test"]),
            ("\u{5b50}", &["e@\u{4f8b}\u{5b50}.test"]),
            ("\u{592a}\u{7530}", &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_word_is_found_inside_words_only_if_it_begins_none() {
    let app = TestApp::new().await;
    named(&app, "a@son.test", "Johnson").await;
    let admin = app.signed_in("zz@root.test", &["admin"]).await;
    expect(&app, &admin, &[("hnso", &["a@son.test"])]).await;
    named(&app, "b@son.test", "Ola Hnsola").await;
    expect(&app, &admin, &[("hnso", &["b@son.test"])]).await;
}

#[tokio::test]
async fn search_texts_and_stored_texts_are_split_into_the_same_words() {
    let app = TestApp::new().await;
    for text in [
        "ana.garcia+x@mail.example.com Ana GARC\u{cd}A-L\u{f3}pez",
        r##"!"#$%&'()*+,-./:;<=>?[\]^_`{|}~ @ a@@b @"##,
        "\u{592a}\u{90ce} o\u{2019}neil 100%off back\\slash",
        "",
    ] {
        let key = search_key(text);
        let stored = sqlx::query_scalar("select hallpass.search_words($1)")
            .bind(&key)
            .fetch_one(&app.database.owner);
        let stored: String = stored.await.unwrap();
        let words: Vec<_> = stored.split_whitespace().collect();
        assert_eq!(words, search_words(&key), "{text}");
    }
}

#[tokio::test]
async fn a_user_id_finds_its_user() {
    let app = TestApp::new().await;
    let admin = three_people(&app).await;
    let list = page(&app, &admin, &format!("q={}", encoded(ADA))).await;
    let id = list["items"][0]["id"].as_str().unwrap();
    expect(&app, &admin, &[(id, &[ADA]), (&id.to_uppercase(), &[ADA])]).await;
    let other = id.replace('7', "8");
    expect(&app, &admin, &[(&other, &[])]).await;
}

#[tokio::test]
async fn t28_wildcards_in_a_search_are_literal() {
    let app = TestApp::new().await;
    let percent = "a@percent.test";
    let underscore = "b_b@underscore.test";
    let backslash = "c@backslash.test";
    named(&app, percent, "100%off sale").await;
    named(&app, underscore, "Plain").await;
    named(&app, backslash, r"back\slash \% end\").await;
    let admin = app.signed_in("zz@root.test", &["admin"]).await;
    expect(
        &app,
        &admin,
        &[
            ("0%o", &[percent]),
            ("100%off", &[percent]),
            ("1%f", &[]),
            ("b_b@", &[underscore]),
            ("_b@", &[underscore]),
            ("p_ain", &[]),
            ("%%%", &[]),
            ("___", &[]),
            (r"k\s", &[backslash]),
            (r"end\", &[backslash]),
            (r"slash \% e", &[backslash]),
            (r"\\\", &[]),
            ("%", &[]),
            ("_", &[]),
            (r"\%", &[backslash]),
            (r"\", &[backslash]),
            (r"\b", &[]),
            ("'; drop table users; --", &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn fewer_than_three_characters_match_the_beginning_of_a_word() {
    let app = TestApp::new().await;
    let admin = three_people(&app).await;
    expect(
        &app,
        &admin,
        &[
            // A domain is stored in A-labels as well, and `xn--and-6ma2c` has a word that begins with "a".
            ("a", &[ADA, JOSE]),
            ("ad", &[ADA]),
            ("AU", &[ADA]),
            ("k", &[ADA]),
            ("ki", &[ADA]),
            ("gh", &[GRACE]),
            ("gr", &[GRACE]),
            ("br", &[GRACE]),
            ("ho", &[GRACE]),
            ("lo", &[ADA]),
            ("na", &[GRACE, JOSE]),
            ("\u{d1}a", &[GRACE, JOSE]),
            // A label of the domain is a word.
            ("\u{e9}", &[ADA]),
            // Texts in the middle of a word.
            ("op", &[]),
            ("da", &[]),
            ("\u{fa}", &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn words_are_found_in_any_order_but_no_text_spans_address_and_name() {
    let app = TestApp::new().await;
    named(&app, "edge@edge.test", "Boundary").await;
    let admin = app.signed_in("zz@root.test", &["admin"]).await;
    expect(
        &app,
        &admin,
        &[
            ("test", &["edge@edge.test", "zz@root.test"]),
            ("boun", &["edge@edge.test"]),
            ("testboun", &[]),
            ("test boun", &["edge@edge.test"]),
            ("boun  TEST", &["edge@edge.test"]),
            ("b t", &["edge@edge.test"]),
            ("boun nobody", &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_search_can_be_combined_with_filters_sort_orders_and_pages() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    super::fill(&app, 60).await;
    app.database
        .execute(
            "update users set roles = '{viewer}' where email like 'u000_5@%';
         update users set is_active = false where email like 'u0002%'",
        )
        .await;
    for (filter, expected) in [
        ("q=filler", 60_usize),
        ("q=fi", 60),
        ("q=filler&active=false", 10),
        ("q=filler&role=viewer", 6),
        ("q=filler&role=viewer&active=true", 5),
        ("q=filler%205", 11),
    ] {
        for sort in ["createdAt", "-createdAt", "email", "-email"] {
            let query = format!("{filter}&sort={sort}&size=4");
            let mut list = page(&app, &admin, &query).await;
            assert_eq!(list["total"]["value"], expected, "{query}");
            let mut by_cursor = emails(&list);
            while let Some(cursor) = list["page"]["next"].as_str() {
                list = page(&app, &admin, &format!("{query}&cursor={cursor}")).await;
                by_cursor.extend(emails(&list));
                assert!(by_cursor.len() <= expected, "the cursors form a loop");
            }
            let mut by_number = Vec::new();
            for number in 1..=expected.div_ceil(4) {
                let list = page(&app, &admin, &format!("{query}&page={number}")).await;
                by_number.extend(emails(&list));
            }
            assert_eq!(by_cursor.len(), expected, "{query}");
            assert_eq!(by_cursor, by_number, "{query}");
            let mut sorted = by_cursor.clone();
            sorted.sort();
            if sort.starts_with('-') {
                sorted.reverse();
            }
            assert_eq!(by_cursor, sorted, "{query}");
        }
    }
}
