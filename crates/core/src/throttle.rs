//! Rate limits for attempts to prove an identity. The counters are in the database (`hallpass.begin_attempt`); the
//! constants in this module are the policy.

use std::fmt::Write as _;

use ring::hmac;
use serde::Serialize;
use sqlx::query;
use uuid::Uuid;

use crate::client::Client;
use crate::db::{Db, Idempotency};
use crate::keys::{Keys, Purpose};
use crate::tokens::device::DeviceMark;
use crate::tokens::link::LinkToken;
use crate::tokens::refresh::RefreshToken;
use crate::{Error, Result};

/// A rate limit: from failure number `limit` on, the delay doubles from one second up to `max_delay`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Number of the first failure that is followed by a delay.
    pub limit: i32,
    /// Maximum delay between two attempts, in seconds.
    pub max_delay: i32,
    /// Window in seconds: the count starts again this long after the first failure.
    pub window: i32,
}

/// Applies to one account from one network.
pub const ACCOUNT_AND_NETWORK: Rule = Rule {
    limit: 5,
    max_delay: 900,
    window: 86_400,
};
/// Applies to one network over all accounts. It stops the same password from being tried on a thousand accounts.
pub const NETWORK: Rule = Rule {
    limit: 50,
    max_delay: 900,
    window: 3_600,
};
/// Applies to one IPv6 site over all accounts: a home or a tunnel has up to 65,536 networks (RIPE-690, RFC 6177).
pub const SITE: Rule = Rule {
    limit: 500,
    max_delay: 900,
    window: 3_600,
};
/// Applies to one account over all networks. Networks that have failed at the account before and networks that have not
/// are counted separately, so that attackers who return do not delay an owner at a new place. The maximum delay is
/// short.
pub const ACCOUNT: Rule = Rule {
    limit: 100,
    max_delay: 30,
    window: 3_600,
};
/// Applies to one device on which the account's owner has signed in before, instead of all other limits.
pub const DEVICE: Rule = Rule {
    limit: 5,
    max_delay: 900,
    window: 86_400,
};
/// Applies to used, replaced or expired one-time links of one account.
pub const LINK: Rule = Rule {
    limit: 10,
    max_delay: 900,
    window: 3_600,
};
/// Applies to refresh tokens of one session that has ended. They are refused in any case; the limit bounds the number
/// of audit events.
pub const REFRESH: Rule = Rule {
    limit: 5,
    max_delay: 86_400,
    window: 86_400,
};

/// The longest window of all limits, in seconds. A counter that is older has expired under any limit; its row does not
/// name the limit that it belongs to.
pub const LONGEST_WINDOW: i32 = longest_window(&[
    ACCOUNT_AND_NETWORK,
    NETWORK,
    SITE,
    ACCOUNT,
    DEVICE,
    LINK,
    REFRESH,
]);

const fn longest_window(rules: &[Rule]) -> i32 {
    let mut longest = 0;
    let mut index = 0;
    while index < rules.len() {
        if rules[index].window > longest {
            longest = rules[index].window;
        }
        index += 1;
    }
    longest
}

/// The counters of one attempt to prove an identity. Without a client address (outside of the platform), the limits for
/// networks do not apply: all clients would count as one network, and each could lock out the others.
#[derive(Clone, Debug)]
pub struct Counters(Vec<Counter>);

/// The counters of a sign-in, depending on whether the network has failed at the account before.
#[derive(Debug)]
pub struct SignInCounters {
    /// For a network that has failed at the account before.
    pub of_known_network: Counters,
    /// For a network that has not.
    pub of_new_network: Counters,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counter {
    /// A MAC in hexadecimal, so that the table reveals neither accounts nor networks.
    key: String,
    limit: i32,
    max_delay: i32,
    window: i32,
    /// Whether a success deletes the counter. Otherwise it is decreased by one failure.
    is_own: bool,
}

impl Counters {
    /// The counters of a sign-in without a known device, at the account with this normalized e-mail address. Which of
    /// the two apply depends on whether the network has failed at the account before.
    #[must_use]
    pub fn of_sign_in(keys: &Keys, email_normalized: &str, client: &Client) -> SignInCounters {
        let account = format!("email|{email_normalized}");
        let networks = [
            client
                .network()
                .map(|network| (format!("network|{network}"), NETWORK)),
            client.site().map(|site| (format!("site|{site}"), SITE)),
        ];
        let networks = networks.into_iter().flatten();
        let shared: Vec<_> = Counter::of_account_and_network(keys, &account, client)
            .into_iter()
            .chain(networks.map(|(name, rule)| Counter::new(keys, &name, rule, false)))
            .collect();
        let with = |over_all: &str| {
            let mut counters = shared.clone();
            counters.push(Counter::new(
                keys,
                &format!("{over_all}|{account}"),
                ACCOUNT,
                false,
            ));
            Self(counters)
        };
        SignInCounters {
            of_known_network: with("account"),
            of_new_network: with("account, new networks"),
        }
    }

    /// Key of the counter that a success deletes: one account from one network. `None` without a client address.
    pub(crate) fn own_key(&self) -> Option<&str> {
        let own = self.0.iter().find(|counter| counter.is_own);
        own.map(|counter| counter.key.as_str())
    }

    /// The counter of a sign-in from a known device.
    #[must_use]
    pub fn of_device(keys: &Keys, mark: &DeviceMark) -> Self {
        let key = format!("device|{}|{}", mark.user_id, mark.nonce);
        Self(vec![Counter::new(keys, &key, DEVICE, true)])
    }

    /// The counters of a signed-in user's attempts to give the current password.
    #[must_use]
    pub fn of_current_password(keys: &Keys, user_id: Uuid, client: &Client) -> Self {
        let account = format!("user|{user_id}");
        let mut counters = vec![Counter::new(
            keys,
            &format!("account|{account}"),
            ACCOUNT,
            false,
        )];
        counters.extend(Counter::of_account_and_network(keys, &account, client));
        Self(counters)
    }

    /// The counter of invalid one-time links.
    #[must_use]
    pub fn of_link(keys: &Keys, link: &LinkToken) -> Self {
        Self(vec![Counter::new(
            keys,
            &format!("link|{}", link.user_id),
            LINK,
            false,
        )])
    }

    /// The counter of refresh tokens of a session that has ended.
    #[must_use]
    pub fn of_refresh(keys: &Keys, token: &RefreshToken) -> Self {
        let key = format!("refresh|{}", token.session_id);
        Self(vec![Counter::new(keys, &key, REFRESH, false)])
    }

    /// The counters as a parameter of the statements.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::json!(self.0)
    }
}

impl Counter {
    fn new(keys: &Keys, name: &str, rule: Rule, is_own: bool) -> Self {
        let mac = hmac::sign(&keys.current.mac(Purpose::Throttle), name.as_bytes());
        let mut key = String::with_capacity(64);
        for byte in mac.as_ref() {
            let _infallible = write!(key, "{byte:02x}");
        }
        Self {
            key,
            limit: rule.limit,
            max_delay: rule.max_delay,
            window: rule.window,
            is_own,
        }
    }

    fn of_account_and_network(keys: &Keys, account: &str, client: &Client) -> Option<Self> {
        let network = client.network()?;
        let name = format!("account and network|{account}|{network}");
        Some(Self::new(keys, &name, ACCOUNT_AND_NETWORK, true))
    }
}

/// Takes back an attempt that failed for reasons of ours, if the database can be reached: a right password must not
/// count as a failure.
pub(crate) async fn withdraw(db: &Db, counters: &Counters) {
    let counters = counters.json();
    let withdrawn = db.fetch_one(Idempotency::Idempotent, || {
        query!(
            r#"select hallpass.settle_attempt($1, false) as "settled!""#,
            counters
        )
    });
    if let Err(error) = withdrawn.await {
        tracing::warn!(%error, "could not take back an attempt that failed for our own reasons");
    }
}

/// Checks the result of `hallpass.begin_attempt`.
///
/// # Errors
/// [`Error::TooManyAttempts`] if it is a delay.
pub(crate) fn check_wait(wait: i32) -> Result<()> {
    match u32::try_from(wait) {
        Ok(retry_after @ 1..) => {
            tracing::warn!(event = "authn_login_lock", retry_after, "attempt throttled");
            Err(Error::TooManyAttempts { retry_after })
        }
        _ => Ok(()),
    }
}
