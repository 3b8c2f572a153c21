//! Contents of a database: row count and checksum of each table, and all constraints, indexes, triggers and functions.
//!
//! A checksum is the sum of a 64-bit hash of each row as text. It does not depend on the order of the rows, and the
//! server computes it in one pass over the table.

use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _, query_file_scalar};

/// Sets the parameters that determine how values are converted to text. Session commands cannot be a `query!`.
const SPELLING: &str = "
    set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';
    set bytea_output = 'hex'; set extra_float_digits = 1";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) rows: i64,
    pub(super) checksum: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contents {
    pub(super) tables: Vec<Table>,
    pub(super) objects: Vec<String>,
}

impl Contents {
    /// Reads the contents of all tables, and calls `on_table` before each of them. The result is consistent if the
    /// caller has begun a repeatable-read transaction.
    pub(super) async fn read(
        connection: &mut PgConnection,
        mut on_table: impl FnMut(&str),
    ) -> sqlx::Result<Self> {
        connection.execute(SPELLING).await?;
        let names = query_file_scalar!("src/backup/sql/tables.sql")
            .fetch_all(&mut *connection)
            .await?;
        let mut tables = Vec::with_capacity(names.len());
        for name in names {
            on_table(&name);
            // Not a `query!`, because the names of the tables come from the database.
            let sql = format!(
                "select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from {} t",
                quoted(&name)
            );
            let (rows, checksum) = sqlx::query_as(AssertSqlSafe(sql))
                .fetch_one(&mut *connection)
                .await?;
            tables.push(Table {
                name,
                rows,
                checksum,
            });
        }
        let objects = query_file_scalar!("src/backup/sql/objects.sql")
            .fetch_all(connection)
            .await?;
        Ok(Self { tables, objects })
    }

    pub(super) fn rows(&self) -> i64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Messages about the differences from the expected contents.
    pub(super) fn differences(&self, expected: &Self) -> Vec<String> {
        let mut problems = Vec::new();
        for table in &expected.tables {
            let Table {
                name,
                rows,
                checksum,
            } = table;
            match self.tables.iter().find(|found| found.name == *name) {
                None => problems.push(format!("table {name} is missing")),
                Some(found) if found.rows != *rows => {
                    problems.push(format!(
                        "table {name} has {} rows instead of {rows}",
                        found.rows
                    ));
                }
                Some(found) if found.checksum != *checksum => {
                    problems.push(format!("table {name} has different contents"));
                }
                Some(_) => {}
            }
        }
        let missing = expected
            .objects
            .iter()
            .filter(|object| !self.objects.contains(object));
        problems.extend(missing.map(|object| format!("{object} is missing")));
        let added = self
            .objects
            .iter()
            .filter(|object| !expected.objects.contains(object));
        problems.extend(added.map(|object| format!("{object} is unexpected")));
        problems
    }
}

fn quoted(name: &str) -> String {
    format!("hallpass.\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(rows: i64, checksum: &str, object: &str) -> Contents {
        let (name, checksum) = ("users".to_owned(), checksum.to_owned());
        Contents {
            tables: vec![Table {
                name,
                rows,
                checksum,
            }],
            objects: vec![object.to_owned()],
        }
    }

    #[test]
    fn each_difference_is_reported() {
        let right = contents(2, "7", "index a");
        assert_eq!(right.differences(&right), Vec::<String>::new());
        let other = |found: Contents| found.differences(&right);
        assert_eq!(
            other(contents(1, "7", "index a")),
            ["table users has 1 rows instead of 2"]
        );
        assert_eq!(
            other(contents(2, "8", "index a")),
            ["table users has different contents"]
        );
        assert_eq!(
            other(contents(2, "7", "index b")),
            ["index a is missing", "index b is unexpected"]
        );
        let nothing = Contents {
            tables: Vec::new(),
            objects: right.objects.clone(),
        };
        assert_eq!(other(nothing), ["table users is missing"]);
    }
}
