//! What a command reads before it decides: repository, home, configuration, portfolio, records.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::app::App;
use super::configuration;
use super::error::CommandError;
use crate::domain::config::layers::Loaded;
use crate::domain::config::schema::Config;
use crate::domain::graph::dependencies::{Graph, GraphFacts};
use crate::domain::lifecycle::snapshot::Records;
use crate::domain::model::finding::Finding;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;
use crate::io::git::home::{Home, HomePlace};
use crate::io::git::lock::CloneLock;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;
use crate::io::store::cache::CachePlace;
use crate::io::store::home_files::HomeFiles;
use crate::io::store::progress::{self, Source};
use crate::io::store::recovery;
use crate::io::store::{portfolio, records};

/// The variable that hooks of our own changes see.
pub(super) const IN_TRANSACTION: &str = "PRD_TRANSACTION";

/// How long a command waits for another one of this clone to end.
const LOCK_WAIT: Duration = Duration::from_secs(60);

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
    pub(super) lock: Option<CloneLock>,
    /// What was read of files that have not changed since.
    cache: Option<CachePlace>,
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

    /// Opens the repository of a folder, whatever the command line says.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn open_at(app: &App, folder: &Path) -> Result<Self, CommandError> {
        Self::with_git(app, Git::open(&app.env, folder)?, None)
    }

    /// As [`Session::open`], under the clone's lock and after the plans of killed commands were finished or undone;
    /// with `dry_run` neither, because nothing will be changed.
    ///
    /// # Errors
    /// As [`Session::open`]; the lock cannot be had; a killed plan cannot be recovered; home may only be read.
    pub fn open_for_change(app: &App, dry_run: bool) -> Result<Self, CommandError> {
        let git = open_git(app)?.with_var(IN_TRANSACTION, "1");
        let lock = if dry_run {
            None
        } else {
            refuse_in_transaction(app)?;
            Some(lock_and_recover(app, &git)?)
        };
        let session = Self::with_git(app, git, lock)?;
        session.require_writable()?;
        Ok(session)
    }

    /// As [`Session::open`], after the plans of killed commands were finished or undone, unless `dry_run`: for
    /// commands that look before they change. Holds no lock.
    ///
    /// # Errors
    /// As [`Session::open`]; a killed plan cannot be recovered.
    pub fn open_recovered(app: &App, dry_run: bool) -> Result<Self, CommandError> {
        let git = open_git(app)?;
        if !dry_run && recovery::may_be_needed(&git) && refuse_in_transaction(app).is_ok() {
            drop(lock_and_recover(app, &git)?);
        }
        Self::with_git(app, git, None)
    }

    /// As [`Session::open_for_change`], for commands that change worktrees and no PRD: home may be read-only, and the
    /// repository is seen from its main worktree, because the one that the user is in may go.
    ///
    /// # Errors
    /// As [`Session::open`]; the lock cannot be had; a killed plan cannot be recovered.
    pub fn open_for_worktrees(app: &App, dry_run: bool) -> Result<Self, CommandError> {
        let here = open_git(app)?;
        let main = here.main_root().unwrap_or_else(|| here.common_dir()).to_owned();
        let git = Git::open(&app.env, &main)?.with_var(IN_TRANSACTION, "1");
        let lock = if dry_run {
            None
        } else {
            refuse_in_transaction(app)?;
            Some(lock_and_recover(app, &git)?)
        };
        Self::with_git(app, git, lock)
    }

    fn with_git(app: &App, git: Git, lock: Option<CloneLock>) -> Result<Self, CommandError> {
        let here = git.home(None)?;
        let loaded = configuration::load(app, &git, &here)?;
        let (home, loaded) = match &loaded.config.prd_workflow.home_branch {
            Some(branch) if here.branch.as_ref() != Some(branch) => {
                let home = git.home(Some(branch.as_str()))?;
                let loaded = configuration::load(app, &git, &home)?;
                (home, loaded)
            }
            _ => (here, loaded),
        };
        for warning in &loaded.warnings {
            app.warn_once(&warning.to_string());
        }
        let cache = CachePlace::new(git.common_dir(), &app.env.program, app.env.now.into());
        Ok(Self { git, home, loaded, lock, cache })
    }

    /// As a session that reads this checkout instead of home; `None` where there is no work tree.
    #[must_use]
    pub fn on_this_checkout(mut self) -> Option<Self> {
        let root = self.git.root()?.to_owned();
        if self.home.root() != Some(root.as_path()) {
            self.home = Home { branch: None, tip: None, place: HomePlace::ThisCheckout { root } };
        }
        Some(self)
    }

    /// The place of the caches of this clone.
    pub(super) const fn cache(&self) -> Option<&CachePlace> {
        self.cache.as_ref()
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

    /// Reads the portfolio as home has it: without records, and without what is ticked off on branches.
    ///
    /// # Errors
    /// Home cannot be read.
    pub fn portfolio(&self) -> Result<Portfolio, CommandError> {
        let config = self.config();
        Ok(portfolio::load(&self.files(), config.directories(), config.id_format(), self.cache.as_ref())?)
    }

    /// Reads the portfolio and its records.
    ///
    /// # Errors
    /// Home cannot be read.
    pub fn read(&self) -> Result<Reading, CommandError> {
        let files = self.files();
        let directories = self.config().directories();
        let portfolio = self.portfolio()?;
        let (records, record_problems) =
            records::load(&files, &directories.records(), portfolio.prds().iter());
        let (portfolio, sources) = progress::from_branches(&self.git, portfolio, directories, &records)?;
        Ok(Reading { portfolio, records, record_problems, sources })
    }

    /// Reads the portfolio and its records as a commit has them; progress is what home's files said.
    ///
    /// # Errors
    /// The commit cannot be read.
    pub fn read_at(&self, commit: &Oid) -> Result<Reading, CommandError> {
        let files = HomeFiles::Tree(&self.git, commit.clone());
        let directories = self.config().directories();
        let portfolio = portfolio::load(&files, directories, self.config().id_format(), None)?;
        let (records, record_problems) =
            records::load(&files, &directories.records(), portfolio.prds().iter());
        Ok(Reading { portfolio, records, record_problems, sources: BTreeMap::new() })
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
            Err(why) => return Err(CommandError::outside(format!("{path} cannot be read: {why}"))),
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
        Graph::build(&self.portfolio, &self.graph_facts(config))
    }

    /// What the dependency graph depends on besides the files.
    #[must_use]
    pub fn graph_facts(&self, config: &Config) -> GraphFacts {
        GraphFacts {
            published: self.records.published(),
            was_complete: self.records.completed_before_archiving(&self.portfolio),
            resolution: config.orchestration.dependency_resolution,
            drawn: Vec::new(),
        }
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

/// Refuses inside a hook that one of our own changes runs: that change holds the clone's lock until the hook ends.
pub(super) fn refuse_in_transaction(app: &App) -> Result<(), CommandError> {
    if app.env.var(IN_TRANSACTION).is_none() {
        return Ok(());
    }
    Err(CommandError::refused(
        "prd is in the middle of a change that runs this hook: here PRDs can only be read",
    )
    .hint("do it after the change, not in a hook of it"))
}

/// Takes the clone's lock, and finishes or undoes the plans of killed commands.
fn lock_and_recover(app: &App, git: &Git) -> Result<CloneLock, CommandError> {
    let lock = git.lock(&app.invocation, LOCK_WAIT)?;
    match recovery::settle_worktrees(git, app.env.now.into()) {
        Ok(done) => done.iter().for_each(|sentence| app.console.note(sentence)),
        Err(error) => {
            app.console.warn(&format!("an interrupted removal of a worktree is not finished: {error}"));
        }
    }
    for recovered in recovery::recover(git)? {
        app.console.note(&recovered.to_string());
    }
    Ok(lock)
}

/// Opens the repository of `--repo`, or of the current directory.
pub(super) fn open_git(app: &App) -> Result<Git, CommandError> {
    Ok(Git::open(&app.env, &folder(app)?)?)
}

/// The folder of `--repo`, or the current directory.
fn folder(app: &App) -> Result<PathBuf, CommandError> {
    let folder = app.global.repo.as_ref().map_or_else(|| app.env.cwd.clone(), |dir| app.env.absolute(dir));
    if folder.is_dir() {
        Ok(folder)
    } else {
        Err(CommandError::usage(format!("there is no folder {}", folder.display())))
    }
}

/// The files of a home.
pub(super) fn home_files<'a>(git: &'a Git, home: &Home) -> HomeFiles<'a> {
    match &home.place {
        HomePlace::Checkout { root } | HomePlace::ThisCheckout { root } => HomeFiles::Checkout(root.clone()),
        HomePlace::Tip { oid } => HomeFiles::Tree(git, oid.clone()),
    }
}
