//! The results as tables.

use std::io::Write as _;

use super::measure::{Measured, Search, Upkeep};

/// Prints one line for each operation.
pub(super) fn table(measured: &[Measured]) {
    let mut out = std::io::stdout().lock();
    let _reader_gone = writeln!(
        out,
        "{:<52} {:>5} {:>5} {:>19} {:>19} {:>9} {:>8}",
        "operation", "times", "stmts", "server p50/p99 ms", "answer p50/p99 ms", "pages", "rows"
    );
    for one in measured {
        let rows = one.plan.as_ref().map_or(f64::NAN, |plan| plan.rows);
        let _reader_gone = writeln!(
            out,
            "{:<52} {:>5} {:>5} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>9} {:>8}",
            one.name,
            one.executions,
            one.statements,
            one.server.median,
            one.server.p99,
            one.response.median,
            one.response.p99,
            one.buffers.median,
            rows
        );
    }
}

/// Prints what all searches together cost.
pub(super) fn search(search: &Search) {
    let Search {
        searches,
        server,
        response,
    } = search;
    print(&format!(
        "\n{searches} searches: server p50 {:.2}, p99 {:.2}, max {:.2} ms; answer p50 {:.2}, p99 {:.2}, max {:.2} ms",
        server.median, server.p99, server.max, response.median, response.p99, response.max
    ));
}

/// Prints sizes, updates, the daily run and the backup.
pub(super) fn upkeep(upkeep: &Upkeep) {
    print("");
    for relation in &upkeep.relations {
        print(&format!(
            "{:<40} {:>10} kB",
            relation.name,
            relation.bytes / 1000
        ));
    }
    print("");
    for table in &upkeep.updates {
        print(&format!(
            "{:<40} {:>10} updates, {} without new index entries",
            table.table, table.all, table.heap_only
        ));
    }
    let run = &upkeep.daily_run;
    let state = if run.is_done {
        "done"
    } else {
        "to be continued"
    };
    print(&format!("\ndaily run: {:.2?} s, {state}", run.seconds));
    if let Some(backup) = &upkeep.backup {
        print(&format!(
            "backup: {:.1} s, {} kB",
            backup.seconds,
            backup.bytes / 1000
        ));
    }
}

fn print(line: &str) {
    let _reader_gone = writeln!(std::io::stdout(), "{line}");
}
