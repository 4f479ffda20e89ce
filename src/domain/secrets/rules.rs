//! The rules of gitleaks 8.30.1, as data: `rules/gitleaks.json`, under the MIT licence that lies beside it.
//!
//! A rule's expression is compiled when one of its keywords stands in a text, which is seldom: so hundreds of rules cost
//! next to nothing.

use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;

const DATA: &str = include_str!("rules/gitleaks.json");

/// The largest compiled expression, in bytes: some count long repetitions.
const LARGEST: usize = 64 * 1024 * 1024;

/// All rules, and what none of them takes for a secret.
#[derive(Debug, Deserialize)]
pub(super) struct RuleSet {
    pub(super) allow: Vec<Allow>,
    pub(super) rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Deserialize)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) description: String,
    pub(super) regex: Expression,
    /// The group that is the secret; without it the first that took part, else the whole match.
    #[serde(default)]
    pub(super) group: Option<usize>,
    /// The least entropy of a secret, in bits a character; it must be above.
    #[serde(default)]
    pub(super) entropy: f64,
    /// The rule is for files of this path.
    #[serde(default)]
    pub(super) path: Option<Expression>,
    /// In lower case; without one of them in the text the rule finds nothing.
    #[serde(default)]
    pub(super) keywords: Vec<String>,
    #[serde(default)]
    pub(super) allow: Vec<Allow>,
}

/// What is no secret after all.
#[derive(Debug, Deserialize)]
pub(super) struct Allow {
    #[serde(default)]
    pub(super) condition: Condition,
    #[serde(default)]
    pub(super) target: Target,
    #[serde(default)]
    pub(super) regexes: Vec<Expression>,
    #[serde(default)]
    pub(super) paths: Vec<Expression>,
    #[serde(default)]
    pub(super) stopwords: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Condition {
    #[default]
    Or,
    And,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Target {
    #[default]
    Secret,
    Match,
    Line,
}

/// A regular expression, compiled on its first use.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(super) struct Expression {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for Expression {
    fn from(text: String) -> Self {
        Self { text, compiled: OnceLock::new() }
    }
}

impl Expression {
    /// The compiled expression; `None` never happens, which a test holds for every one of them.
    ///
    /// Classes such as `\w` are ASCII's, as in the language that the rules were written for.
    pub(super) fn get(&self) -> Option<&Regex> {
        let compile = || RegexBuilder::new(&self.text).unicode(false).size_limit(LARGEST).build().ok();
        self.compiled.get_or_init(compile).as_ref()
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.get().is_some_and(|regex| regex.is_match(text.as_bytes()))
    }
}

/// The rules; read on first use.
pub(super) fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    // The data is a part of the program, and a test holds that it reads.
    RULES.get_or_init(|| {
        serde_json::from_str(DATA).unwrap_or(RuleSet { allow: Vec::new(), rules: Vec::new() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_reads_and_compiles() {
        let set: RuleSet = serde_json::from_str(DATA).unwrap();
        assert!(set.rules.len() > 200 && !set.allow.is_empty());
        let mut broken = Vec::new();
        for rule in &set.rules {
            let allows = rule.allow.iter().chain(&set.allow);
            let inner = allows.flat_map(|allow| allow.regexes.iter().chain(&allow.paths));
            for expression in std::iter::once(&rule.regex).chain(&rule.path).chain(inner) {
                if expression.get().is_none() {
                    broken.push(format!("{}: {}", rule.id, expression.text));
                }
            }
            assert!(rule.keywords.iter().all(|word| *word == word.to_lowercase()), "{}", rule.id);
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }
}
