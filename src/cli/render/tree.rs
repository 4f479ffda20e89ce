//! The dependency graph as a tree, prerequisites at its roots.
//!
//! Whoever has several prerequisites stands in full under the one that drives it, and as a reference under the
//! others. Parts without a prerequisite of their own stand under their feature.

use std::collections::{HashMap, HashSet};

use super::marks;
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::id::PrdId;
use crate::domain::orchestrate::report::{DependsOn, PrdRow, Report};
use crate::domain::orchestrate::wording;

/// How deep a branch goes before it is continued as a root of its own.
const DEEPEST: usize = 20;

/// The tree, one PRD for each line, without a line end after the last.
#[must_use]
pub fn tree(report: &Report) -> String {
    let shape = Shape::of(report);
    let mut lines = Vec::new();
    let mut drawn: HashSet<usize> = HashSet::new();
    // What cannot be reached from a root goes round: its first comes as a root of its own.
    for start in shape.roots.iter().copied().chain(0..report.prds.len()) {
        if drawn.contains(&start) {
            continue;
        }
        let mut later = vec![(start, false)];
        while let Some((root, continued)) = later.pop() {
            shape.draw(root, continued, &mut drawn, &mut lines, &mut later);
        }
    }
    lines.join("\n")
}

/// A branch that is still to be drawn.
struct Branch {
    at: usize,
    /// What stands before the line, and before those below it.
    lead: String,
    below: String,
    depth: usize,
    reference: bool,
}

struct Shape<'a> {
    rows: &'a [PrdRow],
    /// For each PRD the ids that it names and no PRD has.
    missing: HashMap<&'a PrdId, Vec<&'a PrdId>>,
    roots: Vec<usize>,
    /// For each row those below it, and whether only as a reference.
    below: Vec<Vec<(usize, bool)>>,
    home: Vec<Option<usize>>,
}

impl<'a> Shape<'a> {
    fn of(report: &'a Report) -> Self {
        let rows = report.prds.as_slice();
        let at: HashMap<&PrdId, usize> = rows.iter().enumerate().map(|(at, row)| (&row.id, at)).collect();
        let mut missing: HashMap<&PrdId, Vec<&PrdId>> = HashMap::new();
        for row in &report.missing {
            for id in row.needed_by.iter().chain(&row.needs) {
                missing.entry(id).or_default().push(&row.id);
            }
        }
        let mut shape = Self {
            rows,
            missing,
            roots: Vec::new(),
            below: vec![Vec::new(); rows.len()],
            home: vec![None; rows.len()],
        };
        for (place, row) in rows.iter().enumerate() {
            let mut above: Vec<usize> =
                open(row).filter(|edge| !edge.implied).filter_map(|edge| at.get(&edge.id).copied()).collect();
            if above.is_empty() {
                above.extend(row.parent.as_ref().and_then(|parent| at.get(parent)));
            }
            let driver = row.driver.as_ref().and_then(|driver| at.get(driver)).copied();
            let home = driver.filter(|driver| above.contains(driver)).or_else(|| above.first().copied());
            match home {
                None => shape.roots.push(place),
                Some(home) => {
                    shape.home[place] = Some(home);
                    for other in above {
                        shape.below[other].push((place, other != home));
                    }
                }
            }
        }
        shape
    }

    fn draw(
        &self,
        root: usize,
        continued: bool,
        drawn: &mut HashSet<usize>,
        lines: &mut Vec<String>,
        later: &mut Vec<(usize, bool)>,
    ) {
        let blank =
            Branch { at: root, lead: String::new(), below: String::new(), depth: 0, reference: false };
        let mut stack = vec![blank];
        let mut continues = Vec::new();
        while let Some(branch) = stack.pop() {
            let row = &self.rows[branch.at];
            let again = branch.depth == 0 && continued;
            if branch.reference || (drawn.contains(&branch.at) && !again) {
                let above = self.home[branch.at].map(|home| format!(", see {}", self.rows[home].id));
                lines.push(format!("{}{}{}", branch.lead, name(row), above.unwrap_or_default()));
                continue;
            }
            drawn.insert(branch.at);
            let below = &self.below[branch.at];
            if again {
                lines.push(format!("{} (continued)", name(row)));
            } else {
                lines.push(format!("{}{}", branch.lead, self.line(row)));
            }
            if branch.depth == DEEPEST && !below.is_empty() {
                lines.push(format!("{}└── … continued below", branch.below));
                continues.push((branch.at, true));
                continue;
            }
            for (number, (at, reference)) in below.iter().enumerate().rev() {
                let (fork, rail) =
                    if number + 1 == below.len() { ("└── ", "    ") } else { ("├── ", "│   ") };
                stack.push(Branch {
                    at: *at,
                    lead: format!("{}{fork}", branch.below),
                    below: format!("{}{rail}", branch.below),
                    depth: branch.depth + 1,
                    reference: *reference,
                });
            }
        }
        later.extend(continues.into_iter().rev());
    }
}

impl Shape<'_> {
    /// `SVC-132 (warehouse-integration) 🔴 10% — waits for SVC-131, ready in 3 days`
    fn line(&self, row: &PrdRow) -> String {
        let sign = row.health.map_or(String::new(), |health| format!(" {}", health.sign()));
        let mut notes = notes(row);
        if marks::is_round(row) {
            notes.push("goes round".to_owned());
        }
        if let Some(ids) = self.missing.get(&row.id) {
            notes.push(format!("names {}, which no PRD is", wording::list(ids)));
        }
        let dash = if notes.is_empty() { "" } else { " — " };
        format!("{}{sign} {}%{dash}{}", name(row), row.progress, notes.join("; "))
    }
}

/// The hard dependencies that are not met.
fn open(row: &PrdRow) -> impl Iterator<Item = &DependsOn> {
    row.depends_on.iter().filter(|edge| !edge.met && edge.kind.is_hard())
}

fn name(row: &PrdRow) -> String {
    format!("{} ({})", row.id, row.service)
}

/// What it waits for, and when that is there.
fn notes(row: &PrdRow) -> Vec<String> {
    let of =
        |kind: DependencyKind| -> Vec<&DependsOn> { open(row).filter(|edge| edge.kind == kind).collect() };
    let when = |edges: &[&DependsOn], verb: &str| {
        let days: Option<Vec<i64>> = edges.iter().map(|edge| edge.ready_day).collect();
        let last = days.and_then(|days| days.into_iter().max());
        last.map_or(String::new(), |day| format!(", {verb} {}", wording::in_days(day)))
    };
    let ids = |edges: &[&DependsOn]| wording::list(edges.iter().map(|edge| &edge.id));
    let mut notes = Vec::new();
    let complete = of(DependencyKind::Complete);
    if !complete.is_empty() {
        notes.push(format!("waits for {}{}", ids(&complete), when(&complete, "ready")));
    }
    let contracts = of(DependencyKind::Contract);
    if !contracts.is_empty() {
        let owners = wording::list(contracts.iter().map(|edge| format!("{}'s", edge.id)));
        let word = if contracts.len() == 1 { "API contract" } else { "API contracts" };
        notes.push(format!("waits for {owners} {word}{}", when(&contracts, "due")));
    }
    let finishes = of(DependencyKind::Finish);
    if !finishes.is_empty() {
        notes.push(format!("ends after {}", ids(&finishes)));
    }
    notes
}

#[cfg(test)]
mod tests {
    use crate::cli::render::report_markdown::tests::{made, worked};
    use crate::domain::model::sample::prd;
    use crate::domain::orchestrate::options::Options;

    use super::*;

    #[test]
    fn prerequisites_are_roots_and_drivers_are_parents() {
        insta::assert_snapshot!(tree(&worked()), @r#"
        SVC-129 (payment-service) ✅ 75%
        ├── SVC-128 (checkout-service) ✅ 60% — ends after SVC-129 and SVC-131
        └── SVC-130 (refund-service) ⚠️ 30% — waits for SVC-129's API contract, due in 1 week
        SVC-131 (inventory-service) ✅ 85%
        ├── SVC-128 (checkout-service), see SVC-129
        └── SVC-132 (warehouse-integration) 🔴 10% — waits for SVC-131, ready in 3 days
        "#);
    }

    #[test]
    fn features_parts_and_cycles_all_appear_once() {
        let samples = vec![
            prd("SVC-1").estimate("1d"),
            prd("SVC-2").parent("SVC-1").estimate("1d"),
            prd("SVC-3").parent("SVC-1").estimate("1d").depends("SVC-2"),
            prd("SVC-7").estimate("1d").depends("SVC-8"),
            prd("SVC-8").estimate("1d").depends("SVC-7"),
            prd("SVC-9").estimate("1d").depends("SVC-8, SVC-3, SVC-77"),
        ];
        insta::assert_snapshot!(tree(&made(samples, &Options::default())), @r#"
        SVC-1 (slug-svc-1) ❔ 0%
        └── SVC-2 (slug-svc-2) ❔ 0%
            └── SVC-3 (slug-svc-3) 🔴 0% — waits for SVC-2, ready in 1 day
                └── SVC-9 (slug-svc-9) 🔴 0% — waits for SVC-3 and SVC-8; names SVC-77, which no PRD is
        SVC-7 (slug-svc-7) 🔴 0% — waits for SVC-8; goes round
        └── SVC-8 (slug-svc-8) 🔴 0% — waits for SVC-7; goes round
            ├── SVC-7 (slug-svc-7), see SVC-8
            └── SVC-9 (slug-svc-9), see SVC-3
        "#);
    }

    #[test]
    fn a_long_chain_is_continued_and_not_indented_for_ever() {
        let mut samples = vec![prd("SVC-1").estimate("1d")];
        samples.extend(
            (2..=3000).map(|n| prd(&format!("SVC-{n}")).estimate("1d").depends(&format!("SVC-{}", n - 1))),
        );
        let text = tree(&made(samples, &Options::default()));
        assert_eq!(text.lines().filter(|line| line.contains("3000 (")).count(), 1);
        assert!(text.lines().all(|line| line.chars().count() < 160));
        assert_eq!(text.lines().filter(|line| line.contains('%')).count(), 3000);
    }
}
