//! The file of a workspace: several repositories that are planned as one.
//!
//! ```toml
//! name = "Shop"
//!
//! [repositories]
//! shop = "."
//! payments = "../payments"
//!
//! [orchestration]
//! parallel_features = 8
//!
//! [teams.Payments]
//! parallel = 2
//! ```

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::model::people::TeamName;
use crate::domain::model::repository::RepositoryName;

/// The usual name of the file.
pub const WORKSPACE_FILE: &str = "prd-workspace.toml";

/// A workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its name.
    pub name: Option<String>,
    /// Its repositories, by name.
    pub repositories: Vec<Repository>,
    /// `orchestration.stale_days`.
    pub stale_days: Option<u32>,
    /// `orchestration.near_critical_days`.
    pub near_critical_days: Option<u32>,
    /// `orchestration.parallel_features`: how many PRDs of all repositories may be in progress at once.
    pub parallel_features: Option<NonZeroU32>,
    /// `teams.<name>.parallel`: how many PRDs of all repositories a team may have in progress at once.
    pub teams: BTreeMap<TeamName, NonZeroU32>,
}

/// One repository of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// What ids and reports call it.
    pub name: RepositoryName,
    /// The folder of a clone, as written: relative to the file's own folder.
    pub folder: String,
    /// Line, from 1.
    pub line: usize,
}

/// What is wrong with the file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct WorkspaceError {
    /// Line, from 1.
    pub line: usize,
    /// What.
    pub message: String,
}

impl Workspace {
    /// Reads the text of the file.
    ///
    /// # Errors
    /// It is no TOML, holds an unknown key or a value of the wrong kind, names a repository twice or none at all.
    pub fn parse(text: &str) -> Result<Self, WorkspaceError> {
        let reader = Reader { text };
        let table = DeTable::parse(text).map_err(|error| {
            reader.error(error.span().unwrap_or(0..0), error.message().trim().replace('\n', " "))
        })?;
        let mut workspace = Self {
            name: None,
            repositories: Vec::new(),
            stale_days: None,
            near_critical_days: None,
            parallel_features: None,
            teams: BTreeMap::new(),
        };
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "name" => workspace.name = Some(reader.text(value, "name")?),
                "repositories" => workspace.repositories = reader.repositories(value)?,
                "orchestration" => reader.orchestration(value, &mut workspace)?,
                "teams" => workspace.teams = reader.teams(value)?,
                other => return Err(reader.unknown(key, other, "name, repositories, orchestration, teams")),
            }
        }
        if workspace.repositories.is_empty() {
            let message = "it names no repository; write `[repositories]` and below it `NAME = \"FOLDER\"`";
            return Err(WorkspaceError { line: 1, message: message.to_owned() });
        }
        Ok(workspace)
    }
}

struct Reader<'a> {
    text: &'a str,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn line(&self, at: usize) -> usize {
        self.text.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
    }

    fn error(&self, span: Range<usize>, message: impl Into<String>) -> WorkspaceError {
        WorkspaceError { line: self.line(span.start), message: message.into() }
    }

    fn unknown<T>(&self, key: &Spanned<T>, name: &str, known: &str) -> WorkspaceError {
        self.error(key.span(), format!("`{name}` is an unknown key; the keys here are {known}"))
    }

    fn text(&self, value: &Value, key: &str) -> Result<String, WorkspaceError> {
        match value.get_ref().as_str().map(str::trim) {
            Some("") => Err(self.error(value.span(), format!("`{key}` is empty"))),
            Some(text) => Ok(text.to_owned()),
            None => Err(self.kind(value, key, "a text")),
        }
    }

    fn kind(&self, value: &Value, key: &str, wanted: &str) -> WorkspaceError {
        self.error(value.span(), format!("`{key}` takes {wanted} and has a {}", value.get_ref().type_str()))
    }

    fn table<'v, 'i>(&self, value: &'v Value<'i>, key: &str) -> Result<&'v DeTable<'i>, WorkspaceError> {
        value.get_ref().as_table().ok_or_else(|| self.kind(value, key, "a table"))
    }

    fn whole(&self, value: &Value, key: &str) -> Result<u32, WorkspaceError> {
        let number = value.get_ref().as_integer().and_then(|number| {
            let digits = number.as_str().replace('_', "");
            u32::from_str_radix(digits.trim_start_matches('+'), number.radix()).ok()
        });
        number.ok_or_else(|| self.error(value.span(), format!("`{key}` takes a whole number from 0")))
    }

    fn positive(&self, value: &Value, key: &str) -> Result<NonZeroU32, WorkspaceError> {
        let number = self.whole(value, key)?;
        NonZeroU32::new(number).ok_or_else(|| self.error(value.span(), format!("`{key}` is at least 1")))
    }

    fn repositories(&self, value: &Value) -> Result<Vec<Repository>, WorkspaceError> {
        let mut repositories: Vec<Repository> = Vec::new();
        let mut entries: Vec<_> = self.table(value, "repositories")?.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let name = RepositoryName::new(key.get_ref())
                .map_err(|error| self.error(key.span(), error.to_string()))?;
            if let Some(known) = repositories.iter().find(|known| known.name == name) {
                let message = format!("`{name}` and `{}` are one name: case does not count", known.name);
                return Err(self.error(key.span(), message));
            }
            let folder = self.text(value, &format!("repositories.{name}"))?;
            repositories.push(Repository { name, folder, line: self.line(key.span().start) });
        }
        repositories.sort_by_key(|repository| repository.name.as_str().to_lowercase());
        Ok(repositories)
    }

    fn orchestration(&self, value: &Value, workspace: &mut Workspace) -> Result<(), WorkspaceError> {
        for (key, value) in self.table(value, "orchestration")? {
            let name = key.get_ref().as_ref();
            let whole = format!("orchestration.{name}");
            match name {
                "stale_days" => workspace.stale_days = Some(self.whole(value, &whole)?),
                "near_critical_days" => workspace.near_critical_days = Some(self.whole(value, &whole)?),
                "parallel_features" => workspace.parallel_features = Some(self.positive(value, &whole)?),
                other => {
                    let known = "parallel_features, stale_days, near_critical_days";
                    return Err(self.unknown(key, other, known));
                }
            }
        }
        Ok(())
    }

    fn teams(&self, value: &Value) -> Result<BTreeMap<TeamName, NonZeroU32>, WorkspaceError> {
        let mut teams = BTreeMap::new();
        for (key, value) in self.table(value, "teams")? {
            let name = TeamName::new(key.get_ref())
                .ok_or_else(|| self.error(key.span(), "the name of a team is empty"))?;
            for (key, value) in self.table(value, &format!("teams.{name}"))? {
                if key.get_ref() != "parallel" {
                    return Err(self.unknown(key, key.get_ref(), "parallel"));
                }
                teams.insert(name.clone(), self.positive(value, &format!("teams.{name}.parallel"))?);
            }
        }
        Ok(teams)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_is_read_whole() {
        let text = "name = \"Shop\"\n\n[repositories]\nshop = \".\"\nPayments = \"../payments\"\n\n\
                    [orchestration]\nparallel_features = 8\nstale_days = 0x0a\n\n[teams.\"Search & Co\"]\nparallel = 2\n";
        let workspace = Workspace::parse(text).unwrap();
        assert_eq!(workspace.name.as_deref(), Some("Shop"));
        let told: Vec<_> = workspace
            .repositories
            .iter()
            .map(|repository| (repository.name.as_str(), repository.folder.as_str(), repository.line))
            .collect();
        assert_eq!(told, [("Payments", "../payments", 5), ("shop", ".", 4)]);
        assert_eq!(workspace.parallel_features.map(NonZeroU32::get), Some(8));
        assert_eq!((workspace.stale_days, workspace.near_critical_days), (Some(10), None));
        assert_eq!(workspace.teams.keys().map(TeamName::as_str).collect::<Vec<_>>(), ["Search & Co"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, line, part) in [
            ("", 1, "names no repository"),
            ("[repositories]\n", 1, "names no repository"),
            ("x = 1", 1, "`x` is an unknown key; the keys here are name, repositories"),
            ("[repositories]\na = 1\n", 2, "`repositories.a` takes a text and has a integer"),
            ("[repositories]\na = \"\"\n", 2, "`repositories.a` is empty"),
            ("[repositories]\n\"a b\" = \"x\"\n", 2, "no name for a repository"),
            ("[repositories]\na = \"x\"\nA = \"y\"\n", 3, "are one name"),
            ("[repositories]\na = \"x\"\na = \"y\"\n", 3, "duplicate key"),
            ("[repositories]\na = \"x\"\n[orchestration]\nparalel = 1\n", 4, "`paralel` is an unknown key"),
            ("[repositories]\na = \"x\"\n[orchestration]\nparallel_features = 0\n", 4, "at least 1"),
            ("[repositories]\na = \"x\"\n[orchestration]\nstale_days = -1\n", 4, "whole number"),
            ("[repositories]\na = \"x\"\n[teams.X]\nsize = 1\n", 4, "`size` is an unknown key"),
            ("repositories = 3", 1, "takes a table"),
            ("[repositories\n", 1, ""),
        ] {
            let error = Workspace::parse(text).unwrap_err();
            assert!(error.line == line && error.message.contains(part), "{text:?}: {error}");
        }
    }
}
