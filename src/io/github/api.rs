//! A repository over the network: when a request is made again, and what is known of an answer already.
//!
//! Reads are tried twice. Writes are tried once and never again, whatever came of them: a lost answer may be one to
//! a write that was done, and only who knows the marker of what was written can look.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use http::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::auth::Token;
use super::etags::{Etags, Kept};
use super::network::{Answer, Call, Network};
use super::port::{Failure, Why};
use super::refusal::refusal;
use crate::domain::github::repository::RepositoryName;

/// How long to wait at most where GitHub asks to wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// As many elements as a page may have.
const PAGE: usize = 100;

/// More pages than any list that is asked for can have: a server that always promises another one is broken.
const MOST_PAGES: usize = 1000;

/// The status of an answer that says that nothing changed.
const NOT_MODIFIED: u16 = 304;

/// One repository over the network.
pub struct Api {
    base: String,
    token: Option<Token>,
    pub(super) repository: RepositoryName,
    begun: Instant,
    limit: Duration,
    etags: Option<Etags>,
    network: OnceLock<Network>,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api")
            .field("base", &self.base)
            .field("repository", &self.repository)
            .finish_non_exhaustive()
    }
}

impl Api {
    /// A repository behind an API root (`https://api.github.com`). `limit` is for all requests together, from now.
    #[must_use]
    pub fn new(base: String, token: Option<Token>, repository: RepositoryName, limit: Duration) -> Self {
        let network = OnceLock::new();
        Self { base, token, repository, begun: Instant::now(), limit, etags: None, network }
    }

    /// The same, which asks for lists that it knows only whether they changed.
    #[must_use]
    pub fn remembering(self, etags: Etags) -> Self {
        Self { etags: Some(etags), ..self }
    }

    /// The same, for a repository that is called otherwise now.
    #[must_use]
    pub fn renamed(self, repository: RepositoryName) -> Self {
        Self { repository, ..self }
    }

    /// `owner/name`.
    #[must_use]
    pub fn name(&self) -> String {
        self.repository.to_string()
    }

    fn network(&self, doing: &str) -> Result<&Network, Failure> {
        if let Some(network) = self.network.get() {
            return Ok(network);
        }
        let made = Network::of(&self.base, self.token.as_ref())
            .map_err(|why| Failure { doing: doing.to_owned(), why: Why::Connection(why) })?;
        Ok(self.network.get_or_init(|| made))
    }

    fn left(&self) -> Duration {
        self.limit.saturating_sub(self.begun.elapsed())
    }

    /// Asks once, and a read twice where the first try brought no answer; where GitHub asks to wait and there is
    /// time, waits and asks again.
    pub(super) fn call(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let mut patience = 3_u32;
        let mut again = call.method == Method::GET;
        loop {
            let failure = match self.once(call) {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let pause = match &failure.why {
                Why::Limited { wait } if patience > 0 => {
                    patience -= 1;
                    Duration::from_secs(*wait)
                }
                Why::Connection(_) | Why::Server { .. } if again => {
                    again = false;
                    // Not all programs that saw the same failure come back at the same moment.
                    Duration::from_millis(100 + u64::from(std::process::id() % 200))
                }
                Why::Connection(_)
                | Why::Time
                | Why::Refused { .. }
                | Why::Gone
                | Why::Limited { .. }
                | Why::Server { .. }
                | Why::Answer(_) => return Err(failure),
            };
            if pause >= self.left() || pause > LONGEST_WAIT {
                return Err(failure);
            }
            std::thread::sleep(pause);
        }
    }

    fn once(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let left = self.left();
        let fail = |why| Failure { doing: call.doing.to_owned(), why };
        if left.is_zero() {
            return Err(fail(Why::Time));
        }
        let answer = self.network(call.doing)?.ask(call, left).map_err(fail)?;
        let is_known = answer.status == NOT_MODIFIED && call.etag.is_some();
        if answer.status < 300 || is_known {
            return Ok(answer);
        }
        Err(fail(refusal(answer.status, &answer.headers, &answer.text)))
    }

    /// A path below the repository.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/repos/{}/{}{rest}", self.repository.owner(), self.repository.name())
    }

    pub(super) fn get<T: DeserializeOwned>(&self, path: String, doing: &str) -> Result<T, Failure> {
        let call = Call { method: Method::GET, path, body: None, etag: None, doing };
        parse(doing, &self.call(&call)?.text)
    }

    pub(super) fn write<T: DeserializeOwned>(
        &self,
        method: Method,
        path: String,
        body: Value,
        doing: &str,
    ) -> Result<T, Failure> {
        let call = Call { method, path, body: Some(body), etag: None, doing };
        parse(doing, &self.call(&call)?.text)
    }

    /// All pages of a list, as it is at this moment.
    pub(super) fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &str,
        doing: &str,
    ) -> Result<Vec<T>, Failure> {
        self.pages(path, query, doing, None)
    }

    /// All pages of a list, of which only those come over the network that changed.
    pub(super) fn known_list<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &str,
        doing: &str,
    ) -> Result<Vec<T>, Failure> {
        self.pages(path, query, doing, self.etags.as_ref())
    }

    /// A page that is promised and brings nothing ends the list.
    fn pages<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &str,
        doing: &str,
        etags: Option<&Etags>,
    ) -> Result<Vec<T>, Failure> {
        let mut all = Vec::new();
        for page in 1..=MOST_PAGES {
            let path = format!("{path}?per_page={PAGE}&page={page}{query}");
            let kept = self.page(path, doing, etags)?;
            let part: Vec<T> = parse(doing, &kept.text)?;
            let (is_empty, is_full) = (part.is_empty(), part.len() >= PAGE);
            all.extend(part);
            if is_empty || !(is_full || kept.link.is_some_and(|link| link.contains("rel=\"next\""))) {
                break;
            }
        }
        Ok(all)
    }

    fn page(&self, path: String, doing: &str, etags: Option<&Etags>) -> Result<Kept, Failure> {
        let url = format!("{}{path}", self.base);
        let known = etags.and_then(|etags| etags.of_url(&url));
        let etag = known.as_ref().map(|kept| kept.etag.clone());
        let answer = self.call(&Call { method: Method::GET, path, body: None, etag, doing })?;
        if let Some(known) = known.filter(|_| answer.status == NOT_MODIFIED) {
            return Ok(known);
        }
        let link = answer.header("link").map(str::to_owned);
        let etag = answer.header("etag").map(str::to_owned);
        let kept = Kept { url, etag: etag.unwrap_or_default(), link, text: answer.text };
        if let Some(etags) = etags.filter(|_| !kept.etag.is_empty()) {
            etags.keep(&kept);
        }
        Ok(kept)
    }
}

fn parse<T: DeserializeOwned>(doing: &str, text: &str) -> Result<T, Failure> {
    let text = if text.trim().is_empty() { "null" } else { text };
    serde_json::from_str(text)
        .map_err(|error| Failure { doing: doing.to_owned(), why: Why::Answer(error.to_string()) })
}
