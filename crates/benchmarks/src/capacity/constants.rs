//! What was measured: CPU time for each request, bytes for each row.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::demand::Use;
use crate::Result;

/// A request whose cost is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    SignIn,
    Refresh,
    SessionCheck,
    ListPage,
}

impl Operation {
    pub(super) const ALL: [Self; 4] = [
        Self::SignIn,
        Self::Refresh,
        Self::SessionCheck,
        Self::ListPage,
    ];

    /// The name in the figures of the load suite.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Refresh => "refresh",
            Self::SessionCheck => "session check",
            Self::ListPage => "list page",
        }
    }

    /// Statements of a request.
    pub(super) const fn statements(self) -> u32 {
        match self {
            Self::SignIn => 2,
            _ => 1,
        }
    }
}

/// CPU time of a request in microseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Cost {
    pub(super) function: f64,
    pub(super) server: f64,
}

/// What the model is calculated from.
#[derive(Clone, Debug)]
pub(super) struct Constants {
    costs: [Cost; Operation::ALL.len()],
    /// Bytes of a user with all its indexes and words.
    pub(super) user: f64,
    /// Bytes of a session with its indexes.
    pub(super) session: f64,
    /// Bytes of an audit event with its indexes.
    pub(super) event: f64,
}

#[derive(Debug, Deserialize)]
struct Load {
    figures: Vec<Figure>,
}

#[derive(Debug, Deserialize)]
struct Figure {
    name: String,
    value: f64,
}

#[derive(Debug, Deserialize)]
struct Scale {
    sizes: Vec<Size>,
}

#[derive(Debug, Deserialize)]
struct Size {
    users: f64,
    sessions: f64,
    events: f64,
    relations: Vec<Relation>,
}

#[derive(Debug, Deserialize)]
struct Relation {
    name: String,
    bytes: f64,
}

impl Constants {
    /// Reads the figures of both suites.
    pub(super) fn read(load: &Path, scale: &Path) -> Result<Self> {
        let figures: Load = read(load, "load")?;
        let cost = |operation: Operation| {
            let find = |place: &str| {
                let name = format!("CPU of a {} in {place}", operation.name());
                let found = figures.figures.iter().find(|figure| figure.name == name);
                found.map(|figure| figure.value).ok_or_else(|| {
                    format!("{} has no figure '{name}': measure again", load.display())
                })
            };
            Ok::<_, String>(Cost {
                function: find("the function")?,
                server: find("PostgreSQL")?,
            })
        };
        let [sign_in, refresh, session_check, list_page] = Operation::ALL.map(cost);
        let scale_figures: Scale = read(scale, "scale")?;
        let largest = scale_figures
            .sizes
            .iter()
            .max_by(|a, b| a.users.total_cmp(&b.users))
            .ok_or_else(|| format!("{} has no size", scale.display()))?;
        let bytes = |belongs: fn(&str) -> bool| -> f64 {
            let relations = largest.relations.iter();
            let of_kind = relations.filter(|relation| belongs(&relation.name));
            of_kind.map(|relation| relation.bytes).sum()
        };
        Ok(Self {
            costs: [sign_in?, refresh?, session_check?, list_page?],
            user: bytes(|name| name.starts_with("user")) / largest.users,
            session: bytes(|name| name.starts_with("session")) / largest.sessions,
            event: bytes(|name| name.starts_with("audit")) / largest.events,
        })
    }

    /// What a request of this kind costs.
    pub(super) fn cost(&self, operation: Operation) -> Cost {
        self.costs[operation as usize]
    }

    /// Mean time in seconds for which a request keeps a processor of the database busy.
    pub(super) fn mean_service(&self, usage: &Use) -> f64 {
        let shares = Operation::ALL.map(|operation| usage.requests(operation));
        let total: f64 = shares.iter().sum();
        let busy: f64 = Operation::ALL
            .iter()
            .zip(shares)
            .map(|(operation, share)| share * self.cost(*operation).server)
            .sum();
        busy / total / 1e6
    }
}

fn read<T: DeserializeOwned>(path: &Path, suite: &str) -> Result<T> {
    let measure = format!(
        "measure it with: cargo benchmarks {suite} --json {}",
        path.display()
    );
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("{}: {error}; {measure}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| {
        format!("{} has other contents: {error}; {measure}", path.display()).into()
    })
}
