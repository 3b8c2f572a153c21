//! Explores every order of events up to a depth. Breadth first, so that the first counterexample is a shortest one.

use std::collections::HashSet;
use std::fmt;

use serde_json::Value;

use super::action::Action;
use super::ask::{Answers, Held};
use super::database::Fixture;
use super::rule::{By, Gift, Opened, Role, World};

/// How much an exploration has covered.
#[derive(Debug, Default)]
pub(super) struct Explored {
    states: usize,
    events: usize,
    refused: usize,
}

impl fmt::Display for Explored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            states,
            events,
            refused,
        } = self;
        write!(
            f,
            "{states} states, {events} events, {refused} of them refused"
        )
    }
}

/// A difference from the rule, and the events that lead to it.
#[derive(Debug)]
pub(super) struct Counterexample {
    pub(super) events: Vec<Action>,
    what: String,
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what)?;
        for (i, event) in self.events.iter().enumerate() {
            writeln!(f, "{:3}. {event:?}", i + 1)?;
        }
        Ok(())
    }
}

/// A state of the rule and of the database, and the credentials that exist in it.
struct Node {
    world: World,
    state: Value,
    held: Held,
    events: Vec<Action>,
}

/// Explores all orders of events.
pub(super) async fn explore(
    fixture: &mut Fixture,
    role: Role,
    gift: Gift,
    depth: usize,
) -> Result<Explored, Box<Counterexample>> {
    let (state, digest) = fixture.take(&fixture.first).await;
    let start = Node {
        world: World::new(role, gift),
        state,
        held: fixture.first,
        events: Vec::new(),
    };
    let mut explored = Explored::default();
    let mut seen = HashSet::from([(start.world, digest)]);
    judge(fixture, &start).await?;
    let mut fresh = vec![start];
    for _ in 0..depth {
        let mut found = Vec::new();
        for node in &fresh {
            let mut is_there = false;
            for action in node.world.actions(role) {
                explored.events += 1;
                // A refused event changes nothing, so the state need not be restored for the next one.
                if !is_there {
                    fixture.put(&node.state).await;
                }
                let followed = follow(fixture, node, action).await?;
                is_there = followed.is_none();
                let Some((next, digest)) = followed else {
                    explored.refused += 1;
                    continue;
                };
                if seen.insert((next.world, digest)) {
                    judge(fixture, &next).await?;
                    found.push(next);
                }
            }
        }
        fresh = found;
    }
    explored.states = seen.len();
    Ok(explored)
}

/// Performs an event. Returns `None` if it is refused. It is an error if the rule and the product disagree on that.
async fn follow(
    fixture: &mut Fixture,
    from: &Node,
    action: Action,
) -> Result<Option<(Node, String)>, Box<Counterexample>> {
    let (mut world, mut held) = (from.world, from.held);
    let expected = world.step(action);
    let done = fixture.perform(action, &mut held).await;
    let mut events = from.events.clone();
    events.push(action);
    if done != expected {
        let what = format!("the last event: allowed {done}, by the rule {expected}");
        return Err(Box::new(Counterexample { events, what }));
    }
    if !done {
        return Ok(None);
    }
    let (state, digest) = fixture.take(&held).await;
    let next = Node {
        world,
        state,
        held,
        events,
    };
    Ok(Some((next, digest)))
}

/// Tries every credential in a state and compares the results with the rule.
async fn judge(fixture: &mut Fixture, node: &Node) -> Result<(), Box<Counterexample>> {
    let world = &node.world;
    let expected = Answers {
        link: [world.link_works(); 2],
        older_link: false,
        chosen: [world.password_works(By::Maker); 2],
        own: [world.password_works(By::Owner); 2],
        by_password: [world.session_works(Opened::ByPassword); 2],
        by_link: [world.session_works(Opened::ByLink); 2],
        bystander: [!world.is_restored; 3],
    };
    let answers = fixture.ask(&node.held).await;
    let what = if answers != expected {
        format!("{answers:?}\nby the rule {expected:?}\nin {world:?}")
    } else if world.maker_reaches_in() && !fixture.maker_holds_as_much().await {
        format!("the maker still has access that their roles no longer grant, in {world:?}")
    } else {
        return Ok(());
    };
    let events = node.events.clone();
    Err(Box::new(Counterexample { events, what }))
}
