//! The hooks of this clone as they are, and applying steps to them.

use std::path::Path;

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::session;
use crate::domain::hooks::install::{File, Folder, Found, Outline, Step};
use crate::domain::hooks::name::Hook;
use crate::domain::hooks::script::ASIDE;
use crate::domain::report::hooks::Change;
use crate::io::git::hooks::{HookFile, HookFolder};
use crate::io::git::repository::Git;

/// Files in which managers of hooks are told what to run.
const MANAGERS_FILES: [&str; 9] = [
    "lefthook.yml",
    "lefthook.yaml",
    ".lefthook.yml",
    ".lefthook.yaml",
    "lefthook-local.yml",
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
    "package.json",
    ".huskyrc",
];

/// The hooks' folder, as git has it and as the domain sees it.
pub(super) struct There {
    pub(super) files: HookFolder,
    pub(super) folder: Folder,
    /// The program that the hooks call.
    pub(super) program: String,
}

impl There {
    /// Looks at the hooks of the clone. No configuration is read: a broken one must not keep anybody from uninstalling.
    pub(super) fn look(app: &App) -> Result<Self, CommandError> {
        let git = session::open_git(app)?;
        let files = git.hook_folder()?;
        let aside = files.aside(ASIDE);
        let hooks = Hook::ALL
            .into_iter()
            .map(|hook| Found {
                hook,
                file: match files.read(hook.name()) {
                    HookFile::None => File::None,
                    HookFile::Plain(bytes) => String::from_utf8(bytes).map_or(File::Other, File::Text),
                    HookFile::Other => File::Other,
                },
                has_aside: aside.join(hook.name()).symlink_metadata().is_ok(),
            })
            .collect();
        let folder = Folder {
            path: shown(&git, &files.path),
            is_own: files.is_own,
            hooks_path: files.configured.clone(),
            hooks,
            by_hand: by_hand(&git, &files),
        };
        Ok(Self { files, folder, program: app.env.program.display().to_string() })
    }

    /// Applies steps, unless it was only asked, and makes the answer.
    pub(super) fn apply(&self, outline: Outline, dry_run: bool) -> Result<Change, CommandError> {
        if !dry_run {
            for step in &outline.steps {
                let name = step.hook().name();
                match step {
                    Step::Create { text, .. } | Step::Change { text, .. } => self.files.write(name, text)?,
                    Step::SetAside { text, .. } => self.files.set_aside(name, ASIDE, text)?,
                    Step::Remove { .. } => self.files.remove(name)?,
                    Step::PutBack { .. } => self.files.put_back(name, ASIDE)?,
                }
            }
        }
        let Outline { steps, additions, notes } = outline;
        Ok(Change { folder: self.folder.path.clone(), dry_run, steps, additions, notes })
    }
}

/// A path as people see it from the top of the checkout.
fn shown(git: &Git, path: &Path) -> String {
    let inside = git.root().and_then(|root| path.strip_prefix(root).ok());
    inside.unwrap_or(path).display().to_string()
}

/// The hooks that somebody's own file runs.
fn by_hand(git: &Git, files: &HookFolder) -> Vec<Hook> {
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    let managers: String =
        git.root().into_iter().flat_map(|root| MANAGERS_FILES.map(|name| read(&root.join(name)))).collect();
    let is_shared = !files.is_own;
    Hook::ALL
        .into_iter()
        .filter(|hook| {
            let calls = |text: &str| {
                let call = format!("hooks run {hook}");
                text.match_indices(&call).any(|(at, _)| {
                    !text[at + call.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '-')
                })
            };
            // A folder of husky's is generated from the one above it.
            let beside = [files.path.join(hook.name()), files.path.join("..").join(hook.name())];
            calls(&managers) || (is_shared && beside.iter().any(|path| calls(&read(path))))
        })
        .collect()
}
