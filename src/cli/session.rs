//! What a command reads before it decides: repository, home, configuration, portfolio, records.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::app::App;
use super::error::{CommandError, ErrorKind};
use crate::domain::config::layers::{self, FileLayer, Loaded, Sources};
use crate::domain::config::schema::{CommitMode, Config};
use crate::domain::graph::dependencies::{Graph, GraphFacts};
use crate::domain::lifecycle::plan::Plan;
use crate::domain::lifecycle::snapshot::Records;
use crate::domain::markdown::identity;
use crate::domain::model::finding::Finding;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::Person;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;
use crate::io::git::error::GitError;
use crate::io::git::home::{Home, HomePlace};
use crate::io::git::lock::CloneLock;
use crate::io::git::repository::{Git, Head};
use crate::io::store::home_files::HomeFiles;
use crate::io::store::kill_switch::{self, KillSwitch};
use crate::io::store::progress::{self, Source};
use crate::io::store::transaction::{self, Applied, Target, TransactionError};
use crate::io::store::{portfolio, records};

/// How long a command waits for another one of this clone to end.
const LOCK_WAIT: Duration = Duration::from_secs(60);

/// The file that configures a repository.
pub const CONFIG_FILE: &str = ".claude/config.json";

/// The repository with its home and configuration, opened once for a command.
#[derive(Debug)]
pub struct Session {
    /// The clone.
    pub git: Git,
    /// Where its PRD folders are read and written.
    pub home: Home,
    /// The configuration with where each value came from.
    pub loaded: Loaded,
    /// The clone's lock, held from before anything was read until the change is made.
    lock: Option<CloneLock>,
}

/// The portfolio as read at one moment.
#[derive(Debug)]
pub struct Reading {
    /// All PRDs; those in progress with the check lists of their branches.
    pub portfolio: Portfolio,
    /// Their records.
    pub records: Records,
    /// Records that do not parse.
    pub record_problems: Vec<Finding>,
    /// Where the progress of PRDs in progress was read.
    pub sources: BTreeMap<PrdId, Source>,
}

impl Session {
    /// Opens the repository of `--repo` or of the current directory, finds home, loads the configuration.
    ///
    /// # Errors
    /// No repository, or a configuration that does not load.
    pub fn open(app: &App) -> Result<Self, CommandError> {
        Self::with_git(app, open_git(app)?, None)
    }

    /// As [`Session::open`], under the clone's lock and after the plans of killed commands were finished or undone;
    /// with `dry_run` neither, because nothing will be changed.
    ///
    /// # Errors
    /// As [`Session::open`]; the lock cannot be had; a killed plan cannot be recovered; home may only be read.
    pub fn open_for_change(app: &App, dry_run: bool) -> Result<Self, CommandError> {
        let git = open_git(app)?;
        let lock = if dry_run {
            None
        } else {
            let lock = git.lock(&app.invocation, LOCK_WAIT)?;
            for recovered in transaction::recover(&git)? {
                app.console.note(&recovered.to_string());
            }
            Some(lock)
        };
        let session = Self::with_git(app, git, lock)?;
        session.require_writable()?;
        Ok(session)
    }

    fn with_git(app: &App, git: Git, lock: Option<CloneLock>) -> Result<Self, CommandError> {
        let here = git.home(None)?;
        let loaded = load_config(app, &git, &here)?;
        let (home, loaded) = match &loaded.config.prd_workflow.home_branch {
            Some(branch) if here.branch.as_ref() != Some(branch) => {
                let home = git.home(Some(branch.as_str()))?;
                let loaded = load_config(app, &git, &home)?;
                (home, loaded)
            }
            _ => (here, loaded),
        };
        for warning in &loaded.warnings {
            app.console.warn(&warning.to_string());
        }
        Ok(Self { git, home, loaded, lock })
    }

    /// The configuration.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.loaded.config
    }

    /// The files of home.
    #[must_use]
    pub fn files(&self) -> HomeFiles<'_> {
        home_files(&self.git, &self.home)
    }

    /// Reads the portfolio and its records.
    ///
    /// # Errors
    /// Home cannot be read.
    pub fn read(&self) -> Result<Reading, CommandError> {
        let files = self.files();
        let directories = self.config().directories();
        let portfolio = portfolio::load(&files, directories, self.config().id_format())?;
        let (records, record_problems) =
            records::load(&files, &directories.records(), portfolio.prds().iter());
        let (portfolio, sources) = progress::from_branches(&self.git, portfolio, directories)?;
        Ok(Reading { portfolio, records, record_problems, sources })
    }

    /// The name of the project: that of the main worktree's folder.
    #[must_use]
    pub fn project_name(&self) -> String {
        let root = self.main_root();
        let name =
            root.file_name().map_or_else(|| "project".to_owned(), |name| name.to_string_lossy().into_owned());
        name.strip_suffix(".git").map(str::to_owned).unwrap_or(name)
    }

    /// The main worktree, or the folder of a bare repository: what relative worktree paths begin at.
    #[must_use]
    pub fn main_root(&self) -> PathBuf {
        self.git.main_root().map_or_else(|| self.git.common_dir().to_owned(), Path::to_owned)
    }

    /// The pages that people keep beside the state folders, with their texts.
    #[must_use]
    pub fn pages(&self) -> Vec<(RepoPath, String)> {
        let files = self.files();
        let pages = files.pages_in(self.config().directories().common_parent().as_ref());
        let text = |path: &RepoPath| String::from_utf8(files.read(path).ok()??).ok();
        pages.into_iter().filter_map(|path| Some((path.clone(), text(&path)?))).collect()
    }

    /// The text of a PRD's file in home.
    ///
    /// # Errors
    /// The file is gone or is no UTF-8.
    pub fn text(&self, path: &RepoPath) -> Result<String, CommandError> {
        let bytes = match self.files().read(path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(CommandError::not_found(format!("{path} is not there any more"))),
            Err(why) => return Err(CommandError::outside(format!("{path} cannot be read: {why:?}"))),
        };
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            CommandError::refused(format!(
                "{path} is no UTF-8 (byte {at}), so it cannot be changed without loss"
            ))
            .hint(format!("convert it first: iconv -f windows-1252 -t utf-8 {path}"))
        })
    }
}

impl Session {
    /// Refuses where there is no home branch with a commit to build on.
    fn require_writable(&self) -> Result<(), CommandError> {
        if !self.home.is_read_only() {
            return Ok(());
        }
        Err(match (self.git.head()?, &self.home.branch) {
            (Head::Unborn { .. }, _) => CommandError::refused("this repository has no commit yet")
                .hint("make one: git commit --allow-empty -m \"Begin\""),
            (_, None) => {
                CommandError::refused("HEAD is detached and there is no home branch: PRDs can only be read")
                    .hint("switch to a branch: git switch main")
            }
            (_, Some(branch)) => CommandError::refused(format!("the home branch {branch} has no commit"))
                .hint("commit something on it first"),
        })
    }

    /// Who asks, as git knows them.
    ///
    /// # Errors
    /// Git does not know.
    pub fn actor(&self) -> Result<Person, CommandError> {
        self.git.identity()?.ok_or_else(|| {
            CommandError::refused("git does not know who you are, and every change names somebody")
                .hint("git config --global user.name \"Your Name\"")
                .hint("git config --global user.email you@example.org")
        })
    }

    /// The work plan's path and text, where there is one.
    #[must_use]
    pub fn work_plan(&self) -> Option<(RepoPath, String)> {
        let plan = &self.config().work_plan;
        let bytes = self.files().read(&plan.file_path).ok().flatten().filter(|_| plan.enabled)?;
        Some((plan.file_path.clone(), String::from_utf8(bytes).ok()?))
    }

    /// True where GitHub is on and a remote, or the configuration, names a repository there.
    ///
    /// # Errors
    /// The remotes cannot be read.
    pub fn has_github(&self) -> Result<bool, CommandError> {
        let github = &self.config().prd_workflow.github;
        let by_remote = self.git.push_url(None)?.is_some_and(|url| url.to_lowercase().contains("github"));
        Ok(github.enabled && (github.repository.is_some() || by_remote))
    }

    /// The next free id, reserved unless `dry_run`: the highest number of home, of any branch's state folders and
    /// of all reservations, plus one; `beyond` are numbers that a dry run has given away already.
    ///
    /// # Errors
    /// The refs cannot be read or written.
    pub fn next_id(&self, reading: &Reading, beyond: u32, dry_run: bool) -> Result<PrdId, CommandError> {
        let format = self.config().id_format();
        let folders: Vec<RepoPath> =
            self.config().directories().folders().map(|(_, folder)| folder.clone()).collect();
        let on_branches = self.git.branch_prd_paths(&folders)?;
        let on_branches = on_branches
            .iter()
            .filter_map(|path| identity::read_file_name(path, format).id)
            .filter(|id| format.owns(id))
            .map(|id| id.number())
            .max();
        let reserved = self.git.reserved_ids(format.prefix())?.into_iter().max();
        let highest =
            reading.portfolio.highest_number().max(on_branches.unwrap_or(0)).max(reserved.unwrap_or(0));
        let mut number = highest.saturating_add(beyond);
        loop {
            number = number.checked_add(1).ok_or_else(|| CommandError::refused("there is no number left"))?;
            let id = format.id(number);
            if dry_run || self.git.reserve_id(&id)? {
                return Ok(id);
            }
        }
    }

    /// Applies a plan that was made under this session's lock.
    ///
    /// # Errors
    /// The plan was not applied, and what had been begun was taken back.
    pub fn apply(&mut self, app: &App, plan: &Plan, no_verify: bool) -> Result<Applied, ApplyError> {
        let author = self.git.identity()?.ok_or(ApplyError::NoIdentity)?;
        let lock = self.lock.take().ok_or(ApplyError::NoLock)?;
        let main_root = self.main_root();
        let target = Target {
            git: &self.git,
            home: &self.home,
            main_root: &main_root,
            commits: self.config().prd_workflow.commit == CommitMode::Auto,
            author: &author,
            time: app.now(),
            no_verify,
        };
        let kill_at = app.env.var(kill_switch::VARIABLE).and_then(|text| text.parse().ok());
        Ok(transaction::apply(&target, lock, plan, &mut KillSwitch::new(kill_at))?)
    }
}

/// Why a session could not apply a plan.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Git does not know the user.
    #[error("git does not know who you are, and every change names somebody")]
    NoIdentity,
    /// The session was opened to read only, or has applied a plan already.
    #[error("a plan was applied without the clone's lock")]
    NoLock,
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The transaction failed.
    #[error(transparent)]
    Transaction(#[from] TransactionError),
}

impl ApplyError {
    /// True where somebody else was faster, and planning again may help.
    #[must_use]
    pub const fn is_race(&self) -> bool {
        matches!(self, Self::Transaction(error) if error.is_race())
    }
}

impl Reading {
    /// Warns of what could not be read, on standard error: an answer without it would seem whole.
    pub fn warn(&self, app: &App) {
        let problems = self.portfolio.problems.len() + self.record_problems.len();
        if problems > 0 {
            let files = if problems == 1 { "file" } else { "files" };
            app.console.warn(&format!("{problems} {files} could not be read: prd lint"));
        }
    }

    /// The dependency graph.
    #[must_use]
    pub fn graph(&self, config: &Config) -> Graph<'_> {
        let facts = GraphFacts {
            published: self.records.contracts.clone(),
            was_complete: self.records.completed_before_archiving(&self.portfolio),
            resolution: config.orchestration.dependency_resolution,
        };
        Graph::build(&self.portfolio, &facts)
    }

    /// The PRD that a name on the command line means. A path may be absolute or begin at the current directory.
    ///
    /// # Errors
    /// Nothing, or several, have that name.
    pub fn prd(&self, session: &Session, app: &App, name: &str) -> Result<&Prd, CommandError> {
        if name.ends_with(".md")
            && let Some(path) = session.repo_path(app, name)
            && let Some(prd) = self.portfolio.prds().iter().find(|prd| prd.path == path)
        {
            return Ok(prd);
        }
        Ok(self.portfolio.resolve(name)?)
    }
}

impl Session {
    /// A path that a user wrote as one inside the repository, seen from this checkout.
    #[must_use]
    pub fn repo_path(&self, app: &App, text: &str) -> Option<RepoPath> {
        let absolute = app.env.absolute(Path::new(text));
        let absolute = fs_err::canonicalize(&absolute).unwrap_or(absolute);
        let roots = [self.git.root().map(Path::to_owned), self.home.root().map(Path::to_owned)];
        roots.into_iter().flatten().find_map(|root| {
            let root = fs_err::canonicalize(&root).unwrap_or(root);
            RepoPath::new(absolute.strip_prefix(&root).ok()?.to_str()?).ok()
        })
    }
}

/// Opens the repository of `--repo`, or of the current directory.
fn open_git(app: &App) -> Result<Git, CommandError> {
    let folder = app.global.repo.as_ref().map_or_else(|| app.env.cwd.clone(), |dir| app.env.absolute(dir));
    Ok(Git::open(&app.env, &folder)?)
}

/// The files of a home.
pub(super) fn home_files<'a>(git: &'a Git, home: &Home) -> HomeFiles<'a> {
    match &home.place {
        HomePlace::Checkout { root } | HomePlace::ThisCheckout { root } => HomeFiles::Checkout(root.clone()),
        HomePlace::Tip { oid } => HomeFiles::Tree(git, oid.clone()),
    }
}

/// Loads all layers: the user's file, the repository's, the environment.
fn load_config(app: &App, git: &Git, home: &Home) -> Result<Loaded, CommandError> {
    let outside = |path: &Path, error: &std::io::Error| {
        CommandError::new(
            ErrorKind::Usage,
            format!("the configuration {} cannot be read: {error}", path.display()),
        )
    };
    let user = user_config(app)
        .filter(|path| path.exists())
        .map(|path| {
            let text = fs_err::read_to_string(&path).map_err(|error| outside(&path, &error))?;
            Ok::<_, CommandError>(FileLayer { file: path.display().to_string(), text })
        })
        .transpose()?;
    let repository = if let Some(named) = &app.global.config {
        let path = app.env.absolute(named);
        let text = fs_err::read_to_string(&path).map_err(|error| outside(&path, &error))?;
        Some(FileLayer { file: named.display().to_string(), text })
    } else {
        let path = RepoPath::new(CONFIG_FILE)?;
        match home_files(git, home).read(&path) {
            Ok(Some(bytes)) => {
                let text = String::from_utf8(bytes)
                    .map_err(|_| CommandError::usage(format!("the configuration {path} is no UTF-8")))?;
                Some(FileLayer { file: path.to_string(), text })
            }
            Ok(None) => None,
            Err(why) => {
                return Err(CommandError::usage(format!("the configuration {path} cannot be read: {why:?}")));
            }
        }
    };
    let environment = app
        .env
        .vars
        .iter()
        .filter_map(|(key, value)| Some((key.to_str()?.to_owned(), value.to_str()?.to_owned())));
    let sources = Sources {
        user,
        repository,
        environment: environment.collect(),
        flags: Vec::new(),
        lenient: app.global.lenient,
    };
    Ok(layers::load(&sources)?)
}

/// `$XDG_CONFIG_HOME/prd/config.json`, else `~/.config/prd/config.json`.
fn user_config(app: &App) -> Option<PathBuf> {
    let folder = match app.env.var("XDG_CONFIG_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => app.env.home_folder()?.join(".config"),
    };
    Some(folder.join("prd/config.json"))
}
