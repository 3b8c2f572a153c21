//! Plans of the product's own statements, as they are executed: `auto_explain` writes them into the server's log as
//! JSON, with the rows and pages that each step has looked at.

use std::collections::BTreeSet;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

use crate::Result;

/// A sequential scan that reads at most this many rows ends early.
const FEW_ROWS: f64 = 2_000.0;

/// What the statements of one request did.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Plan {
    /// How tables were read, such as `users by users_pkey`.
    pub(crate) scans: BTreeSet<String>,
    /// Tables of which a sequential scan read more than a few rows.
    pub(crate) walked_tables: BTreeSet<String>,
    /// Rows that were read from tables, whether or not they met the conditions.
    pub(crate) rows: f64,
}

/// Reads plans from the server's log.
#[derive(Debug)]
pub(crate) struct PlanLog {
    path: PathBuf,
    offset: u64,
    markers: u32,
}

const SETTINGS: [(&str, &str); 6] = [
    ("log_min_duration", "0"),
    ("log_analyze", "on"),
    ("log_buffers", "on"),
    // Clocks are slow on some machines, and the plan matters here.
    ("log_timing", "off"),
    ("log_format", "json"),
    ("log_nested_statements", "on"),
];

impl PlanLog {
    /// Starts logging. The connections that exist log from their next statement on.
    pub(crate) async fn begin(connection: &mut PgConnection, data: &Path) -> Result<Self> {
        for (name, value) in SETTINGS {
            let set = format!("alter system set auto_explain.{name} = '{value}'");
            connection.execute(AssertSqlSafe(set)).await?;
        }
        connection.execute("select pg_reload_conf()").await?;
        // The server tells its processes, which takes a moment.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let path = data.join("log/server.json");
        let offset = std::fs::metadata(&path)?.len();
        Ok(Self {
            path,
            offset,
            markers: 0,
        })
    }

    /// Stops logging.
    pub(crate) async fn end(self, connection: &mut PgConnection) -> Result<()> {
        for (name, _) in SETTINGS {
            let reset = format!("alter system reset auto_explain.{name}");
            connection.execute(AssertSqlSafe(reset)).await?;
        }
        connection.execute("select pg_reload_conf()").await?;
        Ok(())
    }

    /// Forgets what was executed so far.
    pub(crate) fn skip(&mut self) -> Result<()> {
        self.offset = std::fs::metadata(&self.path)?.len();
        Ok(())
    }

    /// What was executed since the last call by the application's role.
    pub(crate) async fn read(&mut self, connection: &mut PgConnection) -> Result<Plan> {
        self.markers += 1;
        let marker = format!("benchmark marker {}", self.markers);
        let raise = format!("do $$ begin raise log '{marker}'; end $$");
        connection.execute(AssertSqlSafe(raise)).await?;
        for _ in 0..500 {
            let mut new = Vec::new();
            let mut log = std::fs::File::open(&self.path)?;
            log.seek(SeekFrom::Start(self.offset))?;
            log.read_to_end(&mut new)?;
            let text = String::from_utf8_lossy(&new);
            if let Some((before, _)) = text.split_once(&marker) {
                self.offset += u64::try_from(new.len())?;
                return Ok(Plan::of(before));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err(format!("the server does not write to {}", self.path.display()).into())
    }
}

impl Plan {
    /// The plans in lines of the log.
    fn of(log: &str) -> Self {
        let mut plan = Self::default();
        for line in log.lines() {
            let entry: Value = serde_json::from_str(line).unwrap_or_default();
            let message = entry["message"].as_str().unwrap_or_default();
            if entry["user"] != "hallpass_app" {
                continue;
            }
            if let Some((_, json)) = message.split_once("plan:\n") {
                let explained: Value = serde_json::from_str(json).unwrap_or_default();
                plan.add(&explained["Plan"]);
            }
        }
        plan
    }

    /// Adds another execution of the same operation: all scans, and the most rows.
    pub(crate) fn merge(&mut self, other: Self) {
        self.scans.extend(other.scans);
        self.walked_tables.extend(other.walked_tables);
        self.rows = self.rows.max(other.rows);
    }

    fn add(&mut self, node: &Value) {
        let number = |name: &str| node[name].as_f64().unwrap_or_default();
        let text = |name: &str| node[name].as_str();
        let looked = (number("Actual Rows")
            + number("Rows Removed by Filter")
            + number("Rows Removed by Index Recheck"))
            * number("Actual Loops");
        let kind = text("Node Type").unwrap_or_default();
        match (text("Relation Name"), text("Index Name")) {
            (Some(table), index) if number("Actual Loops") > 0.0 => {
                self.rows += looked;
                if let Some(index) = index {
                    self.scans.insert(format!("{table} by {index}"));
                } else if kind == "Seq Scan" {
                    self.scans.insert(format!("{table} as a whole"));
                    if looked > FEW_ROWS {
                        self.walked_tables.insert(table.to_owned());
                    }
                }
            }
            (None, Some(index)) if number("Actual Loops") > 0.0 => {
                self.scans.insert(format!("bitmap of {index}"));
            }
            _ => {}
        }
        for child in node["Plans"].as_array().into_iter().flatten() {
            self.add(child);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_that_were_read_and_discarded_count() {
        let plan = json!({ "Plan": { "Node Type": "Limit", "Plans": [
            { "Node Type": "Seq Scan", "Relation Name": "users", "Actual Rows": 20.0, "Actual Loops": 1,
              "Rows Removed by Filter": 9_000 },
            { "Node Type": "Index Scan", "Relation Name": "users", "Index Name": "users_pkey",
              "Actual Rows": 1.0, "Actual Loops": 20 },
            { "Node Type": "Seq Scan", "Relation Name": "roles", "Actual Rows": 0.0, "Actual Loops": 0 },
        ] } });
        let message = format!("duration: 0.1 ms  plan:\n{plan}");
        let mine = json!({ "user": "hallpass_app", "message": message });
        let others = json!({ "user": "postgres", "message": message });
        let plan = Plan::of(&format!("{mine}\n{others}\n"));
        assert!((plan.rows - 9_040.0).abs() < 0.5, "{plan:?}");
        let scans: Vec<_> = plan.scans.iter().map(String::as_str).collect();
        assert_eq!(scans, ["users as a whole", "users by users_pkey"]);
        assert_eq!(plan.walked_tables.len(), 1);
    }
}
