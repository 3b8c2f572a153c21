//! Checks a data set through the API: what was written past the product must look like what the product writes.

use sqlx::{Connection as _, PgConnection};

use super::data::DataSet;
use super::people::Person;
use super::product::{Call, Product};
use crate::Result;

/// Users of every thousandth page whose words are missing, or not in their row.
const WRONG_WORDS: &str = r#"
    select count(*)
    from hallpass.users u tablesample system (0.1) repeatable (1)
    where exists (
        select string_to_array(trim(u.search_words), ' ')
        except all
        select array(
            select w.word
            from unnest(string_to_array(trim(u.search_words), ' ')) as expected
            join hallpass.user_words w
                on w.word = expected collate "C" and w.created_at = u.created_at and w.user_id = u.id
            order by w.word)
    )"#;

/// Fails unless the product finds the generated people. The administrator has signed in already.
pub(super) async fn check(product: &mut Product, set: &DataSet) -> Result<()> {
    let size = &set.size;
    let list = Call::get("/api/users");
    let page = product.send(&list).await?.succeed(&list)?;
    let total = page.json["total"]["value"].as_u64().unwrap_or_default();
    // The total is an estimate, and measurements create some users.
    if total.abs_diff(size.users) > size.users / 10 {
        return Err(format!("the list counts {total} users instead of {}", size.users).into());
    }
    let mut connection = PgConnection::connect(&set.url).await?;
    let wrong: i64 = sqlx::query_scalar(WRONG_WORDS)
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    if wrong > 0 {
        return Err(format!(
            "the words of {wrong} users are not those that the product would write"
        )
        .into());
    }
    for number in [2, size.users / 2, size.users - 1] {
        let person = Person::of(number, size.users);
        for term in [&person.email, &person.name] {
            let search = Call::get(format!(
                "/api/users?q={}&size=100",
                super::measure::encoded(term)
            ));
            let found = product.send(&search).await?.succeed(&search)?;
            let items = found.json["items"].as_array();
            let id = size.user(number).id.to_string();
            let is_found = items.is_some_and(|items| items.iter().any(|item| item["id"] == id));
            // A common name has more matches than a page.
            let is_full = items.is_some_and(|items| items.len() == 100);
            if !(is_found || is_full && term == &person.name) {
                return Err(format!("the search for {term} does not find user {id}").into());
            }
        }
    }
    Ok(())
}
