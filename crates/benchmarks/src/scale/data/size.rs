//! How large a data set is, and when its rows were written.

use fastrand::Rng;
use uuid::Uuid;

use crate::scale::people::{Subject, chances};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// Time since the first account was created.
const AGE: i64 = 4 * 365 * DAY;
/// The daily run deletes sessions that ended a week ago, and a session lasts 30 days at most.
const SESSIONS_SINCE: i64 = 37 * DAY;
/// The daily run deletes audit events after 90 days.
const EVENTS_SINCE: i64 = 92 * DAY;

/// Numbers of rows, and the time when the data set was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) users: u64,
    pub(crate) sessions: u64,
    pub(crate) events: u64,
    /// Microseconds since 1970, by the database's clock.
    pub(crate) made_at: i64,
}

/// A time in microseconds since 1970, and an id that was made then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Made {
    pub(crate) at: i64,
    pub(crate) id: Uuid,
}

impl Size {
    /// When this user was created. More and more users join: half of them in the last 30 % of the time.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a time that needs no precision"
    )]
    pub(crate) fn user(&self, number: u64) -> Made {
        let position = (number as f64 / self.users as f64).sqrt();
        let at = self.made_at - AGE + (AGE as f64 * position) as i64;
        made(at, &mut chances(Subject::User, number))
    }

    /// When this session was opened.
    pub(crate) fn session(&self, number: u64) -> Made {
        let at = self.evenly(SESSIONS_SINCE, number, self.sessions);
        made(at, &mut chances(Subject::Session, number))
    }

    /// When this audit event occurred.
    pub(crate) fn event(&self, number: u64) -> Made {
        let at = self.evenly(EVENTS_SINCE, number, self.events);
        made(at, &mut chances(Subject::Event, number))
    }

    fn evenly(&self, since: i64, number: u64, of: u64) -> i64 {
        let passed = i128::from(since) * i128::from(number) / i128::from(of.max(1));
        self.made_at - since + i64::try_from(passed).unwrap_or(since)
    }

    /// A user who has signed in before, and the time of the last sign-in.
    pub(crate) fn signed_in_user(&self, rng: &mut Rng) -> u64 {
        // The newest users may be younger than the session or the event.
        let number = rng.u64(..self.users * 9 / 10);
        if has_signed_in(number) {
            number
        } else {
            number + 1
        }
    }

    /// Time of the last sign-in, if there was one: recently for most.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a time that needs no precision"
    )]
    pub(crate) fn last_sign_in(&self, number: u64, created_at: i64, rng: &mut Rng) -> Option<i64> {
        let chance = rng.f64();
        let ago = ((self.made_at - created_at) as f64 * chance * chance * chance) as i64;
        has_signed_in(number).then_some(self.made_at - ago)
    }
}

/// Two of three users.
fn has_signed_in(number: u64) -> bool {
    !number.is_multiple_of(3)
}

/// Roles of a user: two administrators, one manager of a hundred users, five viewers.
pub(crate) fn roles(number: u64) -> &'static [&'static str] {
    match number {
        1 | 500 => &["admin"],
        _ if number % 1_000 == 77 => &["manager", "viewer"],
        _ if number % 100 == 13 => &["manager"],
        _ if number % 20 == 7 => &["viewer"],
        _ => &["user"],
    }
}

/// Whether a user has the role `user` only.
pub(crate) fn is_plain(number: u64) -> bool {
    roles(number) == ["user"]
}

/// Whether a user is active: all but six of a hundred.
pub(crate) fn is_active(number: u64) -> bool {
    number % 17 != 5 || roles(number) == ["admin"]
}

/// Numbers of the administrators.
pub(crate) const ADMINISTRATORS: [u64; 2] = [1, 500];

fn made(at: i64, rng: &mut Rng) -> Made {
    let mut random = [0; 10];
    rng.fill(&mut random);
    let millis = u64::try_from(at / 1_000).expect("the data set was made after 1970");
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
    Made { at, id }
}
