//! Patterns of names: text with variables in braces, checked when the configuration is read.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The variables that one kind of pattern knows.
pub trait Variable: Copy + Eq + fmt::Debug + 'static {
    /// All of them, with the names that stand between the braces.
    const ALL: &'static [(&'static str, Self)];
    /// The name of the pattern's type in the JSON Schema.
    const SCHEMA: &'static str;
}

/// A variable of `prd_workflow.branch_naming.pattern`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchVariable {
    /// `branch_naming.prefix`.
    Prefix,
    /// The id, as the repository writes it.
    PrdId,
    /// The id's number without padding.
    Number,
    /// `branch_naming.separator`.
    Separator,
    /// The slug of the PRD's file name.
    FeatureName,
    /// The PRD's service, else its slug.
    ServiceName,
    /// The PRD's lead team.
    Team,
}

impl Variable for BranchVariable {
    const ALL: &'static [(&'static str, Self)] = &[
        ("prefix", Self::Prefix),
        ("prd_id", Self::PrdId),
        ("number", Self::Number),
        ("separator", Self::Separator),
        ("feature_name", Self::FeatureName),
        ("service_name", Self::ServiceName),
        ("team", Self::Team),
    ];
    const SCHEMA: &'static str = "BranchPattern";
}

/// A variable of `prd_workflow.worktree.naming_pattern`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorktreeVariable {
    /// The name of the main worktree's folder.
    Project,
    /// The id, as the repository writes it.
    PrdId,
    /// The slug of the PRD's file name.
    Feature,
    /// The PRD's service, else its slug.
    ServiceName,
    /// The branch, with dashes for its slashes.
    Branch,
}

impl Variable for WorktreeVariable {
    const ALL: &'static [(&'static str, Self)] = &[
        ("project", Self::Project),
        ("prd_id", Self::PrdId),
        ("feature", Self::Feature),
        ("service_name", Self::ServiceName),
        ("branch", Self::Branch),
    ];
    const SCHEMA: &'static str = "WorktreePattern";
}

/// A pattern of names with variables of the kind `V`, all of which are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template<V> {
    text: String,
    pieces: Vec<Piece<V>>,
}

/// The pattern of branch names.
pub type BranchPattern = Template<BranchVariable>;

/// The pattern of worktree folders.
pub type WorktreePattern = Template<WorktreeVariable>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece<V> {
    Text(String),
    Variable(V),
}

/// A pattern that cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Nothing but space.
    #[error("a pattern cannot be empty")]
    Empty,
    /// A brace without its partner.
    #[error("`{0}` has a brace without its partner")]
    Brace(String),
    /// A variable that this kind of pattern does not know.
    #[error("`{{{name}}}` is not a variable here; the variables are {known}")]
    Unknown {
        /// What stood between the braces.
        name: String,
        /// What may stand there, joined with commas.
        known: String,
    },
}

impl<V: Variable> Template<V> {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`TemplateError`] where it is empty, a brace lacks its partner, or a variable is unknown.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.trim().is_empty() {
            return Err(TemplateError::Empty);
        }
        let brace = || TemplateError::Brace(text.to_owned());
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}').ok_or_else(brace)?;
            if before.contains('}') || name.contains('{') {
                return Err(brace());
            }
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Variable(Self::variable(name)?));
            rest = tail;
        }
        if rest.contains('}') {
            return Err(brace());
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self { text: text.to_owned(), pieces })
    }

    fn variable(name: &str) -> Result<V, TemplateError> {
        V::ALL.iter().find(|(known, _)| *known == name).map(|(_, variable)| *variable).ok_or_else(|| {
            let known: Vec<String> = V::ALL.iter().map(|(known, _)| format!("{{{known}}}")).collect();
            TemplateError::Unknown { name: name.to_owned(), known: known.join(", ") }
        })
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True where the pattern has the variable in it.
    #[must_use]
    pub fn uses(&self, variable: V) -> bool {
        self.pieces.contains(&Piece::Variable(variable))
    }

    /// The pattern with each variable replaced by what `value` gives for it.
    ///
    /// # Errors
    /// The first error of `value`.
    pub fn fill<E>(&self, mut value: impl FnMut(V) -> Result<String, E>) -> Result<String, E> {
        self.pieces.iter().try_fold(String::new(), |mut filled, piece| {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Variable(variable) => filled.push_str(&value(*variable)?),
            }
            Ok(filled)
        })
    }
}

impl<V> fmt::Display for Template<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl<V> Serialize for Template<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, V: Variable> Deserialize<'de> for Template<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl<V: Variable> JsonSchema for Template<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        V::SCHEMA.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = V::ALL.iter().map(|(name, _)| *name).collect();
        let variable = format!("\\{{({})\\}}", names.join("|"));
        json_schema!({ "type": "string", "pattern": format!("^([^{{}}]|{variable})+$") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_its_variables() {
        let pattern = BranchPattern::parse("{prefix}/{prd_id}-x{team}").unwrap();
        let filled: Result<String, TemplateError> = pattern.fill(|variable| Ok(format!("<{variable:?}>")));
        assert_eq!(filled.unwrap(), "<Prefix>/<PrdId>-x<Team>");
        assert!(pattern.uses(BranchVariable::Team));
        assert!(!pattern.uses(BranchVariable::Number));
    }

    #[test]
    fn an_unknown_variable_is_an_error_that_names_the_known_ones() {
        let error = WorktreePattern::parse("{project}-{prdid}").unwrap_err().to_string();
        assert!(error.contains("{prdid}") && error.contains("{prd_id}"), "{error}");
    }

    #[test]
    fn braces_come_in_pairs() {
        for text in ["{prefix", "prefix}", "a}b{prefix}", "{{prefix}}", "", "  ", "{}"] {
            assert!(BranchPattern::parse(text).is_err(), "{text:?}");
        }
    }
}
