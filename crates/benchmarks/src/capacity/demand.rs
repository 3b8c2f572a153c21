//! What users ask for, and what that takes.

use serde::Serialize;

use super::constants::{Constants, Operation};

const DAY: f64 = 86_400.0;
const DAYS_OF_MONTH: f64 = 30.0;
/// Share of the database's CPU time that is used at the peak. Beyond, requests wait for each other (see the simulation).
const UTILIZATION: f64 = 0.6;
/// Time in seconds for which a statement occupies a connection besides its CPU time: network and commit.
const ROUND_TRIP: f64 = 0.002;

/// What an active user does on a day.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Use {
    /// Share of the users who are active on a day, in percent
    #[arg(long, default_value_t = 20.0, value_parser = non_negative)]
    active: f64,
    /// Sign-ins of an active user
    #[arg(long, default_value_t = 0.1, value_parser = non_negative)]
    sign_ins: f64,
    /// Refreshes of an active user: one every 10 minutes for 1.5 hours
    #[arg(long, default_value_t = 9.0, value_parser = non_negative)]
    refreshes: f64,
    /// Requests of an active user in which an application asks whether the session is still valid
    #[arg(long, default_value_t = 20.0, value_parser = non_negative)]
    session_checks: f64,
    /// Pages of users that administrators open, for each 1,000 active users
    #[arg(long, default_value_t = 10.0, value_parser = non_negative)]
    list_pages: f64,
    /// Peak hour compared with the average hour
    #[arg(long, default_value_t = 4.0, value_parser = non_negative)]
    peak: f64,
    /// Sessions that are kept, for each user
    #[arg(long, default_value_t = 2.0, value_parser = non_negative)]
    sessions: f64,
    /// Months for which audit events are kept
    #[arg(long, default_value_t = 12.0, value_parser = non_negative)]
    audit_months: f64,
    /// Processors of the database in the simulation
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) database_cores: u16,
}

/// Prices in one currency.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Prices {
    /// Price of an hour of the functions' CPU time
    #[arg(long, default_value_t = 0.128, value_parser = non_negative)]
    function_hour: f64,
    /// Price of a million calls of functions
    #[arg(long, default_value_t = 0.60, value_parser = non_negative)]
    million_calls: f64,
    /// Price of a processor of the database for an hour
    #[arg(long, default_value_t = 0.106, value_parser = non_negative)]
    database_hour: f64,
    /// Price of a gigabyte in the database for a month
    #[arg(long, default_value_t = 0.35, value_parser = non_negative)]
    storage: f64,
}

/// A number that is not negative.
fn non_negative(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    if number.is_finite() && number >= 0.0 {
        Ok(number)
    } else {
        Err("expected a number of 0 or more".to_owned())
    }
}

impl Use {
    /// Requests of an active user on a day.
    pub(super) fn requests(&self, operation: Operation) -> f64 {
        match operation {
            Operation::SignIn => self.sign_ins,
            Operation::Refresh => self.refreshes,
            Operation::SessionCheck => self.session_checks,
            Operation::ListPage => self.list_pages / 1e3,
        }
    }
}

/// What a number of users takes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Demand {
    users: u64,
    /// At the peak.
    requests_per_second: f64,
    sign_ins_per_second: f64,
    function_processors: f64,
    database_processors: f64,
    database_connections: f64,
    storage_gigabytes: f64,
    audit_events: f64,
    /// A month, on average.
    function_hours: f64,
    cost_of_functions: f64,
    cost_of_database: f64,
}

/// A row of the table.
type Row = (&'static str, fn(&Demand) -> String);

impl Demand {
    pub(super) const ROWS: [Row; 12] = [
        ("users", |d| grouped(count(d.users))),
        ("requests a second at the peak", |d| {
            grouped(d.requests_per_second)
        }),
        ("  of that sign-ins", |d| grouped(d.sign_ins_per_second)),
        ("processors of functions at the peak", |d| {
            grouped(d.function_processors)
        }),
        ("processors of the database, 60 % used", |d| {
            grouped(d.database_processors)
        }),
        ("connections at work at the peak", |d| {
            grouped(d.database_connections)
        }),
        ("storage of the database in GB", |d| {
            grouped(d.storage_gigabytes)
        }),
        ("audit events that are kept", |d| grouped(d.audit_events)),
        ("CPU hours of functions a month", |d| {
            grouped(d.function_hours)
        }),
        ("price of functions a month, without memory", |d| {
            grouped(d.cost_of_functions)
        }),
        ("price of the database a month", |d| {
            grouped(d.cost_of_database)
        }),
        ("price of 1,000 users a month", |d| {
            format!(
                "{:.2}",
                (d.cost_of_functions + d.cost_of_database) / count(d.users) * 1e3
            )
        }),
    ];

    /// What `users` take.
    pub(super) fn of(users: u64, usage: &Use, constants: &Constants, prices: &Prices) -> Self {
        let active = count(users) * usage.active / 100.0;
        let each = |amount: fn(&Constants, Operation) -> f64| -> f64 {
            let amounts = Operation::ALL.iter().map(|operation| {
                active * usage.requests(*operation) * amount(constants, *operation)
            });
            amounts.sum()
        };
        let requests = each(|_, _| 1.0);
        let function = each(|constants, operation| constants.cost(operation).function / 1e6);
        let server = each(|constants, operation| constants.cost(operation).server / 1e6);
        let connections = each(|constants, operation| {
            constants.cost(operation).server / 1e6 + ROUND_TRIP * f64::from(operation.statements())
        });
        let at_peak = usage.peak / DAY;
        // A sign-in writes one event. Changes by administrators are few beside them.
        let events = active * usage.sign_ins * DAYS_OF_MONTH * usage.audit_months;
        let storage = (count(users) * (constants.user + usage.sessions * constants.session)
            + events * constants.event)
            / 1e9;
        let database_processors = server * at_peak / UTILIZATION;
        let function_hours = function * DAYS_OF_MONTH / 3600.0;
        let calls = requests * DAYS_OF_MONTH / 1e6;
        Self {
            users,
            requests_per_second: requests * at_peak,
            sign_ins_per_second: active * usage.sign_ins * at_peak,
            function_processors: function * at_peak,
            database_processors,
            database_connections: connections * at_peak,
            storage_gigabytes: storage,
            audit_events: events,
            function_hours,
            cost_of_functions: function_hours * prices.function_hour + calls * prices.million_calls,
            cost_of_database: database_processors.max(1.0)
                * DAYS_OF_MONTH
                * 24.0
                * prices.database_hour
                + storage * prices.storage,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "estimates")]
fn count(users: u64) -> f64 {
    users as f64
}

/// A number with commas between thousands; with one decimal if it is small.
fn grouped(number: f64) -> String {
    if number < 10.0 {
        return format!("{number:.1}");
    }
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(1_234_567.4), "1,234,567");
        assert_eq!(grouped(999.0), "999");
        assert_eq!(grouped(0.25), "0.2");
    }

    #[test]
    fn numbers_are_not_negative() {
        assert_eq!(non_negative("0.5"), Ok(0.5));
        assert!(non_negative("-1").is_err());
        assert!(non_negative("NaN").is_err());
        assert!(non_negative("many").is_err());
    }
}
