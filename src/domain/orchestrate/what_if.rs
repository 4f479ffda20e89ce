//! Questions of the kind "what if SVC-129 were done?".

use std::fmt;

use super::wording::duration;
use crate::domain::graph::dependencies::GraphFacts;
use crate::domain::graph::facts::Facts;
use crate::domain::model::effort::{Effort, EffortUnits};
use crate::domain::model::id::PrdId;
use crate::domain::model::portfolio::{LookupError, Portfolio};
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// How a question is written.
pub const FORMS: &str =
    "`ID done`, `ID +5d`, `ID -2d`, `ID drop`, `start ID` or `publish ID`, several with commas between them";

/// One supposed change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// The PRD.
    pub id: PrdId,
    /// What happens to it.
    pub change: Supposed,
}

/// What is supposed to happen to a PRD today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supposed {
    /// It is complete.
    Done,
    /// It needs so many working days more, or fewer.
    More(i64),
    /// It is given up, and nobody waits for it any longer.
    Drop,
    /// It is started.
    Start,
    /// Its contract is published.
    Publish,
}

/// Why a question makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswerable {
    /// It is not written as one.
    #[error("`{0}` is no question that can be answered")]
    Form(String),
    /// A PRD is not there, or its name is not clear.
    #[error(transparent)]
    Unknown(#[from] LookupError),
    /// The PRD cannot change so.
    #[error("{id} is {state}: it cannot {what}")]
    State {
        /// The PRD.
        id: PrdId,
        /// Its state.
        state: State,
        /// What it cannot do.
        what: &'static str,
    },
    /// There is nothing to add days to.
    #[error("{0} has no usable estimate that days could be added to")]
    NoEstimate(PrdId),
}

impl fmt::Display for WhatIf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = &self.id;
        match self.change {
            Supposed::Done => write!(f, "{id} is done"),
            Supposed::More(days) if days < 0 => write!(f, "{id} takes {} less", duration(-days)),
            Supposed::More(days) => write!(f, "{id} takes {} more", duration(days)),
            Supposed::Drop => write!(f, "{id} is dropped"),
            Supposed::Start => write!(f, "{id} is started"),
            Supposed::Publish => write!(f, "{id} publishes its contract"),
        }
    }
}

/// Reads the questions of one argument, as [`FORMS`] says.
///
/// # Errors
/// One is not written so, or names no PRD.
pub fn read(text: &str, units: &EffortUnits, portfolio: &Portfolio) -> Result<Vec<WhatIf>, Unanswerable> {
    text.split(',')
        .map(str::trim)
        .filter(|one| !one.is_empty())
        .map(|one| read_one(one, units, portfolio))
        .collect()
}

fn read_one(text: &str, units: &EffortUnits, portfolio: &Portfolio) -> Result<WhatIf, Unanswerable> {
    let form = || Unanswerable::Form(text.to_owned());
    let (first, second) = text.split_once(char::is_whitespace).ok_or_else(form)?;
    let second = second.trim();
    let (name, change) = match (first.to_lowercase().as_str(), second.to_lowercase().as_str()) {
        ("start", _) => (second, Supposed::Start),
        ("publish", _) => (second, Supposed::Publish),
        (_, "done" | "complete" | "completed") => (first, Supposed::Done),
        (_, "drop" | "dropped" | "cancelled") => (first, Supposed::Drop),
        (_, "start" | "started") => (first, Supposed::Start),
        (_, "publish" | "published") => (first, Supposed::Publish),
        (_, days) => (first, Supposed::More(read_days(days, units).ok_or_else(form)?)),
    };
    Ok(WhatIf { id: portfolio.resolve(name)?.id.clone(), change })
}

/// `+5d`, `-1w`: whole working days, rounded away from nothing.
fn read_days(text: &str, units: &EffortUnits) -> Option<i64> {
    let (sign, rest) = match text.chars().next()? {
        '+' => (1, text.get(1..)?),
        '-' => (-1, text.get(1..)?),
        _ => return None,
    };
    Some(sign * Effort::read(rest)?.days(units)?.mean().ceil().to_integer())
}

/// Makes what is supposed so.
///
/// # Errors
/// A PRD cannot change so.
pub fn suppose(
    changes: &[WhatIf],
    portfolio: Portfolio,
    graph: &mut GraphFacts,
    facts: &Facts,
) -> Result<Portfolio, Unanswerable> {
    for WhatIf { id, change } in changes {
        let Some(prd) = portfolio.find(id) else { continue };
        let cannot = |what| Unanswerable::State { id: id.clone(), state: prd.state, what };
        match change {
            Supposed::More(_) if !prd.state.is_unfinished() => return Err(cannot("take longer")),
            Supposed::More(_) if facts.work(prd).remaining.is_none() => {
                return Err(Unanswerable::NoEstimate(id.clone()));
            }
            Supposed::Start if prd.state != State::Ready => return Err(cannot("be started")),
            Supposed::Done | Supposed::Drop if !prd.state.is_unfinished() => {
                return Err(cannot("be done or dropped once more"));
            }
            Supposed::Drop => {
                graph.was_complete.insert(id.clone());
            }
            Supposed::Publish => {
                graph.published.insert(id.clone());
            }
            Supposed::Done | Supposed::More(_) | Supposed::Start => {}
        }
    }
    Ok(portfolio.map(|mut prd| {
        for WhatIf { id, change } in changes {
            if *id == prd.id {
                suppose_of(&mut prd, *change, facts);
            }
        }
        prd
    }))
}

fn suppose_of(prd: &mut Prd, change: Supposed, facts: &Facts) {
    match change {
        Supposed::Done => prd.state = State::Complete,
        Supposed::Drop => prd.state = State::Archived,
        Supposed::Start => prd.state = State::InProgress,
        Supposed::Publish => {}
        Supposed::More(days) => {
            let left = facts.work(prd).remaining.unwrap_or(0).saturating_add(days).max(0);
            prd.remaining = Effort::read(&format!("{left}d"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::graph::dependencies::Graph;
    use crate::domain::graph::schedule::Schedule;
    use crate::domain::model::sample::{id, portfolio, prd, worked_example};

    fn monday() -> Facts {
        Facts::on("2025-06-02".parse().unwrap())
    }

    fn questions(text: &str) -> Result<Vec<String>, String> {
        let mut samples = worked_example();
        samples.push(prd("SVC-133").state(State::Ready).estimate("4d"));
        let read = read(text, &EffortUnits::default(), &portfolio(samples));
        read.map(|all| all.iter().map(ToString::to_string).collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn questions_are_read() {
        let said = |text: &str| questions(text).unwrap().join("; ");
        assert_eq!(said("SVC-129 done"), "SVC-129 is done");
        assert_eq!(said("svc-131 +1w, 132 drop"), "SVC-131 takes 1 week more; SVC-132 is dropped");
        assert_eq!(said("SVC-131 -2d"), "SVC-131 takes 2 days less");
        assert_eq!(said("start SVC-133"), "SVC-133 is started");
        assert_eq!(said("SVC-129 published"), "SVC-129 publishes its contract");
        for text in ["SVC-129", "SVC-129 sings", "SVC-129 5d", "SVC-129 +x"] {
            assert!(questions(text).unwrap_err().contains("no question"), "{text}");
        }
        assert!(questions("SVC-999 done").unwrap_err().contains("SVC-999"));
    }

    /// Length of the portfolio and finish of SVC-130 under a question.
    fn answer(text: &str) -> Result<(i64, Option<i64>), Unanswerable> {
        let mut samples = worked_example();
        samples.push(prd("SVC-133").state(State::Ready).estimate("4d"));
        samples.push(prd("SVC-134"));
        let portfolio = portfolio(samples);
        let asked = read(text, &EffortUnits::default(), &portfolio)?;
        let mut graph_facts = GraphFacts::default();
        let portfolio = suppose(&asked, portfolio, &mut graph_facts, &monday())?;
        let graph = Graph::build(&portfolio, &graph_facts);
        let schedule = Schedule::of(&graph, &monday());
        let finish = graph.node(&id("SVC-130")).and_then(|node| schedule.entry(node)?.finish);
        Ok((schedule.length(), finish))
    }

    #[test]
    fn what_is_supposed_is_scheduled() {
        assert_eq!(answer("SVC-129 done"), Ok((20, Some(10))));
        assert_eq!(answer("publish SVC-129"), Ok((20, Some(10))));
        assert_eq!(answer("SVC-129 drop"), Ok((20, Some(10))));
        assert_eq!(answer("SVC-131 +5d"), Ok((25, Some(15))));
        assert_eq!(answer("SVC-131 -9d, SVC-129 -5d"), Ok((17, Some(10))));
        assert_eq!(answer("SVC-132 drop"), Ok((15, Some(15))));
        assert_eq!(answer("SVC-129 +5d, SVC-129 +5d"), Ok((25, Some(25))));
    }

    #[test]
    fn what_cannot_be_is_said() {
        assert!(matches!(answer("start SVC-129"), Err(Unanswerable::State { .. })));
        assert!(matches!(answer("SVC-134 +5d"), Err(Unanswerable::NoEstimate(_))));
    }
}
