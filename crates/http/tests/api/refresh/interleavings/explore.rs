//! Explores every schedule up to a depth. Breadth first, so that the first counterexample is a shortest one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use super::action::{Action, Scope};
use super::rule::{Question, Rule, Session};
use super::witness::Broken;
use super::world::World;

/// How much an exploration has covered.
#[derive(Debug, Default)]
pub(super) struct Explored {
    /// Number of sequences with as many actions as the depth of the scope.
    pub(super) schedules: u128,
    pub(super) edges: usize,
    pub(super) states: usize,
    /// Every question, with the state of the session in which it was asked.
    pub(super) asked: BTreeSet<(Session, Question)>,
}

impl fmt::Display for Explored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = self.asked.len();
        let Self {
            schedules,
            edges,
            states,
            ..
        } = self;
        write!(
            f,
            "{schedules} schedules over {states} states and {edges} edges; {asked} different questions to the session"
        )
    }
}

/// A guarantee that was broken, and the schedule that leads to it.
#[derive(Debug)]
pub(super) struct Counterexample {
    pub(super) broken: Broken,
    pub(super) schedule: Vec<Action>,
    scope: Scope,
    rule: Rule,
}

impl fmt::Display for Counterexample {
    /// Writes the schedule step by step with the session's responses, and the final state of the session.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:", self.broken)?;
        let mut world = World::new(&self.scope);
        for (i, action) in self.schedule.iter().enumerate() {
            let answer = match world.step(&self.scope, &self.rule, *action) {
                Ok(Some((question, Some(generation)))) => {
                    format!("{question:?}: 200, generation {generation}")
                }
                Ok(Some((question, None))) => format!("{question:?}: 401"),
                Ok(None) => String::new(),
                Err(broken) => broken.to_string(),
            };
            writeln!(f, "{:3}. {action:<55} {answer}", i + 1)?;
        }
        write!(f, "     {:?}", world.session)
    }
}

/// A state that was reached: the state and action that first led to it, and the states that follow it.
struct Reached {
    from: Option<(usize, Action)>,
    next: Vec<usize>,
}

/// Explores all schedules of the scope.
pub(super) fn explore(scope: &Scope, rule: &Rule) -> Result<Explored, Box<Counterexample>> {
    let mut explored = Explored::default();
    let start = World::new(scope);
    let mut places = HashMap::from([(start.clone(), 0)]);
    let mut reached = vec![Reached {
        from: None,
        next: Vec::new(),
    }];
    // The states that were new in the last step, and the number of schedules that lead to each state in this step.
    let mut fresh = vec![(0, start)];
    let mut schedules = BTreeMap::from([(0, 1_u128)]);
    for _ in 0..scope.depth {
        let mut seen = Vec::new();
        for (place, world) in fresh {
            for action in world.actions(scope) {
                let mut next = world.clone();
                let asked = next.step(scope, rule, action).map_err(|broken| {
                    Box::new(Counterexample {
                        broken,
                        schedule: schedule_to(&reached, place, action),
                        scope: *scope,
                        rule: *rule,
                    })
                })?;
                explored.edges += 1;
                explored
                    .asked
                    .extend(asked.map(|(question, _)| (world.session, question)));
                let found = *places.entry(next).or_insert_with_key(|next| {
                    seen.push((reached.len(), next.clone()));
                    reached.push(Reached {
                        from: Some((place, action)),
                        next: Vec::new(),
                    });
                    reached.len() - 1
                });
                reached[place].next.push(found);
            }
        }
        fresh = seen;
        let mut counted = BTreeMap::new();
        for (place, ways) in schedules {
            for next in &reached[place].next {
                *counted.entry(*next).or_default() += ways;
            }
        }
        schedules = counted;
    }
    explored.schedules = schedules.values().sum();
    explored.states = reached.len();
    Ok(explored)
}

fn schedule_to(reached: &[Reached], place: usize, last: Action) -> Vec<Action> {
    let mut schedule = vec![last];
    let mut from = &reached[place].from;
    while let Some((place, action)) = from {
        schedule.push(*action);
        from = &reached[*place].from;
    }
    schedule.reverse();
    schedule
}
