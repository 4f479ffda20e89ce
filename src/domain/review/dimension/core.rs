//! The dimensions that every PRD has.

use super::resolve::Builtin;
use super::{besides, measures};
use crate::domain::review::evidence::{Slot, measured, says, says_both};
use crate::domain::review::topic::Topic as T;

/// What is wrong, for whom, and what is built.
pub const SCOPE: Builtin = Builtin {
    id: "scope",
    name: "Clarity & Scope",
    aliases: &["clarity", "scope", "scope and clarity", "problem statement", "requirements clarity"],
    core_words: &["clarity", "scope", "problem", "goal"],
    more_words: &["definition", "statement", "requirement", "clear"],
    weight: 15,
    question: "Which single sentence would you say to somebody who asks what this is for?",
    slots: &[
        Slot {
            id: "problem",
            weight: 25,
            question: "What is wrong today, for whom, and what does it cost them?",
            critical: true,
            demands: &[
                says(400, 2, &[T::Problem], &["impact"]),
                says(300, 1, &[T::Problem], &["actor"]),
                says_both(300, 1, &[T::Problem], &["#measure", "#number"], &[]),
            ],
        },
        Slot {
            id: "outcome",
            weight: 20,
            question: "What will be different when this is done, and by how much?",
            critical: false,
            demands: &[
                says(600, 2, &[T::Outcome, T::Business], &[]).or(besides::is_success),
                says(400, 1, &[T::Outcome, T::Business], &["#measure", "#number"]).or(besides::is_success),
            ],
        },
        Slot {
            id: "in-scope",
            weight: 20,
            question: "What exactly is built? Name each part.",
            critical: true,
            demands: &[says(1000, 3, &[T::InScope], &[])],
        },
        Slot {
            id: "out-of-scope",
            weight: 20,
            question: "What could a reader expect to be included that is not?",
            critical: false,
            demands: &[says(1000, 2, &[T::OutOfScope], &[])],
        },
        Slot {
            id: "terms",
            weight: 15,
            question: "Which terms, assumptions or boundaries must a reader share to understand this?",
            critical: false,
            demands: &[
                says(600, 1, &[T::Terms, T::InScope, T::OutOfScope, T::Problem], &["definition"])
                    .or(besides::is_shared),
                says(400, 2, &[T::Terms, T::InScope, T::OutOfScope], &["term"]).or(besides::is_shared),
            ],
        },
    ],
};

/// Whether and how it can be built.
pub const FEASIBILITY: Builtin = Builtin {
    id: "feasibility",
    name: "Technical Feasibility",
    aliases: &["feasibility", "technical approach", "technical design", "architecture", "implementation"],
    core_words: &["feasibility", "technical", "architecture", "implementation", "feasible"],
    more_words: &["design", "approach", "plan", "complexity"],
    weight: 20,
    question: "Which part of this would surprise you least if it took twice as long?",
    slots: &[
        Slot {
            id: "approach",
            weight: 30,
            question: "How is it built: what does what, in which order?",
            critical: true,
            demands: &[says(1000, 3, &[T::Approach, T::Integration, T::Api], &["approach"])],
        },
        Slot {
            id: "components",
            weight: 20,
            question: "Which services, modules or files are touched?",
            critical: false,
            demands: &[says(
                1000,
                2,
                &[T::Components, T::Approach, T::Integration],
                &["component", "#code", "#block"],
            )],
        },
        Slot {
            id: "data",
            weight: 15,
            question: "What is stored, where, and how does existing data get there?",
            critical: false,
            demands: &[says(1000, 2, &[T::Data, T::Approach], &["data"])],
        },
        Slot {
            id: "hardest",
            weight: 20,
            question: "What is the hardest part, and what have you tried to know that it works?",
            critical: false,
            demands: &[says(1000, 2, &[T::Hard, T::Approach, T::Risks], &["hard"])],
        },
        Slot {
            id: "effort",
            weight: 15,
            question: "How many working days does it take, and of which parts is that the sum?",
            critical: false,
            demands: &[
                measured(600, measures::estimate),
                says(400, 2, &[T::Effort, T::Deployment, T::Approach], &["#measure"]),
            ],
        },
    ],
};

/// What its users see and do.
pub const EXPERIENCE: Builtin = Builtin {
    id: "experience",
    name: "User Experience",
    aliases: &["ux", "user experience design", "usability", "developer experience", "dx"],
    core_words: &["ux", "usability", "experience", "dx"],
    more_words: &["user", "design", "developer", "interface", "customer"],
    weight: 15,
    question: "What does somebody see who does this for the first time and makes a mistake?",
    slots: &[
        Slot {
            id: "actors",
            weight: 25,
            question: "Who uses this, and what do they want to get done?",
            critical: false,
            demands: &[says(1000, 2, &[T::Actors, T::Flows, T::Problem], &["actor"])],
        },
        Slot {
            id: "flows",
            weight: 35,
            question: "Which steps does a user take from beginning to end?",
            critical: false,
            demands: &[says(1000, 3, &[T::Flows, T::Actors], &["flow"])],
        },
        Slot {
            id: "states",
            weight: 25,
            question: "What does a user see when it fails, is empty, or is slow?",
            critical: false,
            demands: &[says(1000, 2, &[T::Flows, T::Errors, T::Criteria], &["state-words"])],
        },
        Slot {
            id: "accessibility",
            weight: 15,
            question: "How can it be used with a keyboard, a screen reader, or in another language?",
            critical: false,
            demands: &[says(1000, 1, &[], &["accessibility"])],
        },
    ],
};

/// What it needs and what needs it.
pub const DEPENDENCIES: Builtin = Builtin {
    id: "dependencies",
    name: "Dependencies & Blockers",
    aliases: &["dependencies & integration", "dependencies", "blockers", "integration", "integrations"],
    core_words: &["dependency", "dependencies", "blocker", "integration", "prerequisite"],
    more_words: &["external", "internal", "team", "coordination", "point"],
    weight: 10,
    question: "Who outside of the team must do something before this can be finished?",
    slots: &[
        Slot {
            id: "prerequisites",
            weight: 35,
            question: "Which PRDs must be complete, or have published their contract, before this starts?",
            critical: false,
            demands: &[measured(1000, measures::prerequisites)],
        },
        Slot {
            id: "external-systems",
            weight: 25,
            question: "Which systems of others does this use, and who answers for each?",
            critical: false,
            demands: &[
                says(600, 1, &[T::Dependencies, T::Integration], &["external", "component"]),
                says_both(400, 1, &[T::Dependencies, T::Integration], &["owner"], &["external", "component"]),
            ],
        },
        Slot {
            id: "waiting",
            weight: 15,
            question: "Who waits for this, and for which part of it?",
            critical: false,
            demands: &[measured(1000, measures::waiting)],
        },
        Slot {
            id: "failure-behaviour",
            weight: 25,
            question: "What happens here when a system that this depends on is slow or down?",
            critical: false,
            demands: &[says(
                1000,
                2,
                &[T::Dependencies, T::Integration, T::Mesh, T::Errors, T::Risks],
                &["failure-behaviour"],
            )
            .or(besides::is_failure_of_others)],
        },
    ],
};

/// How one knows that it is done.
pub const CRITERIA: Builtin = Builtin {
    id: "criteria",
    name: "Acceptance Criteria",
    aliases: &["acceptance", "success criteria", "definition of done", "testability", "verifiability"],
    core_words: &["acceptance", "criteria", "criterion", "testability", "verifiability", "done"],
    more_words: &["success", "definition", "test"],
    weight: 20,
    question: "Which test would you show to somebody who does not believe that it is done?",
    slots: &[
        Slot {
            id: "exist",
            weight: 25,
            question: "By which observable results is this done? List them as check boxes.",
            critical: true,
            demands: &[measured(800, measures::criteria_exist), measured(200, measures::criteria_ranked)],
        },
        Slot {
            id: "verifiable",
            weight: 35,
            question: "Which value, with its unit, or which visible result decides each criterion?",
            critical: true,
            demands: &[measured(1000, measures::criteria_verifiable)],
        },
        Slot {
            id: "edge-cases",
            weight: 20,
            question: "What must happen on wrong input, on failure, and at the limits?",
            critical: false,
            demands: &[says(1000, 2, &[T::Criteria, T::Tests], &["negative"])],
        },
        Slot {
            id: "goals-covered",
            weight: 20,
            question: "Which criterion proves each goal?",
            critical: false,
            demands: &[measured(1000, measures::goals_covered)],
        },
    ],
};

/// What may go wrong.
pub const RISK: Builtin = Builtin {
    id: "risk",
    name: "Risk Assessment",
    aliases: &["risks", "risk", "risk analysis", "risk management", "risks & mitigation"],
    core_words: &["risk"],
    more_words: &["assessment", "analysis", "management", "mitigation", "technical"],
    weight: 10,
    question: "What is most likely to make you undo this after it is live?",
    slots: &[
        Slot {
            id: "risks",
            weight: 35,
            question: "What may go wrong, how likely is it, and what would it cost?",
            critical: false,
            demands: &[
                says(500, 2, &[T::Risks], &[]).or(besides::is_risk),
                says_both(500, 2, &[T::Risks], &["likelihood"], &[]),
            ],
        },
        Slot {
            id: "mitigation",
            weight: 40,
            question: "What is done against each risk, and who does it?",
            critical: false,
            demands: &[
                says(700, 2, &[T::Risks], &["mitigation"]).or(besides::is_mitigation),
                measured(300, measures::risk_owners),
            ],
        },
        Slot {
            id: "rollback",
            weight: 25,
            question: "How is it undone, how long does that take, and what is lost?",
            critical: false,
            demands: &[says(1000, 1, &[T::Rollback, T::Risks, T::Deployment], &["rollback"])],
        },
    ],
};

/// What could be left away.
pub const SIMPLIFICATION: Builtin = Builtin {
    id: "simplification",
    name: "Simplification Opportunities",
    aliases: &["simplification", "simplicity", "mvp", "simplify"],
    core_words: &["simplification", "simplicity", "simplify", "mvp", "minimal"],
    more_words: &["opportunity", "opportunities", "scope", "version"],
    weight: 10,
    question: "Which part could be dropped without anybody noticing for a month?",
    slots: &[
        Slot {
            id: "smallest",
            weight: 40,
            question: "What is the smallest version that is of use to somebody?",
            critical: false,
            demands: &[says(1000, 1, &[T::Minimal, T::Alternatives], &["minimal"]).or(besides::is_smallest)],
        },
        Slot {
            id: "left-out",
            weight: 30,
            question: "What was left out on purpose, and why?",
            critical: false,
            demands: &[says(1000, 2, &[T::Minimal, T::OutOfScope, T::Alternatives], &["left-out"])
                .or(besides::is_left_out_with_reason)],
        },
        Slot {
            id: "alternatives",
            weight: 30,
            question: "Which other ways were considered, and why not those?",
            critical: false,
            demands: &[says(1000, 1, &[T::Alternatives, T::Minimal], &["alternative"])],
        },
    ],
};
