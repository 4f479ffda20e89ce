//! The configuration that `prd init` writes: only what differs from the defaults.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::schema::Preset;
use crate::domain::model::id::IdFormat;
use crate::domain::model::path::RepoPath;
use crate::domain::model::state::State;

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// The preset.
    pub preset: Option<Preset>,
    /// How ids are written.
    pub format: IdFormat,
    /// The folder that holds the state folders; `None` for the default.
    pub parent: Option<RepoPath>,
    /// State folders that are there already, where they are to be used.
    pub folders: BTreeMap<State, RepoPath>,
}

/// The text of the configuration file.
///
/// Where a layout is there already and has no folder for reviews, none is made: reviews then happen in draft.
#[must_use]
pub fn config_text(choices: &Choices) -> String {
    let mut workflow = Map::new();
    if choices.parent.is_some() || !choices.folders.is_empty() {
        workflow.insert("directories".to_owned(), directories(choices));
    }
    workflow.insert(
        "prd_id".to_owned(),
        json!({
            "prefix": choices.format.prefix(),
            "separator": choices.format.separator(),
            "number_padding": choices.format.padding(),
        }),
    );
    let mut document = Map::new();
    if let Some(preset) = choices.preset {
        document.insert("preset".to_owned(), serde_json::to_value(preset).unwrap_or_default());
    }
    document.insert("prd_workflow".to_owned(), Value::Object(workflow));
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn directories(choices: &Choices) -> Value {
    let mut directories = Map::new();
    for state in State::ALL {
        let key = state.name().replace('-', "_");
        let missing_review = state == State::Review && !choices.folders.is_empty();
        let value = match (choices.folders.get(&state), &choices.parent) {
            (Some(folder), _) => Value::from(folder.as_str()),
            (None, _) if missing_review => Value::Null,
            (None, Some(parent)) => Value::from(format!("{parent}/{}", state.name())),
            (None, None) => Value::from(state.name()),
        };
        directories.insert(key, value);
    }
    Value::Object(directories)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_was_found() {
        let folders = BTreeMap::from([
            (State::Draft, RepoPath::new("wiki/inbox").unwrap()),
            (State::Complete, RepoPath::new("wiki/completed").unwrap()),
        ]);
        let choices = Choices {
            preset: None,
            format: IdFormat::default(),
            parent: RepoPath::new("wiki").ok(),
            folders,
        };
        let value: Value = serde_json::from_str(&config_text(&choices)).unwrap();
        let directories = &value["prd_workflow"]["directories"];
        assert_eq!(directories["draft"], "wiki/inbox");
        assert_eq!(directories["ready"], "wiki/ready");
        assert_eq!(directories["review"], Value::Null);
    }
}
