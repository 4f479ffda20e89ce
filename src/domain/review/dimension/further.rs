//! Dimensions that some teams add.

use super::resolve::Builtin;
use crate::domain::review::evidence::{Slot, says, says_both};
use crate::domain::review::topic::Topic as T;

/// Attacks and protection.
pub const SECURITY: Builtin = Builtin {
    id: "security",
    name: "Security",
    aliases: &["security & privacy", "security review", "security considerations", "application security"],
    core_words: &["security", "secure", "threat"],
    more_words: &["privacy", "model", "consideration", "review", "authentication"],
    weight: 10,
    question: "What would somebody do first who wanted to misuse this?",
    slots: &[
        Slot {
            id: "threats",
            weight: 35,
            question: "Who could misuse this, and how?",
            critical: false,
            demands: &[says(1000, 2, &[T::Security, T::Risks], &["threat"])],
        },
        Slot {
            id: "protection",
            weight: 40,
            question: "How are callers authenticated, rights checked and secrets kept?",
            critical: false,
            demands: &[says(1000, 2, &[T::Security, T::Mesh], &["protection", "identity"])],
        },
        Slot {
            id: "personal-data",
            weight: 25,
            question: "Which personal data is touched, and how long is it kept?",
            critical: false,
            demands: &[says(1000, 1, &[T::Security, T::Privacy, T::Compliance, T::Data], &["privacy"])],
        },
    ],
};

/// Rules from outside.
pub const COMPLIANCE: Builtin = Builtin {
    id: "compliance",
    name: "Compliance & Regulatory",
    aliases: &["compliance", "regulatory", "regulatory compliance", "legal & compliance", "governance"],
    core_words: &["compliance", "regulatory", "regulation", "legal"],
    more_words: &["governance", "requirement", "audit"],
    weight: 10,
    question: "Which auditor will ask for which proof?",
    slots: &[
        Slot {
            id: "rules",
            weight: 40,
            question: "Which laws or standards apply, by name?",
            critical: false,
            demands: &[says(1000, 2, &[T::Compliance, T::Privacy], &["regulation"])],
        },
        Slot {
            id: "measures",
            weight: 35,
            question: "What is done to meet each?",
            critical: false,
            demands: &[says(
                1000,
                2,
                &[T::Compliance, T::Privacy, T::Security],
                &["protection", "privacy", "owner"],
            )],
        },
        Slot {
            id: "evidence",
            weight: 25,
            question: "What proves it later, and how long is that kept?",
            critical: false,
            demands: &[says(1000, 1, &[T::Compliance, T::Privacy], &["evidence-words"])],
        },
    ],
};

/// What is stored.
pub const DATA: Builtin = Builtin {
    id: "data",
    name: "Data",
    aliases: &["data model", "data design", "data management", "data & storage", "data migration"],
    core_words: &["data", "database", "storage"],
    more_words: &["model", "design", "management", "migration", "schema", "quality"],
    weight: 10,
    question: "Which record would be hardest to repair if it were wrong?",
    slots: &[
        Slot {
            id: "model",
            weight: 40,
            question: "What is stored, with which fields and keys?",
            critical: false,
            demands: &[says(1000, 2, &[T::Data], &["data"])],
        },
        Slot {
            id: "migration",
            weight: 30,
            question: "How does existing data get there?",
            critical: false,
            demands: &[says(1000, 1, &[T::Data, T::Deployment], &["migration"])],
        },
        Slot {
            id: "retention",
            weight: 30,
            question: "How long is it kept, and who may see it?",
            critical: false,
            demands: &[says(1000, 1, &[T::Data, T::Privacy, T::Security], &["privacy"])],
        },
    ],
};

/// What is written for users and operators.
pub const DOCUMENTATION: Builtin = Builtin {
    id: "documentation",
    name: "Documentation",
    aliases: &["docs", "documentation & training", "documentation quality"],
    core_words: &["documentation", "doc"],
    more_words: &["training", "quality", "user"],
    weight: 10,
    question: "Which page will a new user read first?",
    slots: &[
        Slot {
            id: "what",
            weight: 60,
            question: "Which pages, guides or runbooks are written or changed?",
            critical: false,
            demands: &[says(1000, 2, &[T::Documentation], &["documentation"])],
        },
        Slot {
            id: "who",
            weight: 40,
            question: "Who writes them, for whom, and by when?",
            critical: false,
            demands: &[says(1000, 1, &[T::Documentation], &["owner", "actor"])],
        },
    ],
};

/// Contributors and adopters.
pub const COMMUNITY: Builtin = Builtin {
    id: "community",
    name: "Community",
    aliases: &["community impact", "community & adoption", "contributor experience", "open source"],
    core_words: &["community", "contributor", "adoption"],
    more_words: &["impact", "engagement", "experience", "open", "source"],
    weight: 10,
    question: "Who in the community asked for this, and who will dislike it?",
    slots: &[
        Slot {
            id: "people",
            weight: 50,
            question: "Whom does it concern, and what did they ask for?",
            critical: false,
            demands: &[says(1000, 2, &[T::Community, T::Actors], &["community", "actor"])],
        },
        Slot {
            id: "way",
            weight: 50,
            question: "How do they hear of it and take part?",
            critical: false,
            demands: &[says(1000, 2, &[T::Community], &["community", "documentation"])],
        },
    ],
};

/// Money and other worth.
pub const BUSINESS: Builtin = Builtin {
    id: "business",
    name: "Business Value",
    aliases: &["business impact", "business case", "value", "roi", "business"],
    core_words: &["business", "value", "roi", "revenue"],
    more_words: &["impact", "case", "alignment", "market", "cost"],
    weight: 10,
    question: "What is lost for each month that this comes later?",
    slots: &[
        Slot {
            id: "worth",
            weight: 50,
            question: "What is it worth, in which unit, and how is that known?",
            critical: false,
            demands: &[says_both(1000, 1, &[T::Business, T::Outcome], &["value"], &["#number"])],
        },
        Slot {
            id: "cost",
            weight: 25,
            question: "What does it cost to build and to run?",
            critical: false,
            demands: &[says_both(1000, 1, &[T::Business, T::Effort], &["value"], &["#measure"])],
        },
        Slot {
            id: "measured",
            weight: 25,
            question: "When and how does one see whether it paid off?",
            critical: false,
            demands: &[says(1000, 1, &[T::Business, T::Outcome], &["measured-by", "outcome"])],
        },
    ],
};

/// Tests, ownership and upkeep.
pub const MAINTAINABILITY: Builtin = Builtin {
    id: "maintainability",
    name: "Maintainability",
    aliases: &["maintenance", "technical debt", "testing & quality", "test strategy", "code quality"],
    core_words: &["maintainability", "maintenance", "debt", "testing"],
    more_words: &["technical", "quality", "code", "strategy", "long-term"],
    weight: 10,
    question: "What will annoy the next person who changes this?",
    slots: &[
        Slot {
            id: "tests",
            weight: 50,
            question: "Which tests hold it in place, at which level?",
            critical: false,
            demands: &[says(1000, 2, &[T::Maintainability], &["measured-by", "maintain"])],
        },
        Slot {
            id: "ownership",
            weight: 25,
            question: "Who owns it afterwards?",
            critical: false,
            demands: &[says(1000, 1, &[T::Maintainability, T::Terms, T::Documentation], &["owner"])],
        },
        Slot {
            id: "upkeep",
            weight: 25,
            question: "What must be kept up to date, and what can be removed later?",
            critical: false,
            demands: &[says(1000, 1, &[T::Maintainability], &["maintain", "versioning", "left-out"])],
        },
    ],
};
