//! What installing and uninstalling do to each hook: decided from what is there, as a list of steps.

use serde::Serialize;

use super::manager::{Addition, Manager};
use super::name::Hook;
use super::script::{self, Place};

/// What lies where git looks for a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which hook.
    pub hook: Hook,
    /// The file.
    pub file: File,
    /// True where a hook lies in the folder beside, for ours to call.
    pub has_aside: bool,
}

/// A hook's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum File {
    /// There is none.
    None,
    /// A plain file of text that git would run.
    Text(String),
    /// Something else: a program, a link, or a file that is not executable, which git passes over.
    Other,
}

/// The hooks' folder, and who else looks after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Where git looks for hooks, for people.
    pub path: String,
    /// True where it belongs to this clone alone, so that what is changed there changes nobody else's.
    pub is_own: bool,
    /// What `core.hooksPath` says, where it says anything.
    pub hooks_path: Option<String>,
    /// The hooks.
    pub hooks: Vec<Found>,
    /// Hooks that a manager's own files, read as text, run by a line of `prd hooks run`.
    pub by_hand: Vec<Hook>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Writes a hook that is ours alone.
    Create {
        /// The hook.
        hook: Hook,
        /// Its text.
        #[serde(skip)]
        text: String,
    },
    /// Writes our lines into, or out of, a script.
    Change {
        /// The hook.
        hook: Hook,
        /// The new text.
        #[serde(skip)]
        text: String,
    },
    /// Moves what is there into the folder beside, and writes a hook that calls it.
    SetAside {
        /// The hook.
        hook: Hook,
        /// The text of ours.
        #[serde(skip)]
        text: String,
    },
    /// Removes a hook that is ours alone.
    Remove {
        /// The hook.
        hook: Hook,
    },
    /// Removes ours, and moves back what was there.
    PutBack {
        /// The hook.
        hook: Hook,
    },
}

impl Step {
    /// The hook.
    #[must_use]
    pub const fn hook(&self) -> Hook {
        match self {
            Self::Create { hook, .. }
            | Self::Change { hook, .. }
            | Self::SetAside { hook, .. }
            | Self::Remove { hook }
            | Self::PutBack { hook } => *hook,
        }
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Create { hook, .. } => write!(f, "write {hook}"),
            Self::Change { hook, .. } => write!(f, "change our lines in {hook}, and no other"),
            Self::SetAside { hook, .. } => write!(f, "set {hook} aside, and call it from ours"),
            Self::Remove { hook } => write!(f, "remove {hook}, which is ours"),
            Self::PutBack { hook } => write!(f, "put {hook} back as it was"),
        }
    }
}

/// What is to be done, and what only a person can do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Outline {
    /// The steps.
    pub steps: Vec<Step>,
    /// Lines to add by hand.
    pub additions: Vec<Addition>,
    /// What a user should know.
    pub notes: Vec<String>,
}

/// Where a hook of ours stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Installed, and its lines are those of this program.
    Installed,
    /// Installed by another version, or from another place.
    Outdated,
    /// Not whole any more: somebody took some of its lines.
    Damaged,
    /// Run by a line in the files of a manager.
    ByHand,
    /// Not there.
    Missing,
}

impl Folder {
    /// The managers of these hooks.
    #[must_use]
    pub fn managers(&self) -> Vec<Manager> {
        let mut managers: Vec<Manager> =
            self.hooks_path.as_deref().map(Manager::of_hooks_path).into_iter().collect();
        for found in &self.hooks {
            if let File::Text(text) = &found.file {
                managers.extend(Manager::of_text(text));
            }
        }
        managers.dedup();
        managers
    }

    /// Where a hook stands, for the program at `program`.
    #[must_use]
    pub fn standing(&self, found: &Found, program: &str) -> Standing {
        let by_hand = self.by_hand.contains(&found.hook);
        match &found.file {
            File::Text(text) if script::has_ours(text) => match script::without_ours(text) {
                None => Standing::Damaged,
                Some(removed) if written(&removed, found.hook, program) == *text => Standing::Installed,
                Some(_) => Standing::Outdated,
            },
            _ if by_hand => Standing::ByHand,
            File::Text(_) | File::None | File::Other => Standing::Missing,
        }
    }
}

/// A file with our lines as this program writes them.
fn written(removed: &script::Removed, hook: Hook, program: &str) -> String {
    if removed.is_empty() {
        return script::own(hook, program, removed.place);
    }
    match removed.place {
        Place::Among | Place::AmongWithNewline => script::with_ours(&removed.rest, hook, program),
        // The user has written into the file that was ours alone: it is a script of theirs now.
        Place::Alone | Place::Before => {
            let own = script::own(hook, program, removed.place);
            let lines = own.split_once('\n').map_or("", |(_, lines)| lines);
            let head = if removed.rest.starts_with("#!") {
                removed.rest.find('\n').map_or(removed.rest.len(), |end| end + 1)
            } else {
                0
            };
            format!("{}{lines}{}", &removed.rest[..head], &removed.rest[head..])
        }
    }
}

/// Decides how to install hooks.
#[must_use]
pub fn install(folder: &Folder, hooks: &[Hook], program: &str) -> Outline {
    let mut outline = Outline::default();
    let wanted: Vec<&Found> = folder.hooks.iter().filter(|found| hooks.contains(&found.hook)).collect();
    if !folder.is_own {
        let missing: Vec<Hook> = wanted
            .iter()
            .filter(|found| !folder.by_hand.contains(&found.hook))
            .map(|found| found.hook)
            .collect();
        let path = folder.hooks_path.clone().unwrap_or_else(|| folder.path.clone());
        let manager = Manager::of_hooks_path(&path);
        if !missing.is_empty() {
            outline.additions = manager.lines(&missing, &path);
            outline.notes.push(format!(
                "git looks for hooks in {path}, which is not this clone's own: nothing is changed there. Add these lines, and \
                 everybody who uses it runs the hooks"
            ));
        }
        return outline;
    }
    for found in wanted {
        outline.steps.extend(install_one(found, program, &mut outline.notes));
    }
    for manager in folder.managers() {
        if matches!(manager, Manager::Lefthook | Manager::PreCommit | Manager::Husky4) {
            let generated: Vec<Hook> = folder
                .hooks
                .iter()
                .filter(|found| hooks.contains(&found.hook) && !folder.by_hand.contains(&found.hook))
                .filter(|found| matches!(&found.file, File::Text(text) if Manager::of_text(text) == Some(manager)))
                .map(|found| found.hook)
                .collect();
            if !generated.is_empty() {
                outline.additions.extend(manager.lines(&generated, &folder.path));
                outline.notes.push(format!(
                    "{manager} writes these hooks anew when it is installed again, and our lines are gone then: to keep them, \
                     add them to its configuration instead, or run prd hooks install again"
                ));
            }
        }
    }
    outline
}

fn install_one(found: &Found, program: &str, notes: &mut Vec<String>) -> Option<Step> {
    let hook = found.hook;
    match &found.file {
        File::None if found.has_aside => {
            Some(Step::Create { hook, text: script::own(hook, program, Place::Before) })
        }
        File::None => Some(Step::Create { hook, text: script::own(hook, program, Place::Alone) }),
        File::Text(text) if script::has_ours(text) => match script::without_ours(text) {
            Some(removed) => {
                let new = written(&removed, hook, program);
                (new != *text).then_some(Step::Change { hook, text: new })
            }
            None => {
                notes.push(format!(
                    "{hook} has a part of our lines only: take them out by hand, and install again"
                ));
                None
            }
        },
        File::Text(text) if script::is_shell(text) => {
            Some(Step::Change { hook, text: script::with_ours(text, hook, program) })
        }
        File::Text(_) | File::Other if found.has_aside => {
            notes.push(format!(
                "{hook} is left as it is: another hook lies in the folder {} already",
                script::ASIDE
            ));
            None
        }
        File::Text(_) | File::Other => {
            Some(Step::SetAside { hook, text: script::own(hook, program, Place::Before) })
        }
    }
}

/// Decides how to uninstall hooks.
#[must_use]
pub fn uninstall(folder: &Folder) -> Outline {
    let mut outline = Outline::default();
    for found in &folder.hooks {
        let hook = found.hook;
        if folder.by_hand.contains(&hook) {
            outline.notes.push(format!("{hook} is run by a line that somebody wrote: take it out by hand"));
        }
        if found.file == File::None && found.has_aside {
            // Somebody took ours away and not what it called, or was killed between the two.
            outline.steps.push(Step::PutBack { hook });
        }
        let File::Text(text) = &found.file else { continue };
        if !script::has_ours(text) {
            continue;
        }
        let Some(removed) = script::without_ours(text) else {
            outline.notes.push(format!("{hook} has a part of our lines only: take them out by hand"));
            continue;
        };
        outline.steps.push(match (removed.is_empty(), found.has_aside) {
            (true, true) => Step::PutBack { hook },
            (true, false) => Step::Remove { hook },
            (false, aside) => {
                if aside && removed.place == Place::Before {
                    outline.notes.push(format!(
                        "{hook} has lines that are not ours, so it stays; what it called lies in the folder {}",
                        script::ASIDE
                    ));
                }
                Step::Change { hook, text: removed.rest }
            }
        });
    }
    outline
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(file: File, has_aside: bool) -> Folder {
        Folder {
            path: ".git/hooks".to_owned(),
            is_own: true,
            hooks_path: None,
            hooks: vec![Found { hook: Hook::PreCommit, file, has_aside }],
            by_hand: Vec::new(),
        }
    }

    fn one(outline: Outline) -> Step {
        let [step] = outline.steps.try_into().unwrap();
        step
    }

    #[test]
    fn each_kind_of_file_is_installed_and_restored_in_its_way() {
        let install = |file: File| one(install(&folder(file, false), &Hook::ALL, "prd"));
        let Step::Create { text, .. } = install(File::None) else { panic!() };
        assert_eq!(one(uninstall(&folder(File::Text(text), false))), Step::Remove { hook: Hook::PreCommit });
        let Step::SetAside { text, .. } = install(File::Other) else { panic!() };
        assert_eq!(one(uninstall(&folder(File::Text(text), true))), Step::PutBack { hook: Hook::PreCommit });
        let Step::SetAside { .. } = install(File::Text("#!/usr/bin/env python3\n".to_owned())) else {
            panic!()
        };
        let Step::Change { text, .. } = install(File::Text("#!/bin/sh\nmake".to_owned())) else { panic!() };
        let Step::Change { text, .. } = one(uninstall(&folder(File::Text(text), false))) else { panic!() };
        assert_eq!(text, "#!/bin/sh\nmake");
    }

    #[test]
    fn installing_twice_changes_nothing_and_another_version_is_replaced() {
        let Step::Create { text, .. } = one(install(&folder(File::None, false), &Hook::ALL, "/old/prd"))
        else {
            panic!()
        };
        let there = folder(File::Text(text), false);
        assert_eq!(install(&there, &Hook::ALL, "/old/prd"), Outline::default());
        assert_eq!(there.standing(&there.hooks[0], "/old/prd"), Standing::Installed);
        assert_eq!(there.standing(&there.hooks[0], "/new/prd"), Standing::Outdated);
        let Step::Change { text, .. } = one(install(&there, &Hook::ALL, "/new/prd")) else { panic!() };
        assert!(text.contains("'/new/prd'") && !text.contains("/old/"));
    }

    #[test]
    fn a_shared_folder_is_never_written() {
        let mut shared = folder(File::Text("#!/bin/sh\n".to_owned()), false);
        shared.is_own = false;
        shared.hooks_path = Some(".husky/_".to_owned());
        let outline = install(&shared, &Hook::ALL, "prd");
        assert!(outline.steps.is_empty());
        assert_eq!(outline.additions[0].file, ".husky/pre-commit");
        shared.by_hand = vec![Hook::PreCommit];
        assert_eq!(install(&shared, &Hook::ALL, "prd"), Outline::default());
    }

    #[test]
    fn a_user_who_wrote_into_our_file_keeps_what_they_wrote() {
        let text = format!("{}npm test\n", script::own(Hook::PreCommit, "prd", Place::Before));
        let outline = uninstall(&folder(File::Text(text), true));
        let Step::Change { text, .. } = &outline.steps[0] else { panic!() };
        assert_eq!(text, "#!/bin/sh\nnpm test\n");
        assert_eq!(outline.notes.len(), 1);
    }
}
