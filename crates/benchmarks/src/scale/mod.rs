//! Every operation with thousands to millions of users.

mod charts;
mod check;
mod data;
mod expectations;
mod measure;
mod options;
mod people;
mod product;
mod report;
mod results;

use crate::Result;
use data::{Counts, DataSet, note};
use measure::Effort;
pub(crate) use options::Options;
use product::{Product, Programs};
use results::Results;

/// Sizes of the short form, which compares two sizes.
const SHORT: [u64; 2] = [10_000, 300_000];

/// Runs the command.
pub(crate) async fn run(options: Options) -> Result<()> {
    let programs = product::build().await?;
    if options.short {
        return short(&programs).await;
    }
    for users in &options.users {
        let counts = Counts {
            users: *users,
            sessions: options.sessions.unwrap_or(users * 2),
            events: options.events.unwrap_or(users * 2),
        };
        let set = if let Some(url) = &options.database_url {
            DataSet::at(url, counts).await?
        } else {
            let directory = data::directory(options.data.as_deref(), *users);
            DataSet::in_directory(&directory, counts).await?
        };
        if options.generate_only {
            let mut product = Product::start(&programs, &set).await?;
            check::check(&mut product, &set).await?;
            product.stop().await;
        } else {
            let effort = Effort {
                executions: 12,
                terms: 10,
                rounds: 12,
            };
            let mut product = Product::start(&programs, &set).await?;
            check::check(&mut product, &set).await?;
            let measured = measure::run(&mut product, &set, effort).await?;
            report::table(&measured.operations);
            report::search(&measured.search);
            let upkeep = measure::upkeep(&mut product, &programs, &set).await?;
            report::upkeep(&upkeep);
            product.stop().await;
            if let Some(path) = &options.json {
                let search = serde_json::to_value(&measured.search)?;
                let results = Results::new(&set, search, measured.operations, upkeep).await?;
                let sizes = results::write(path, &results)?;
                if let Some(directory) = &options.charts {
                    charts::write(directory, &sizes)?;
                }
            }
        }
        set.close().await?;
    }
    Ok(())
}

/// Compares plans, pages and rows with few and with more users, on servers that are deleted afterwards.
async fn short(programs: &Programs) -> Result<()> {
    let effort = Effort {
        executions: 8,
        terms: 2,
        rounds: 2,
    };
    let mut results = Vec::new();
    for users in SHORT {
        let counts = Counts {
            users,
            sessions: users,
            events: users,
        };
        let set = DataSet::temporary(counts).await?;
        let mut product = Product::start(programs, &set).await?;
        check::check(&mut product, &set).await?;
        results.push(measure::run(&mut product, &set, effort).await?.operations);
        product.stop().await;
        set.close().await?;
    }
    report::table(&results[1]);
    let unmet = expectations::unmet(&results[0], &results[1]);
    for line in &unmet {
        note(line);
    }
    if unmet.is_empty() {
        return Ok(());
    }
    Err(format!("{} expectations are not met", unmet.len()).into())
}
