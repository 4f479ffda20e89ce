//! Loading the configuration: the user's file, the repository's, a service's, the environment.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::app::App;
use super::error::{CommandError, ErrorKind};
use super::session::{Session, home_files};
use crate::domain::config::layers::{self, FileLayer, Loaded, Sources};
use crate::domain::config::schema::Config;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::io::git::home::Home;
use crate::io::git::repository::Git;

/// The file that configures a repository.
pub const CONFIG_FILE: &str = ".claude/config.json";

impl Session {
    /// The configuration for one PRD: the repository's, with `services/<name>/.prd.json` of its service laid over it.
    ///
    /// # Errors
    /// That file does not load, or loosens a rule.
    pub fn config_for(&self, prd: &Prd) -> Result<Cow<'_, Config>, CommandError> {
        let Some(service) = &prd.service else { return Ok(Cow::Borrowed(self.config())) };
        let Ok(path) = RepoPath::new(&format!("services/{service}/.prd.json")) else {
            return Ok(Cow::Borrowed(self.config())); // a name that is no folder has no file
        };
        match self.files().read(&path) {
            Ok(None) => Ok(Cow::Borrowed(self.config())),
            Ok(Some(bytes)) => {
                let text = String::from_utf8(bytes)
                    .map_err(|_| CommandError::usage(format!("the configuration {path} is no UTF-8")))?;
                Ok(Cow::Owned(self.loaded.with_service(&FileLayer::new(path.as_str(), &text))?.config))
            }
            Err(why) => Err(CommandError::usage(format!("the configuration {path} cannot be read: {why}"))),
        }
    }
}

/// Loads all layers: the user's file, the repository's, the environment.
pub(super) fn load(app: &App, git: &Git, home: &Home) -> Result<Loaded, CommandError> {
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
                return Err(CommandError::usage(format!("the configuration {path} cannot be read: {why}")));
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
