//! GitHub as a command sees it: which repository, behind which address, with whose token.

use std::time::Duration;

use super::app::App;
use super::error::CommandError;
use super::session::Session;
use crate::domain::github::repository::{self, NoRepository, Place, RepositoryName};
use crate::io::github::api::Api;
use crate::io::github::auth::{self, Source, Token};
use crate::io::github::etags::Etags;
use crate::io::github::port::{Failure, Why};

/// The key of another API root.
const API_KEY: &str = "prd_workflow.github.api_url";

/// Where requests go, and by whose leave.
#[derive(Debug)]
pub(super) struct Access {
    etags: Etags,
    pub(super) place: Place,
    pub(super) api_url: String,
    pub(super) token: Option<(Token, Source)>,
}

impl Access {
    /// The repository over the network; `limit` is for all requests together.
    pub(super) fn api(&self, limit: Duration) -> Api {
        let token = self.token.as_ref().map(|(token, _)| token.clone());
        Api::new(self.api_url.clone(), token, self.place.repository.clone(), limit)
            .remembering(self.etags.clone())
    }

    /// Refuses without a token.
    pub(super) fn require_token(&self) -> Result<(), CommandError> {
        if self.token.is_some() {
            return Ok(());
        }
        Err(CommandError::refused(format!("there is no token for {}", self.place.host))
            .hint(format!("gh auth login --hostname {}", self.place.host))
            .hint("or set GH_TOKEN"))
    }
}

impl Session {
    /// The repository that issues go to.
    ///
    /// # Errors
    /// GitHub is switched off; no remote leads there, or several do; the configuration names none that could be.
    pub fn github_place(&self, app: &App) -> Result<Place, CommandError> {
        let github = &self.config().prd_workflow.github;
        if !github.enabled {
            return Err(CommandError::refused("the config says prd_workflow.github.enabled: false"));
        }
        let own = app.env.var("GH_HOST").map(str::to_lowercase);
        let api_host = github.api_url.as_deref().and_then(host_of);
        if let Some(name) = &github.repository {
            let Some(repository) = RepositoryName::parse(name) else {
                return Err(CommandError::usage(format!(
                    "prd_workflow.github.repository is `{name}`, which is not owner/name"
                )));
            };
            let host = own.or(api_host).unwrap_or_else(|| "github.com".to_owned());
            return Ok(Place { host, repository });
        }
        let mut hosts = vec!["github.com".to_owned()];
        hosts.extend(own);
        if let Some(host) = api_host {
            hosts.extend(host.strip_prefix("api.").map(str::to_owned));
            hosts.push(host);
        }
        let urls = self.git.push_urls(self.home.branch.as_ref())?;
        Ok(repository::of_remotes(&urls, &hosts)?)
    }

    /// Where requests go, once the user approved of the address where that is needed.
    ///
    /// # Errors
    /// As [`Session::github_place`]; the address is not approved.
    pub(super) fn github(&self, app: &App) -> Result<Access, CommandError> {
        let place = self.github_place(app)?;
        self.require_trust(app, &self.loaded, &[API_KEY])?;
        let configured = self.config().prd_workflow.github.api_url.clone();
        let api_url = configured.unwrap_or_else(|| match place.host.as_str() {
            "github.com" => "https://api.github.com".to_owned(),
            // Enterprise in GitHub's cloud has its API on a host of its own, a server of one's own in a folder.
            host if host.ends_with(".ghe.com") => format!("https://api.{host}"),
            host => format!("https://{host}/api/v3"),
        });
        let token = auth::find(&app.env, &self.git, &place.host);
        let etags = Etags::of(&self.git.private_dir());
        Ok(Access { etags, place, api_url: api_url.trim_end_matches('/').to_owned(), token })
    }
}

fn host_of(url: &str) -> Option<String> {
    url::Url::parse(url).ok()?.host_str().map(str::to_lowercase)
}

impl From<NoRepository> for CommandError {
    fn from(error: NoRepository) -> Self {
        let message = error.to_string();
        match error {
            NoRepository::NoRemote { .. } => Self::refused(message)
                .hint("git remote add origin git@github.com:OWNER/NAME.git")
                .hint("GitHub Enterprise: set GH_HOST to its host"),
            NoRepository::Ambiguous(_) => Self::refused(message)
                .hint("say which: \"prd_workflow\": {\"github\": {\"repository\": \"OWNER/NAME\"}}")
                .hint("or git config remote.pushDefault REMOTE"),
        }
    }
}

impl From<Failure> for CommandError {
    fn from(failure: Failure) -> Self {
        let error = Self::outside(failure.to_string());
        match failure.why {
            Why::Refused { status: 401, .. } => {
                error.hint("gh auth login, or set GH_TOKEN to one that is valid")
            }
            Why::Refused { status: 403 | 404, .. } => {
                error.hint("a token needs the permissions Issues and Pull requests: read and write")
            }
            Why::Refused { .. }
            | Why::Connection(_)
            | Why::Time
            | Why::Gone
            | Why::Limited { .. }
            | Why::Server { .. }
            | Why::Answer(_) => error,
        }
    }
}
