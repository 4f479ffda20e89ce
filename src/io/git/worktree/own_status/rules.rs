//! What is ignored, by all rules that count for a path.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::io::files;
use crate::io::git::repository::Git;

use super::pattern::{self, Rule};

/// The file in which a folder says what is ignored in it.
pub(super) const RULES: &[u8] = b".gitignore";

/// Whether a path is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is not.
    Kept,
    /// It is.
    Ignored,
    /// Only git can tell.
    Unknown,
}

/// The rules that count in a folder.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// The last list counts first.
    lists: Vec<List>,
}

#[derive(Debug)]
struct List {
    /// How long the name of the folder is that has them.
    base: usize,
    rules: Vec<Rule>,
}

impl Rules {
    /// Those that count in every folder of a clone: the user's and the clone's own; `None` where only git can tell them.
    pub(super) fn of_clone(git: &Git, settings: &BTreeMap<String, String>) -> Option<Self> {
        let of_user = match settings.get("core.excludesfile") {
            Some(place) => Some(place_of(git, place)?),
            None => git.usual_file("ignore"),
        };
        let mut rules = Self::default();
        for file in of_user.into_iter().chain([git.common_dir().join("info/exclude")]) {
            rules.enter(0, &files::read(&file).ok()?.unwrap_or_default())?;
        }
        Some(rules)
    }

    /// Adds those of a folder whose name is so long; `None` where only git can read them.
    pub(super) fn enter(&mut self, base: usize, bytes: &[u8]) -> Option<()> {
        self.lists.push(List { base, rules: pattern::read(bytes)? });
        Some(())
    }

    /// Forgets the rules that were added last.
    pub(super) fn leave(&mut self) {
        self.lists.pop();
    }

    /// What they say of a path of which no folder is ignored. The last rule that is about it counts.
    pub(super) fn verdict(&self, name: &[u8], is_folder: bool) -> Verdict {
        let (mut may_be_kept, mut may_be_ignored) = (false, false);
        for list in self.lists.iter().rev() {
            let path = name.get(list.base..).unwrap_or_default();
            for rule in list.rules.iter().rev() {
                match rule.is_about(path, is_folder) {
                    Some(false) => {}
                    Some(true) if rule.keeps && may_be_ignored => return Verdict::Unknown,
                    Some(true) if rule.keeps => return Verdict::Kept,
                    Some(true) if may_be_kept => return Verdict::Unknown,
                    Some(true) => return Verdict::Ignored,
                    None if rule.keeps => may_be_kept = true,
                    None => may_be_ignored = true,
                }
            }
        }
        if may_be_ignored { Verdict::Unknown } else { Verdict::Kept }
    }
}

/// The file that a setting names; `None` where git has its own idea of it.
fn place_of(git: &Git, place: &str) -> Option<PathBuf> {
    if let Some(below) = place.strip_prefix("~/") {
        return Some(Path::new(git.var("HOME")?).join(below));
    }
    place.starts_with('/').then(|| PathBuf::from(place))
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
