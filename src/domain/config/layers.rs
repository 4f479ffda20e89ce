//! Loading: layers laid over each other, each value with where it came from.
//!
//! Lowest first: built-in values, the preset that is named by `preset`, the user's file, the repository's file,
//! a service's file, environment variables, flags. Objects merge key by key, lists and plain values replace.

use std::collections::BTreeMap;

use serde_json::Value;

use super::dialects::{self, Rewritten};
use super::document::Document;
use super::key::KeyPath;
use super::merge::{Merged, find_origin};
use super::problem::{ConfigErrors, Layer, Origin, Problem, Wrong, excerpt};
use super::schema::{Config, Preset};
use super::{settings, tighten, tree, validate};
use crate::domain::model::finding::Severity;

/// A file's text, with the name under which it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLayer {
    /// The file as it is shown in messages.
    pub file: String,
    /// What is in it: JSON with comments and trailing commas, in any dialect.
    pub text: String,
}

impl FileLayer {
    /// A text under a name.
    #[must_use]
    pub fn new(file: &str, text: &str) -> Self {
        Self { file: file.to_owned(), text: text.to_owned() }
    }
}

/// All that a configuration is made from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The user's file, where there is one.
    pub user: Option<FileLayer>,
    /// The repository's file, where there is one.
    pub repository: Option<FileLayer>,
    /// All environment variables; those that are no settings are passed over.
    pub environment: Vec<(String, String)>,
    /// `key=value` from the command line.
    pub flags: Vec<String>,
    /// An unknown key is a warning.
    pub lenient: bool,
}

/// A configuration that may be used, and where each of its values came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// The origin of every plain value, list and empty object.
    pub origins: BTreeMap<KeyPath, Origin>,
    /// What is odd and does not stop anything.
    pub warnings: Vec<Problem>,
    /// Keys of older dialects that were read.
    pub rewritten: Vec<Rewritten>,
    value: Value,
    layers: Vec<Document>,
    lenient: bool,
}

/// Loads a configuration.
///
/// # Errors
/// [`ConfigErrors`] with every problem that was found, warnings included, where at least one is an error.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigErrors> {
    let mut intake = Intake { lenient: sources.lenient, ..Intake::default() };
    let files = [(Layer::User, &sources.user), (Layer::Repository, &sources.repository)];
    for (layer, file) in files {
        if let Some(file) = file {
            intake.file(layer, file);
        }
    }
    intake.environment(&sources.environment);
    let (flags, problems) = settings::from_flags(&sources.flags);
    intake.problems.extend(problems);
    intake.layer(flags);
    intake.preset();
    intake.finish()
}

impl Default for Loaded {
    /// The built-in values, as without any file.
    fn default() -> Self {
        let merged = Merged::built_in(defaults());
        Self {
            config: Config::default(),
            origins: merged.origins,
            warnings: Vec::new(),
            rewritten: Vec::new(),
            value: merged.value,
            layers: Vec::new(),
            lenient: false,
        }
    }
}

impl Loaded {
    /// The same configuration for PRDs of a service, with the service's own file laid over the repository's.
    ///
    /// # Errors
    /// [`ConfigErrors`] where the file is wrong, sets something but `prd_workflow.review`, `quality` and
    /// `security`, or loosens a rule.
    pub fn with_service(&self, file: &FileLayer) -> Result<Self, ConfigErrors> {
        let mut intake = Intake {
            layers: self.layers.clone(),
            problems: self.warnings.clone(),
            rewritten: self.rewritten.clone(),
            lenient: self.lenient,
        };
        intake.layers.retain(|layer| layer.layer != Layer::Service);
        intake.problems.retain(|problem| {
            let is_found_again = matches!(problem.wrong, Wrong::Inconsistent { .. });
            problem.origin.layer != Layer::Service && !is_found_again
        });
        let base = intake.merged(Layer::Repository);
        intake.file(Layer::Service, file);
        if let Some(service) = intake.layers.iter().find(|layer| layer.layer == Layer::Service) {
            intake.problems.extend(tighten::check(service, &base.value));
        }
        intake.finish()
    }

    /// The value of a key as JSON; `None` for a key that is not set and has no default.
    #[must_use]
    pub fn value(&self, key: &KeyPath) -> Option<&Value> {
        super::document::get(&self.value, key.parts())
    }

    /// Where a key's value came from; for an element of a list its own place.
    #[must_use]
    pub fn origin(&self, key: &KeyPath) -> Origin {
        origin_in(&self.origins, &self.layers, key)
    }

    /// The keys that somebody set on purpose, in files, variables or flags, with their origins, sorted.
    pub fn set_by_user(&self) -> impl Iterator<Item = (&KeyPath, &Origin)> {
        self.origins.iter().filter(|(_, origin)| origin.layer.is_set_by_user())
    }
}

/// The origin of a key; within a list the layer that the list came from knows it.
fn origin_in(origins: &BTreeMap<KeyPath, Origin>, layers: &[Document], key: &KeyPath) -> Origin {
    let known = find_origin(origins, key);
    if origins.contains_key(key) || origins.range(key.clone()..).next().is_some_and(|(k, _)| k.is_below(key))
    {
        return known;
    }
    let document = layers.iter().find(|document| document.layer == known.layer);
    document.filter(|document| document.get(key).is_some()).map_or(known, |document| document.origin_of(key))
}

/// The built-in values as JSON.
fn defaults() -> Value {
    serde_json::to_value(Config::default()).unwrap_or_default()
}

/// Layers on their way in.
#[derive(Debug, Default)]
struct Intake {
    layers: Vec<Document>,
    problems: Vec<Problem>,
    rewritten: Vec<Rewritten>,
    lenient: bool,
}

impl Intake {
    fn file(&mut self, layer: Layer, file: &FileLayer) {
        match Document::read(layer, &file.file, &file.text) {
            Ok(document) => self.layer(document),
            Err(problem) => self.problems.push(*problem),
        }
    }

    fn environment(&mut self, variables: &[(String, String)]) {
        let below = self.merged(Layer::Service);
        let (document, problems) = settings::from_environment(variables, &below.value);
        self.problems.extend(problems);
        self.layer(document);
    }

    /// Lays the preset that the highest layer names below all files.
    fn preset(&mut self) {
        let key = KeyPath::parse("preset");
        let named = self.layers.iter().rev().find_map(|layer| layer.get(&key).and_then(Value::as_str));
        let preset = Preset::ALL.into_iter().find(|preset| Some(preset.name()) == named);
        match preset.map(Preset::document) {
            Some(Ok(document)) => self.layer(document),
            Some(Err(problem)) => self.problems.push(*problem),
            None => {}
        }
    }

    /// Takes a layer in: old keys are rewritten, and what is wrong is noted and left out.
    fn layer(&mut self, mut document: Document) {
        let outcome = dialects::modernise(&mut document);
        self.problems.extend(outcome.problems);
        self.rewritten.extend(outcome.rewritten);
        // Where nothing is said nothing is wrong, and the tree of all keys need not be made.
        if document.value.as_object().is_none_or(|map| !map.is_empty()) {
            for mismatch in tree::root().check(&document.value) {
                self.refuse(&mut document, mismatch.key, mismatch.wrong);
            }
            while let Some((key, wrong)) = refused_by_type(&document.value) {
                self.refuse(&mut document, key, wrong);
            }
        }
        let at = self.layers.partition_point(|known| known.layer < document.layer);
        self.layers.insert(at, document);
    }

    /// Notes a problem and takes the value out, with the whole list where it is an element of one.
    fn refuse(&mut self, document: &mut Document, key: KeyPath, wrong: Wrong) {
        let is_unknown = matches!(wrong, Wrong::UnknownKey { .. });
        let origin = if is_unknown { document.origin_of_key(&key) } else { document.origin_of(&key) };
        let severity = if is_unknown && self.lenient { Severity::Warning } else { Severity::Error };
        let mut at = Some(key.clone());
        self.problems.push(Problem { severity, key, origin, wrong });
        while let Some(path) = at {
            if document.remove(&path).is_some() {
                return;
            }
            at = path.parent();
        }
        document.value = Value::Object(serde_json::Map::new());
    }

    /// The built-in values and all layers up to one.
    fn merged(&self, highest: Layer) -> Merged {
        let mut merged = Merged::built_in(defaults());
        self.layers.iter().filter(|layer| layer.layer <= highest).for_each(|layer| merged.lay(layer));
        merged
    }

    fn finish(mut self) -> Result<Loaded, ConfigErrors> {
        let merged = self.merged(Layer::Flag);
        let config = match read(&merged.value) {
            Ok(config) => config,
            Err((key, wrong)) => {
                let origin = merged.origin(&key);
                self.problems.push(Problem::error(key, origin, wrong));
                Config::default()
            }
        };
        let is_error = |problem: &Problem| problem.severity == Severity::Error;
        if !self.problems.iter().any(is_error) {
            let find = |key: &KeyPath| origin_in(&merged.origins, &self.layers, key);
            self.problems.extend(validate::check(&config, &find));
        }
        self.problems.sort_by(|a, b| {
            (a.origin.layer, &a.origin.source, a.origin.position, &a.key).cmp(&(
                b.origin.layer,
                &b.origin.source,
                b.origin.position,
                &b.key,
            ))
        });
        if self.problems.iter().any(is_error) {
            return Err(ConfigErrors(self.problems));
        }
        Ok(Loaded {
            config,
            origins: merged.origins,
            warnings: self.problems,
            rewritten: self.rewritten,
            value: merged.value,
            layers: self.layers,
            lenient: self.lenient,
        })
    }
}

/// Reads values by their types; the error has the key that was refused.
fn read(value: &Value) -> Result<Config, (KeyPath, Wrong)> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let key = error.path().iter().fold(KeyPath::root(), |key, segment| match segment {
            serde_path_to_error::Segment::Seq { index } => key.child(index.to_string()),
            serde_path_to_error::Segment::Map { key: part } => key.child(part),
            serde_path_to_error::Segment::Enum { variant } => key.child(variant),
            serde_path_to_error::Segment::Unknown => key,
        });
        let reason = match super::document::get(value, key.parts()) {
            Some(read) if read.is_array() || read.is_object() => {
                format!("{} ({})", error.inner(), excerpt(read))
            }
            _ => error.inner().to_string(),
        };
        (key, Wrong::Refused { reason })
    })
}

/// The first value that its type refuses.
fn refused_by_type(value: &Value) -> Option<(KeyPath, Wrong)> {
    read(value).err()
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
