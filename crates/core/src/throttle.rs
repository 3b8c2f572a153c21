//! How fast passwords may be guessed. The counters live in Postgres; the policy is these constants.

use ring::hmac;
use uuid::Uuid;

use crate::client::Client;
use crate::keys::{Keys, Purpose};

/// From failure number `limit` on, the wait doubles from one second up to `max_delay`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Failures that go unpunished, plus one.
    pub limit: i32,
    /// Seconds: the longest wait between two attempts.
    pub max_delay: i32,
    /// Seconds after the first failure when the count starts anew.
    pub forget_after: i32,
}

/// One account from one network.
pub const ACCOUNT_AND_NETWORK: Rule = Rule {
    limit: 5,
    max_delay: 900,
    forget_after: 86_400,
};
/// One network over all accounts: one password tried on a thousand accounts ends here.
pub const NETWORK: Rule = Rule {
    limit: 50,
    max_delay: 900,
    forget_after: 3_600,
};
/// One account over all networks, but not from a device on which its owner has signed in before.
/// The longest wait is short: it must not lock the owner out who comes from a new device.
pub const ACCOUNT: Rule = Rule {
    limit: 100,
    max_delay: 30,
    forget_after: 3_600,
};

/// The keys of the three counters. MACs, so that the table tells nothing to who reads it.
#[derive(Debug)]
pub struct Counters {
    pub(crate) account_and_network: Vec<u8>,
    pub(crate) network: Vec<u8>,
    pub(crate) account: Vec<u8>,
}

impl Counters {
    /// The counters of sign-in attempts at the account with this normalised e-mail address.
    #[must_use]
    pub fn of_sign_in(keys: &Keys, email_normalized: &str, client: &Client) -> Self {
        Self::new(keys, &format!("email|{email_normalized}"), client)
    }

    /// The counters of guesses at the current password by somebody who is signed in.
    #[must_use]
    pub fn of_password_change(keys: &Keys, user_id: Uuid, client: &Client) -> Self {
        Self::new(keys, &format!("user|{user_id}"), client)
    }

    fn new(keys: &Keys, account: &str, client: &Client) -> Self {
        let key = keys.current.mac(Purpose::Throttle);
        let mac = |text: &str| hmac::sign(&key, text.as_bytes()).as_ref().to_vec();
        let network = client.network();
        Self {
            account_and_network: mac(&format!("account and network|{account}|{network}")),
            network: mac(&format!("network|{network}")),
            account: mac(&format!("account|{account}")),
        }
    }
}
