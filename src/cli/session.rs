//! What a command reads before it decides: repository, home, configuration, portfolio, records.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::app::App;
use super::error::{CommandError, ErrorKind};
use crate::domain::config::layers::{self, FileLayer, Loaded, Sources};
use crate::domain::config::schema::Config;
use crate::domain::graph::dependencies::{Graph, GraphFacts};
use crate::domain::lifecycle::snapshot::Records;
use crate::domain::model::finding::Finding;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;
use crate::io::git::home::{Home, HomePlace};
use crate::io::git::repository::Git;
use crate::io::store::files::HomeFiles;
use crate::io::store::progress::{self, Source};
use crate::io::store::{portfolio, records};

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
        let folder = app.global.repo.as_ref().map_or_else(|| app.env.cwd.clone(), |dir| app.env.absolute(dir));
        let git = Git::open(&app.env, &folder)?;
        let here = git.home(None)?;
        let loaded = load_config(app, &git, &here)?;
        let (home, loaded) = match &loaded.config.prd_workflow.home_branch {
            Some(branch) if here.branch.as_ref() != Some(branch) => {
                let home = git.home(Some(branch))?;
                let loaded = load_config(app, &git, &home)?;
                (home, loaded)
            }
            _ => (here, loaded),
        };
        for warning in &loaded.warnings {
            app.console.warn(&warning.to_string());
        }
        Ok(Self { git, home, loaded })
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
            records::load(&files, &directories.common_parent(), portfolio.prds().iter());
        let (portfolio, sources) = progress::from_branches(&self.git, portfolio, directories)?;
        Ok(Reading { portfolio, records, record_problems, sources })
    }

    /// The name of the project: that of the main worktree's folder.
    #[must_use]
    pub fn project_name(&self) -> String {
        let root = self.main_root();
        let name = root.file_name().map_or_else(|| "project".to_owned(), |name| name.to_string_lossy().into_owned());
        name.strip_suffix(".git").map(str::to_owned).unwrap_or(name)
    }

    /// The main worktree, or the folder of a bare repository: what relative worktree paths begin at.
    #[must_use]
    pub fn main_root(&self) -> PathBuf {
        self.git.main_root().map_or_else(|| self.git.common_dir().to_owned(), Path::to_owned)
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
            CommandError::refused(format!("{path} is no UTF-8 (byte {at}), so it cannot be changed without loss"))
                .hint(format!("convert it first: iconv -f windows-1252 -t utf-8 {path}"))
        })
    }
}

impl Reading {
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
        let roots = [self.git.worktree_root().map(Path::to_owned), self.home.checkout().map(Path::to_owned)];
        roots.into_iter().flatten().find_map(|root| {
            let root = fs_err::canonicalize(&root).unwrap_or(root);
            RepoPath::new(absolute.strip_prefix(&root).ok()?.to_str()?).ok()
        })
    }
}

/// The files of a home.
pub(super) fn home_files<'a>(git: &'a Git, home: &Home) -> HomeFiles<'a> {
    match &home.place {
        HomePlace::Checkout { root } | HomePlace::ThisCheckout { root } => HomeFiles::Checkout(root.clone()),
        HomePlace::Tip { oid } => HomeFiles::Tree(git, *oid),
    }
}

/// Loads all layers: the user's file, the repository's, the environment.
fn load_config(app: &App, git: &Git, home: &Home) -> Result<Loaded, CommandError> {
    let outside = |path: &Path, error: &std::io::Error| {
        CommandError::new(ErrorKind::Usage, format!("the configuration {} cannot be read: {error}", path.display()))
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
            Err(why) => return Err(CommandError::usage(format!("the configuration {path} cannot be read: {why:?}"))),
        }
    };
    let environment =
        app.env.vars.iter().filter_map(|(key, value)| Some((key.to_str()?.to_owned(), value.to_str()?.to_owned())));
    let sources = Sources { user, repository, environment: environment.collect(), lenient: app.global.lenient };
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
