//! `prd_workflow.review`: dimensions, grades, approvals.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::Dimensions;
use crate::domain::model::grade::{Grade, Letter};

/// Grades and approvals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Review {
    /// The axes of review: a list of names, `{core, contextual}`, or the first so many of the seven.
    pub dimensions: Dimensions,
    /// False: findings without grades, and no guard on grades.
    pub grading_enabled: bool,
    /// The grade below which `prd approve` refuses.
    pub minimum_grade: Grade,
    /// An approval names its approver.
    pub require_approval: bool,
    /// The author may approve.
    pub allow_self_approval: bool,
    /// Different people who must approve.
    pub required_reviewers: u32,
    /// Questions are asked in `prd review` and must be answered before `prd approve`.
    pub calibration_questions: bool,
    /// An accepted architecture decision that names the PRD, or that it links to, must exist.
    pub require_architecture_decision: bool,
    /// A contract that parses must exist in the PRD or be linked from it.
    pub require_api_contract: bool,
    /// The user's own checks and weights, by name of a dimension.
    pub rubrics: BTreeMap<String, Rubric>,
    /// A program that gets the PRD and its findings as JSON and answers with scores and findings.
    pub reviewer_command: Option<String>,
    /// Seconds that this program may take.
    #[schemars(range(min = 1, max = 3600))]
    pub reviewer_timeout: u32,
}

impl Default for Review {
    fn default() -> Self {
        Self {
            dimensions: Dimensions::default(),
            grading_enabled: true,
            minimum_grade: Grade::plain(Letter::C),
            require_approval: true,
            allow_self_approval: true,
            required_reviewers: 0,
            calibration_questions: true,
            require_architecture_decision: false,
            require_api_contract: false,
            rubrics: BTreeMap::new(),
            reviewer_command: None,
            reviewer_timeout: 120,
        }
    }
}

/// A user's own rubric for a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Rubric {
    /// What the dimension is about, in one sentence; it stands in the question that is asked where the section is missing.
    pub description: Option<String>,
    /// The weight of the dimension; the built-in one where it is not set.
    #[schemars(range(max = 1000))]
    pub weight: Option<u32>,
    /// Headings under which the dimension is written, besides its name.
    pub headings: Vec<String>,
    /// The facts that a reader of the dimension must find: besides the built-in ones, or all of a dimension of one's own.
    pub slots: Vec<RubricSlot>,
}

/// A fact that a reader must find. A statement states it that has one of the words or patterns, where any are given, and
/// everything of `must_have`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RubricSlot {
    /// What the fact is, in the words of the report: `retention period`.
    pub name: String,
    /// Words or phrases that a sentence which states the fact has in it, any one of them; `encrypt*` is any word that begins so.
    #[serde(default)]
    pub words: Vec<String>,
    /// Regular expressions of which one matches a sentence that states the fact.
    #[serde(default)]
    pub patterns: Vec<String>,
    /// What such a sentence, row or item must hold besides.
    #[serde(default)]
    pub must_have: Vec<RubricMust>,
    /// How many statements are enough.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 50))]
    pub count: u32,
    /// Its share among the rubric's facts.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1000))]
    pub weight: u32,
    /// The question that is asked where the fact is missing.
    #[serde(default)]
    pub question: Option<String>,
}

/// What a statement must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RubricMust {
    /// A number.
    Number,
    /// A number with a unit: `30 days`, `5 %`.
    Unit,
    /// It is a row of a table.
    Table,
    /// A link.
    Link,
    /// Code or a name in code.
    Code,
    /// Somebody who answers for it.
    Owner,
}

const fn one() -> u32 {
    1
}
