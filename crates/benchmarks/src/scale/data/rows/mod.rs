//! The rows of the large tables, as the product writes them.

mod events;
mod sessions;
mod text;
mod users;
mod words;

pub(crate) use text::Rows;

use super::size::Size;

/// A table that is filled with generated rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    Users,
    Words,
    Sessions,
    Events,
}

/// What all rows have in common.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) size: Size,
    /// The hash of every user's password, made by the product.
    pub(crate) password_hash: String,
}

impl Table {
    pub(crate) const ALL: [Self; 4] = [Self::Users, Self::Words, Self::Sessions, Self::Events];

    /// Name, with the schema.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Users => "hallpass.users",
            Self::Words => "hallpass.user_words",
            Self::Sessions => "hallpass.sessions",
            Self::Events => "hallpass.audit_events",
        }
    }

    /// The columns that are written, in the order of the rows.
    pub(crate) const fn columns(self) -> &'static str {
        match self {
            Self::Users => users::COLUMNS,
            Self::Words => words::COLUMNS,
            Self::Sessions => sessions::COLUMNS,
            Self::Events => events::COLUMNS,
        }
    }

    /// How often rows are appended: once for each user, session or event.
    pub(crate) const fn count(self, size: &Size) -> u64 {
        match self {
            Self::Users | Self::Words => size.users,
            Self::Sessions => size.sessions,
            Self::Events => size.events,
        }
    }

    /// Appends the row with this number, or the rows of the user with this number.
    pub(crate) fn push(self, rows: &mut Rows, number: u64, source: &Source) {
        match self {
            Self::Users => users::push(rows, number, source),
            Self::Words => words::push(rows, number, &source.size),
            Self::Sessions => sessions::push(rows, number, &source.size),
            Self::Events => events::push(rows, number, &source.size),
        }
    }
}

/// Addresses and programs of clients.
pub(super) mod client {
    use fastrand::Rng;

    const USER_AGENTS: [&str; 6] = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "okhttp/5.3.0",
    ];

    /// An address of 10.0.0.0/8.
    pub(crate) fn ip(rng: &mut Rng) -> String {
        let [a, b, c, _] = rng.u32(..).to_be_bytes();
        format!("10.{a}.{b}.{c}")
    }

    pub(crate) fn user_agent(rng: &mut Rng) -> &'static str {
        USER_AGENTS[crate::scale::people::skewed(rng, USER_AGENTS.len())]
    }
}
