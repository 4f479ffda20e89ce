//! One defect for each check, put into a text that is else as it was.
//!
//! A defect is a pair of changes that differ in the defect alone: `clean` adds a statement that is right, `bad` the
//! same statement spoiled. So what the statement itself is worth as evidence is in both.

use Change::{Line, NoField};

use super::sections;

/// A change of a text, made in two ways.
#[derive(Debug)]
pub(crate) struct Defect {
    /// The check that finds it.
    pub(crate) rule: &'static str,
    clean: &'static [Change],
    bad: &'static [Change],
}

/// One change of a text.
#[derive(Debug)]
enum Change {
    /// A line at the end of the section whose heading has one of the place's words.
    Line(&'static Place, &'static str),
    /// The header's field is taken out.
    NoField(&'static str),
}

/// A section of a PRD, by words of its heading, and the heading that it gets where there is none.
#[derive(Debug)]
struct Place {
    heading: &'static str,
    words: &'static [&'static str],
    not: &'static [&'static str],
}

const CRITERIA: Place = Place {
    heading: "Acceptance criteria",
    words: &["acceptance criteria", "success criteria", "done when", "definition of done"],
    not: &[],
};
const OUTSIDE: Place =
    Place { heading: "Out of scope", words: &["out of scope", "not in scope", "non-goals"], not: &[] };
const INSIDE: Place = Place { heading: "In scope", words: &["scope"], not: &["out of", "not in"] };
const GOALS: Place = Place { heading: "Goals", words: &["goal", "objective"], not: &["non-goal"] };
const RISKS: Place = Place { heading: "Risks", words: &["risk", "go wrong"], not: &[] };
const PROBLEM: Place =
    Place { heading: "Problem", words: &["problem", "motivation", "why", "background"], not: &[] };
const APPROACH: Place = Place {
    heading: "Technical approach",
    words: &["approach", "technical design", "how it is built", "how it works"],
    not: &[],
};
const SPEED: Place = Place { heading: "Performance", words: &["performance"], not: &[] };
const QUESTIONS: Place = Place { heading: "Open questions", words: &["open question"], not: &[] };

const fn pair(rule: &'static str, lines: &'static [Change; 2]) -> Defect {
    let (clean, bad) = lines.split_at(1);
    Defect { rule, clean, bad }
}

/// The defects, each with its check.
pub(crate) const DEFECTS: &[Defect] = &[
    pair(
        "placeholder-left",
        &[
            Line(&CRITERIA, "- [ ] The mast of hangar 4711 carries the lamp of pier 12"),
            Line(&CRITERIA, "- [ ] The mast of hangar 4711 carries the lamp of pier ____"),
        ],
    ),
    pair(
        "criterion-not-observable",
        &[
            Line(&CRITERIA, "- [ ] The mast of the hangar shows a red lamp when a zeppelin comes"),
            Line(&CRITERIA, "- [ ] The mast of the hangar and of the zeppelin works properly"),
        ],
    ),
    pair(
        "number-without-unit",
        &[
            Line(&CRITERIA, "- [ ] The lamp of the mast is shown after at most 30 turns of the crank"),
            Line(&CRITERIA, "- [ ] The lamp of the mast is shown after at most 30"),
        ],
    ),
    pair(
        "quality-word-without-number",
        &[
            Line(&CRITERIA, "- [ ] The lamp of the mast is shown red and round to the zeppelin"),
            Line(&CRITERIA, "- [ ] The lamp of the mast is shown reliable and robust to the zeppelin"),
        ],
    ),
    pair(
        "comparative-without-baseline",
        &[
            Line(&CRITERIA, "- [ ] The zeppelin is shown on the mast, and its rope is red"),
            Line(&CRITERIA, "- [ ] The zeppelin is shown on the mast, and its rope is cheaper"),
        ],
    ),
    pair(
        "percentile-missing",
        &[
            Line(&SPEED, "- The latency of the lamp is under 250 ms at p95"),
            Line(&SPEED, "- The latency of the lamp is under 250 ms"),
        ],
    ),
    pair(
        "unbounded",
        &[
            Line(&CRITERIA, "- [ ] The lamp of the mast is shown to 3 guards in the browsers of pier 12"),
            Line(&CRITERIA, "- [ ] The lamp of the mast is shown to 3 guards in all browsers"),
        ],
    ),
    pair(
        "vague-word",
        &[
            Line(&CRITERIA, "- [ ] The lamp of the mast is shown to the pilots of pier 12"),
            Line(&CRITERIA, "- [ ] The lamp of the mast is shown to several pilots of pier 12"),
        ],
    ),
    pair(
        "escape-clause",
        &[
            Line(&CRITERIA, "- [ ] The lamp of the mast is shown to the pilots of pier 12"),
            Line(&CRITERIA, "- [ ] The lamp of the mast is shown to the pilots of pier 12 if possible"),
        ],
    ),
    pair(
        "open-list",
        &[
            Line(&CRITERIA, "- [ ] The lamp of pier 12 is shown to pilots, guards and cooks"),
            Line(&CRITERIA, "- [ ] The lamp of pier 12 is shown to pilots, guards, cooks, etc."),
        ],
    ),
    pair(
        "and-or",
        &[
            Line(&CRITERIA, "- [ ] The lamp of pier 12 is shown to pilots and guards"),
            Line(&CRITERIA, "- [ ] The lamp of pier 12 is shown to pilots and/or guards"),
        ],
    ),
    pair(
        "weak-modal",
        &[
            Line(&CRITERIA, "- [ ] The lamp of pier 12 is shown to pilots of zeppelins"),
            Line(&CRITERIA, "- [ ] The lamp of pier 12 might be shown to pilots of zeppelins"),
        ],
    ),
    pair(
        "ambiguous-pronoun",
        &[
            Line(&CRITERIA, "- [ ] When the mast touches the hull, the hull is shown in red on pier 12"),
            Line(&CRITERIA, "- [ ] When the mast touches the hull, it is shown in red on pier 12"),
        ],
    ),
    pair(
        "undefined-term",
        &[
            Line(&CRITERIA, "- [ ] The lamp of pier 12 is shown with the height of the zeppelin"),
            Line(&CRITERIA, "- [ ] The lamp of pier 12 is shown with the XQZK of the zeppelin"),
        ],
    ),
    pair(
        "over-long-sentence",
        &[
            Line(
                &CRITERIA,
                "- [ ] The lamp of pier 12 is shown to the pilot who comes from the north over the river and the old town. It is shown on the bridge between the two towers of the harbour. The rope lies ready below the mast on the left",
            ),
            Line(
                &CRITERIA,
                "- [ ] The lamp of pier 12 is shown to the pilot who comes from the north over the river and the old town to the bridge between the two towers of the harbour where the rope lies ready below the mast on the left",
            ),
        ],
    ),
    pair(
        "compound-requirement",
        &[
            Line(&INSIDE, "- The guard prints the list of the zeppelins that are at the pier today"),
            Line(
                &INSIDE,
                "- The guard prints the list of the zeppelins and the cook sends the menu to the pier",
            ),
        ],
    ),
    pair(
        "several-imperatives",
        &[
            Line(&INSIDE, "- The guard must print the list, and the cook of the pier sends the menu"),
            Line(&INSIDE, "- The guard must print the list, and the cook of the pier must send the menu"),
        ],
    ),
    Defect {
        rule: "duplicate-criterion",
        clean: &[
            Line(&CRITERIA, "- [ ] The lamp of pier 12 is shown to pilots of zeppelins"),
            Line(&CRITERIA, "- [ ] The rope of pier 12 is shown to guards of the harbour"),
        ],
        bad: &[
            Line(&CRITERIA, "- [ ] The lamp of pier 12 is shown to pilots of zeppelins"),
            Line(&CRITERIA, "- [ ] To pilots of zeppelins the lamp of pier 12 is shown"),
        ],
    },
    Defect {
        rule: "goal-without-criterion",
        clean: &[
            Line(&GOALS, "- Pilots see the lamp of pier 12 from the river"),
            Line(&CRITERIA, "- [ ] The lamp of pier 12 is seen from the bridge of the river"),
        ],
        bad: &[
            Line(&GOALS, "- Cooks see the soup of canteen 12 from the kitchen"),
            Line(&CRITERIA, "- [ ] The lamp of pier 12 is seen from the bridge of the river"),
        ],
    },
    Defect {
        rule: "criterion-without-goal",
        clean: &[
            Line(&INSIDE, "- The lamp of the zeppelin at pier 12"),
            Line(&CRITERIA, "- [ ] The lamp of a zeppelin is green on Tuesday, and red on Friday"),
        ],
        bad: &[
            Line(&INSIDE, "- The lamp of the zeppelin at pier 12"),
            Line(&CRITERIA, "- [ ] The soup of a canteen is green on Tuesday, and red on Friday"),
        ],
    },
    pair(
        "scope-creep",
        &[
            Line(&APPROACH, "The zeppelin carries two masts of oak over the harbour at night."),
            Line(&APPROACH, "The zeppelin must carry two masts of oak over the harbour at night."),
        ],
    ),
    Defect {
        rule: "scope-conflict",
        clean: &[Line(&INSIDE, "- Weighing of zeppelins"), Line(&OUTSIDE, "- Painting of zeppelins")],
        bad: &[Line(&INSIDE, "- Weighing of zeppelins"), Line(&OUTSIDE, "- Weighing of zeppelins")],
    },
    Defect {
        rule: "contradicting-number",
        clean: &[
            Line(&INSIDE, "- The mooring timeout is 30 minutes"),
            Line(&CRITERIA, "- [ ] A mooring timeout of 30 minutes sounds the horn"),
        ],
        bad: &[
            Line(&INSIDE, "- The mooring timeout is 30 minutes"),
            Line(&CRITERIA, "- [ ] A mooring timeout of 15 minutes sounds the horn"),
        ],
    },
    Defect {
        rule: "inconsistent-term",
        clean: &[
            Line(&INSIDE, "- The lamp-post of pier 12 is red"),
            Line(&CRITERIA, "- [ ] The lamp-post of pier 12 is shown to pilots"),
        ],
        bad: &[
            Line(&INSIDE, "- The lamp-post of pier 12 is red"),
            Line(&CRITERIA, "- [ ] The lamppost of pier 12 is shown to pilots"),
        ],
    },
    pair(
        "risk-without-mitigation",
        &[
            Line(
                &RISKS,
                "- The mast of pier 12 breaks in a storm: the guard ties the zeppelin to the tower first",
            ),
            Line(&RISKS, "- The mast of pier 12 breaks in a storm of the kind that comes in March"),
        ],
    ),
    pair(
        "stub-sentence",
        &[Line(&INSIDE, "This harbour has 12 piers."), Line(&INSIDE, "This section describes the scope.")],
    ),
    pair(
        "boilerplate",
        &[
            Line(&PROBLEM, "Pilots describe the mast that the harbour has as too short."),
            Line(&PROBLEM, "Briefly describe the problem that this feature solves."),
        ],
    ),
    pair(
        "open-question-without-owner",
        &[
            Line(&QUESTIONS, "- Which mast of the harbour is painted first? Dana Reyes answers in March."),
            Line(&QUESTIONS, "- Which mast of the harbour is painted first?"),
        ],
    ),
    pair(
        "mis-decoded-text",
        &[
            Line(&INSIDE, "- The lamp of pier 12 in München"),
            Line(&INSIDE, "- The lamp of pier 12 in MÃ¼nchen"),
        ],
    ),
    pair(
        "dead-link",
        &[
            Line(&INSIDE, "- The lamp of pier 12 in [the harbour](https://example.com/harbour)"),
            Line(&INSIDE, "- The lamp of pier 12 in [the harbour](#no-such-harbour)"),
        ],
    ),
    pair(
        "empty-section",
        &[Line(&INSIDE, "\n### Zeppelins\n\nZeppelins moor at pier 12."), Line(&INSIDE, "\n### Zeppelins\n")],
    ),
    Defect {
        rule: "missing-owner",
        clean: &[],
        bad: &[NoField("Owner"), NoField("Author"), NoField("Assignee"), NoField("Team"), NoField("Teams")],
    },
    Defect {
        rule: "missing-target",
        clean: &[],
        bad: &[NoField("Target"), NoField("Milestone"), NoField("Target Release")],
    },
    Defect {
        rule: "missing-estimate",
        clean: &[],
        bad: &[
            NoField("Estimate"),
            NoField("Estimated Effort"),
            NoField("Effort"),
            NoField("Timeline"),
            NoField("Complexity"),
        ],
    },
];

/// Checks that no single change of a text brings about, with what tries them instead.
pub(crate) const ELSEWHERE: [(&str, &str); 10] = [
    ("missing-section", "removing a section is tried with each section of each text"),
    ("filler-text", "words without meaning are documents of their own"),
    ("title-unrelated", "another text under this title is tried with each text"),
    ("no-negative-case", "it takes all criteria about failure out, which are evidence of other dimensions"),
    ("id-mismatch", "it takes a second id: the reading of files is tested with it"),
    ("unknown-dependency", "it takes other PRDs: the graph is tested with it"),
    ("dependency-cycle", "it takes other PRDs: the graph is tested with it"),
    ("contract-missing", "it takes a setting: guards are tested with it"),
    ("contract-does-not-parse", "it takes a contract: the parsers are tested with it"),
    ("adr-missing", "it takes a setting: guards are tested with it"),
];

impl Defect {
    /// The text with the statement that is right.
    pub(crate) fn clean(&self, text: &str) -> String {
        changed(text, self.clean)
    }

    /// The text with the statement that is spoiled.
    pub(crate) fn bad(&self, text: &str) -> String {
        changed(text, self.bad)
    }
}

fn changed(text: &str, changes: &[Change]) -> String {
    changes.iter().fold(text.to_owned(), |text, change| match change {
        Line(place, line) => with_line(&text, place, line),
        NoField(name) => without_field(&text, name),
    })
}

/// The text with a line at the end of a section; where there is none, in a new one.
fn with_line(text: &str, place: &Place, line: &str) -> String {
    let fits = |heading: &str| {
        let heading = heading.to_lowercase();
        place.words.iter().any(|word| heading.contains(word))
            && !place.not.iter().any(|word| heading.contains(word))
    };
    let section =
        sections(text).into_iter().find(|section| text[section.clone()].lines().next().is_some_and(fits));
    let Some(section) = section else {
        return format!("{}\n\n## {}\n\n{line}\n", text.trim_end(), place.heading);
    };
    // Before the first subsection, where there is one: what stands there is the section's own.
    let body = &text[section.clone()];
    let own = body.find("\n### ").map_or(body, |at| &body[..at]);
    let end = section.start + own.trim_end().len();
    let last = own.trim_end().lines().last().unwrap_or_default();
    let is_list = |line: &str| line.trim_start().starts_with(['-', '*']) || line.starts_with("  ");
    let gap = if is_list(last) && is_list(line) { "\n" } else { "\n\n" };
    let after = text[end..].trim_start_matches('\n');
    format!("{}{gap}{line}\n\n{after}", &text[..end])
}

/// The text without a field of its header: a bold line, or one of the front matter.
fn without_field(text: &str, name: &str) -> String {
    let lower = format!("{}:", name.to_lowercase().replace(' ', "_"));
    let head = sections(text).first().map_or(text.len(), |first| first.start);
    let kept = text[..head].split_inclusive('\n').filter(|line| {
        let bold = line.strip_prefix("**").is_some_and(|rest| rest.starts_with(&format!("{name}**:")));
        !bold && !line.to_lowercase().starts_with(&lower)
    });
    format!("{}{}", kept.collect::<String>(), &text[head..])
}
