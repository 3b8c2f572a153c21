//! Requests that have ended. A function reports the end of a request after the response is sent and `wait_until` work
//! is done.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// Number of ended requests that are kept.
const REMEMBERED: usize = 20_000;

/// A request whose end was reported by its function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Value of `x-vercel-id` for the request.
    pub id: String,
    /// The function's name.
    pub function: String,
    /// The error that the function reported, if any.
    pub error: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct EndedRequests {
    ended: Mutex<VecDeque<Ended>>,
    count: watch::Sender<u64>,
}

impl EndedRequests {
    pub(crate) fn add(&self, ended: Ended) {
        let mut list = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if list.len() == REMEMBERED {
            list.pop_front();
        }
        list.push_back(ended);
        drop(list);
        self.count.send_modify(|count| *count += 1);
    }

    pub(crate) fn count(&self) -> u64 {
        *self.count.borrow()
    }

    pub(crate) fn list(&self) -> Vec<Ended> {
        self.ended
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }

    pub(crate) async fn wait_for(&self, id: &str, patience: Duration) -> Option<Ended> {
        let mut count = self.count.subscribe();
        let found = async {
            loop {
                count.borrow_and_update();
                if let Some(ended) = self.find(id) {
                    return Some(ended);
                }
                count.changed().await.ok()?;
            }
        };
        tokio::time::timeout(patience, found).await.ok().flatten()
    }

    fn find(&self, id: &str) -> Option<Ended> {
        let list = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        list.iter().rev().find(|ended| ended.id == id).cloned()
    }
}
