//! What happens in a new worktree after its checkout: submodules, ignored files, dependencies, the project's own
//! commands, the editor, tmux.
//!
//! What is to be done is settled, and approved, before anything is made; from then on the configuration is not read
//! again. Each step that is done is noted in the worktree's git folder, so that `prd worktree setup` goes on where a
//! failure or a kill stopped.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::app::App;
use super::args::SetupFlags;
use super::error::CommandError;
use super::session::Session;
use crate::domain::config::schema::Worktree as Settings;
use crate::domain::model::branch::BranchName;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::io::git::error::GitError;
use crate::io::git::repository::Git;
use crate::io::git::worktree::mark::SetupMark;
use crate::io::setup::copy::{CarryError, copy_ignored};
use crate::io::setup::link::{Linked, link_folder};
use crate::io::setup::patterns::{INCLUDE_FILE, Patterns};
use crate::io::store::kill_switch::KillSwitch;
use crate::io::tools::run::{self, ToolCommand};
use crate::io::tools::{editor::Editor, install, tmux};

/// The keys whose texts are used in a new worktree.
const KEYS: [&str; 3] =
    ["prd_workflow.worktree.copy", "prd_workflow.worktree.link", "prd_workflow.worktree.post_create"];

/// How long a submodule may take that has to come over a network.
const NETWORK_LIMIT: Duration = Duration::from_secs(300);

/// The variable that makes tests die at a step of setting up, from 1.
const KILL_AT: &str = "PRD_TEST_KILL_AT_SETUP";

/// What is to be done in a new worktree, settled and approved.
#[derive(Debug)]
pub(super) struct Setup {
    id: PrdId,
    branch: Option<BranchName>,
    settings: Settings,
    patterns: Patterns,
    links: Vec<RepoPath>,
    services: Vec<RepoPath>,
    flags: SetupFlags,
    /// The checkout that ignored files come from.
    source: Option<PathBuf>,
    git: Git,
}

/// What was done in a new worktree.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// What a user should know.
    pub(super) notes: Vec<String>,
    /// What failed, with the command to try again.
    pub(super) failed: Option<String>,
}

/// A step that did not work out.
#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error(transparent)]
    Git(#[from] GitError),
    #[error(transparent)]
    Carry(#[from] CarryError),
    #[error("{0}")]
    Words(String),
}

impl Session {
    /// The folder of a PRD's worktree.
    pub(super) fn worktree_of(&self, prd: &Prd) -> Result<PathBuf, CommandError> {
        let branch = prd.branch.as_deref().and_then(|name| BranchName::new(name).ok());
        let tree = branch.map(|branch| self.git.worktree_of(&branch)).transpose()?.flatten();
        tree.filter(|tree| !tree.is_missing && !tree.is_main).map(|tree| tree.path).ok_or_else(|| {
            CommandError::not_found(format!("{} has no worktree in this clone", prd.id))
                .hint(format!("prd show {} says where it stands", prd.id))
        })
    }
}

impl Setup {
    /// Settles what is to be done for a PRD, and has it approved. Changes nothing.
    pub(super) fn prepare(
        app: &App,
        session: &Session,
        prd: &Prd,
        flags: SetupFlags,
    ) -> Result<Self, CommandError> {
        let config = session.config();
        let settings = config.prd_workflow.worktree.clone();
        let carries = settings.enabled && !flags.no_setup;
        if carries {
            session
                .require_trust(app, &session.loaded, &KEYS)
                .map_err(|error| error.hint("or leave all of it out: --no-setup"))?;
        }
        let source = session.git.main_root().or_else(|| session.home.root()).map(Path::to_owned);
        let mut lines = settings.copy.clone();
        let include = source.as_ref().map(|root| root.join(INCLUDE_FILE));
        if let Some(text) = include.and_then(|path| fs_err::read_to_string(path).ok()) {
            lines.extend(text.lines().map(str::to_owned));
        }
        if !carries {
            lines.clear();
        }
        let patterns = Patterns::new(lines.iter().map(String::as_str)).map_err(|error| {
            CommandError::usage(error.to_string())
                .hint(format!("mend it in prd_workflow.worktree.copy or {INCLUDE_FILE}"))
        })?;
        let links = settings.link.iter().map(|folder| RepoPath::new(folder)).collect::<Result<_, _>>()?;
        Ok(Self {
            id: prd.id.clone(),
            branch: prd.branch.as_deref().and_then(|name| BranchName::new(name).ok()),
            patterns,
            links,
            services: config.service_paths(prd.service.iter().chain(&prd.services).map(String::as_str)),
            settings,
            flags,
            source,
            git: session.git.clone(),
        })
    }

    /// Does everything in a worktree that is not done yet; with `anew` everything.
    pub(super) fn run(&self, app: &App, tree: &Path, anew: bool) -> Result<Done, CommandError> {
        let mut done = Done::default();
        let Some(mut mark) = self.git.take_setup(tree, anew)? else {
            return Err(CommandError::refused(format!(
                "the worktree {} is being set up by another prd",
                tree.display()
            ))
            .hint("wait for it to end and try again"));
        };
        let kill_at = app.env.var(KILL_AT).and_then(|text| text.parse().ok());
        let mut kill = KillSwitch::new(kill_at);
        match self.steps(app, tree, &mut mark, &mut kill, &mut done.notes) {
            Ok(()) => mark.finish()?,
            Err(error) => {
                done.failed = Some(format!(
                    "{error}; the worktree is good, and this goes on where it stopped: prd worktree setup {}",
                    self.id
                ));
            }
        }
        if done.failed.is_none() {
            done.failed = self.open(app, tree, &mut done.notes);
        }
        Ok(done)
    }

    fn steps(
        &self,
        app: &App,
        tree: &Path,
        mark: &mut SetupMark,
        kill: &mut KillSwitch,
        notes: &mut Vec<String>,
    ) -> Result<(), StepError> {
        let mut step = |name: &str, work: &mut dyn FnMut() -> Result<(), StepError>| {
            kill.step();
            if mark.is_done(name) {
                return Ok(());
            }
            work()?;
            kill.step();
            Ok::<(), StepError>(mark.done(name)?)
        };
        let source = self.source.as_deref().filter(|source| *source != tree);
        if let Some(source) = source {
            step("submodules", &mut || self.carry_submodules(source, tree, notes))?;
            step("copy", &mut || self.copy(source, tree, notes))?;
            step("link", &mut || self.link(source, tree, notes))?;
        }
        if self.settings.auto_install_dependencies && !self.flags.no_install {
            for project in install::projects(tree, &self.services) {
                for command in install::install_commands(&project) {
                    let folder = project.strip_prefix(tree).unwrap_or(&project).display().to_string();
                    step(&format!("install {folder}: {command}"), &mut || {
                        install_one(app, &command, &folder, notes)
                    })?;
                }
            }
        }
        let commands = if self.flags.no_setup { &[] } else { self.settings.post_create.as_slice() };
        for (number, line) in commands.iter().enumerate() {
            step(&format!("run {number}: {line}"), &mut || self.run_command(app, tree, line, notes))?;
        }
        Ok(())
    }

    fn carry_submodules(&self, source: &Path, tree: &Path, notes: &mut Vec<String>) -> Result<(), StepError> {
        let carried = self
            .git
            .carry_submodules(source, tree, NETWORK_LIMIT)
            .map_err(|error| StepError::Words(error.to_string()))?;
        if !carried.is_empty() {
            let paths: Vec<&str> = carried.iter().map(|submodule| submodule.path.as_str()).collect();
            notes.push(format!("submodules: {}", paths.join(", ")));
        }
        Ok(())
    }

    fn copy(&self, source: &Path, tree: &Path, notes: &mut Vec<String>) -> Result<(), StepError> {
        let copied = copy_ignored(&self.git, source, tree, &self.patterns)?;
        if !copied.files.is_empty() {
            notes.push(format!("copied {}", shortened(&copied.files)));
        }
        notes.extend(copied.left_out.iter().map(|what| format!("not copied: {what}")));
        Ok(())
    }

    fn link(&self, source: &Path, tree: &Path, notes: &mut Vec<String>) -> Result<(), StepError> {
        for folder in self.links.iter().filter(|_| !self.flags.no_setup) {
            match link_folder(&self.git, source, tree, folder)? {
                Linked::Cloned => notes.push(format!("cloned {folder}")),
                Linked::Linked => notes.push(format!("linked {folder} to that of the main worktree")),
                Linked::There => {}
                Linked::LeftOut(why) => notes.push(format!("not linked: {folder} {why}")),
            }
        }
        Ok(())
    }

    fn run_command(
        &self,
        app: &App,
        tree: &Path,
        line: &str,
        notes: &mut Vec<String>,
    ) -> Result<(), StepError> {
        let mut command = ToolCommand::shell(line, tree);
        let branch = self.git.worktree_at(tree)?.and_then(|tree| tree.branch).or_else(|| self.branch.clone());
        command.vars = vec![
            ("PRD_ID".to_owned(), self.id.to_string()),
            ("PRD_BRANCH".to_owned(), branch.map_or_else(String::new, |branch| branch.to_string())),
            ("PRD_WORKTREE".to_owned(), tree.display().to_string()),
        ];
        command.vars.extend(
            self.source.iter().map(|root| ("PRD_MAIN_WORKTREE".to_owned(), root.display().to_string())),
        );
        stream(app, &command, line).map_err(|error| StepError::Words(format!("`{line}`: {error}")))?;
        notes.push(format!("ran `{line}`"));
        Ok(())
    }

    /// The editor and tmux, where they are wanted.
    fn open(&self, app: &App, tree: &Path, notes: &mut Vec<String>) -> Option<String> {
        if self.flags.tmux {
            match session_for(app, &self.id, tree) {
                Ok(name) => notes.push(format!("tmux session {name}: prd attach {}", self.id)),
                Err(error) => return Some(format!("{}; the worktree is good", error.message)),
            }
        }
        let core = self.git.config("core.editor").ok().flatten();
        let editor = Editor::choose(&app.env, core.as_deref());
        // What nobody asked for now is not begun where nobody can see it.
        let wanted = self.flags.editor || (self.settings.auto_open_editor && app.env.interactive);
        if !wanted {
            return None;
        }
        if editor.is_fallback() && !app.env.interactive {
            notes.push("no editor is set and there is no terminal, so none was opened".to_owned());
            return None;
        }
        let opened = editor.open(&app.env, tree);
        opened.err().map(|error| format!("the editor: {error}; the worktree is good"))
    }
}

/// The tmux session of a PRD's worktree, begun where there is none: it is named after the PRD, and where another
/// repository has that name, after PRD and folder.
pub(super) fn session_for(app: &App, id: &PrdId, tree: &Path) -> Result<String, CommandError> {
    let sessions = tmux::sessions(&app.env)?;
    let plain = tmux::session_name(&id.to_string());
    let folder = tree.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let longer = tmux::session_name(&format!("{id}-{folder}"));
    for name in [&plain, &longer] {
        match sessions.iter().find(|session| session.name == *name) {
            Some(session) if tmux::same_folder(&session.folder, tree) => return Ok(name.clone()),
            Some(_) => {}
            None => {
                tmux::new_session(&app.env, name, tree)
                    .map_err(|error| CommandError::outside(error.to_string()))?;
                return Ok(name.clone());
            }
        }
    }
    Err(CommandError::refused(format!("tmux has sessions {plain} and {longer} in other folders"))
        .hint(format!("end or rename one: tmux kill-session -t ={longer}")))
}

fn install_one(
    app: &App,
    command: &ToolCommand,
    folder: &str,
    notes: &mut Vec<String>,
) -> Result<(), StepError> {
    let place = if folder.is_empty() { String::new() } else { format!(" in {folder}") };
    let shared = install::filled_folder(command)
        .filter(|name| command.dir.join(name).symlink_metadata().is_ok_and(|about| about.is_symlink()));
    if let Some(name) = shared {
        notes.push(format!("{name}{place} is shared with the main worktree, so `{command}` was not run"));
        return Ok(());
    }
    stream(app, command, &format!("{command}{place}"))
        .map_err(|error| StepError::Words(format!("{error}{place}")))
}

/// Runs a program under a line that shows what it says.
fn stream(app: &App, command: &ToolCommand, title: &str) -> Result<(), run::ToolError> {
    let mut progress = app.console.progress(title, app.env.interactive);
    let outcome = run::run_streamed(&app.env, command, |_, line| progress.line(line));
    progress.end(outcome.is_ok());
    outcome
}

/// The first names of a list, and how many more there are.
fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}
