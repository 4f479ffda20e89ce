//! The port over the network, by octocrab. The only asynchronous file: a runtime of its own, on this thread.
//!
//! Reads are tried twice. Writes are tried once and never again, whatever came of them: a lost answer may be one to
//! a write that was done, and only who knows the marker of what was written can look.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use http::header::{ACCEPT, HeaderMap};
use http::request::Builder;
use octocrab::Octocrab;
use octocrab::service::middleware::retry::RetryConfig;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::auth::Token;
use super::port::{
    ClosedPull, Comment, Failure, Issue, IssueChange, Label, Milestone, NewIssue, NewPull, Port, Pull,
    PullChange, Repository, User, Why,
};
use crate::domain::github::repository::RepositoryName;

/// How long a connection, and each wait for an answer, may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const READ_LIMIT: Duration = Duration::from_secs(20);

/// How long to wait at most where GitHub asks to wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// As many elements as a page may have.
const PAGE: usize = 100;

/// More pages than any list that is asked for can have: a server that always promises another one is broken.
const MOST_PAGES: usize = 1000;

/// One repository over the network.
pub struct Api {
    base: String,
    token: Option<Token>,
    repository: RepositoryName,
    begun: Instant,
    limit: Duration,
    network: OnceLock<Network>,
}

struct Network {
    runtime: tokio::runtime::Runtime,
    client: Octocrab,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api")
            .field("base", &self.base)
            .field("repository", &self.repository)
            .finish_non_exhaustive()
    }
}

/// One request.
#[derive(Debug)]
struct Call<'a> {
    method: http::Method,
    path: String,
    body: Option<Value>,
    doing: &'a str,
}

/// An answer that is no failure.
#[derive(Debug)]
struct Answer {
    headers: HeaderMap,
    text: String,
}

impl Api {
    /// A repository behind an API root (`https://api.github.com`). `limit` is for all requests together, from now.
    #[must_use]
    pub fn new(base: String, token: Option<Token>, repository: RepositoryName, limit: Duration) -> Self {
        Self { base, token, repository, begun: Instant::now(), limit, network: OnceLock::new() }
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
        let made =
            self.connect().map_err(|why| Failure { doing: doing.to_owned(), why: Why::Connection(why) })?;
        Ok(self.network.get_or_init(|| made))
    }

    fn connect(&self) -> Result<Network, String> {
        let text = |error: &dyn std::error::Error| causes(error);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| text(&error))?;
        let guard = runtime.enter();
        let mut builder = Octocrab::builder()
            .add_retry_config(RetryConfig::None)
            .add_header(ACCEPT, "application/vnd.github+json".to_owned())
            .set_connect_timeout(Some(CONNECT_LIMIT))
            .set_read_timeout(Some(READ_LIMIT))
            .set_write_timeout(Some(READ_LIMIT))
            .base_uri(self.base.as_str())
            .map_err(|error| text(&error))?;
        if let Some(token) = &self.token {
            builder = builder.personal_token(token.secret().to_owned());
        }
        let client = builder.build().map_err(|error| text(&error))?;
        drop(guard);
        Ok(Network { runtime, client })
    }

    fn left(&self) -> Duration {
        self.limit.saturating_sub(self.begun.elapsed())
    }

    /// Asks once, and a read twice where the first try brought no answer; where GitHub asks to wait and there is
    /// time, waits and asks again.
    fn call(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let mut patience = 3_u32;
        let mut again = call.method == http::Method::GET;
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
        let network = self.network(call.doing)?;
        let answer = network
            .runtime
            .block_on(async { tokio::time::timeout(left.min(READ_LIMIT), ask(&network.client, call)).await });
        match answer {
            Err(_) => Err(fail(Why::Time)),
            Ok(Err(why)) => Err(fail(why)),
            Ok(Ok((status, headers, text))) if status < 300 => Ok(Answer { headers, text }),
            Ok(Ok((status, headers, text))) => Err(fail(refusal(status, &headers, &text))),
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/repos/{}/{}{rest}", self.repository.owner(), self.repository.name())
    }

    fn get<T: DeserializeOwned>(&self, path: String, doing: &str) -> Result<T, Failure> {
        let call = Call { method: http::Method::GET, path, body: None, doing };
        parse(&call, &self.call(&call)?)
    }

    fn write<T: DeserializeOwned>(
        &self,
        method: http::Method,
        path: String,
        body: Value,
        doing: &str,
    ) -> Result<T, Failure> {
        let call = Call { method, path, body: Some(body), doing };
        parse(&call, &self.call(&call)?)
    }

    /// All pages of a list. A page that is promised and brings nothing ends it.
    fn list<T: DeserializeOwned>(&self, path: &str, query: &str, doing: &str) -> Result<Vec<T>, Failure> {
        let mut all = Vec::new();
        for page in 1..=MOST_PAGES {
            let path = format!("{path}?per_page={PAGE}&page={page}{query}");
            let call = Call { method: http::Method::GET, path, body: None, doing };
            let answer = self.call(&call)?;
            let part: Vec<T> = parse(&call, &answer)?;
            let (is_empty, is_full) = (part.is_empty(), part.len() >= PAGE);
            all.extend(part);
            let more = answer.headers.get("link").and_then(|link| link.to_str().ok());
            if is_empty || !(is_full || more.is_some_and(|link| link.contains("rel=\"next\""))) {
                break;
            }
        }
        Ok(all)
    }
}

/// One request and the whole of its answer.
async fn ask(client: &Octocrab, call: &Call<'_>) -> Result<(u16, HeaderMap, String), Why> {
    let lost = |error: octocrab::Error| Why::Connection(causes(&error));
    let builder = Builder::new().method(call.method.clone()).uri(call.path.as_str());
    let request = client.build_request(builder, call.body.as_ref()).map_err(lost)?;
    let response = client.execute(request).await.map_err(lost)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = client.body_to_string(response).await.map_err(lost)?;
    Ok((status, headers, text))
}

/// An error with its causes. None of them holds a header of the request.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = String::new();
    let mut cause = Some(error);
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(more.lines().next().unwrap_or_default()) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(more.lines().next().unwrap_or_default());
        }
        cause = inner.source();
    }
    text
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    message: String,
    errors: Vec<Value>,
}

/// What an answer that is no success means.
fn refusal(status: u16, headers: &HeaderMap, text: &str) -> Why {
    let said: Refusal = serde_json::from_str(text).unwrap_or_default();
    let number = |name: &str| -> Option<u64> { headers.get(name)?.to_str().ok()?.trim().parse().ok() };
    let lower = said.message.to_lowercase();
    let is_spent = number("x-ratelimit-remaining") == Some(0);
    let is_limit = status == 429
        || (status == 403
            && (is_spent
                || number("retry-after").is_some()
                || lower.contains("rate limit")
                || lower.contains("abuse detection")));
    if is_limit {
        // The reset is a time of GitHub's clock, which its own `date` tells.
        let until_reset = number("x-ratelimit-reset").filter(|_| is_spent).map(|reset| {
            let date = headers.get("date").and_then(|date| date.to_str().ok());
            let now = date.and_then(|date| chrono::DateTime::parse_from_rfc2822(date).ok());
            let now = now.and_then(|now| u64::try_from(now.timestamp()).ok());
            now.map_or(60, |now| reset.saturating_sub(now))
        });
        return Why::Limited { wait: number("retry-after").or(until_reset).unwrap_or(60).max(1) };
    }
    if status >= 500 {
        return Why::Server { status };
    }
    let mut message = if said.message.is_empty() { "no reason was given".to_owned() } else { said.message };
    for error in said.errors.iter().take(5) {
        let field = error.get("field").and_then(Value::as_str);
        let code = error.get("code").and_then(Value::as_str);
        let said = error.get("message").and_then(Value::as_str).or_else(|| error.as_str());
        let parts: Vec<&str> = [field, code, said].into_iter().flatten().collect();
        message.push_str("; ");
        message.push_str(&parts.join(" "));
    }
    Why::Refused { status, message: message.chars().filter(|c| !c.is_control()).take(500).collect() }
}

fn parse<T: DeserializeOwned>(call: &Call<'_>, answer: &Answer) -> Result<T, Failure> {
    let text = if answer.text.trim().is_empty() { "null" } else { &answer.text };
    serde_json::from_str(text)
        .map_err(|error| Failure { doing: call.doing.to_owned(), why: Why::Answer(error.to_string()) })
}

/// Nothing of an answer.
#[derive(Debug, Deserialize)]
struct Ignored {}

/// A part of a path or query as a URL takes it.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

impl Port for Api {
    fn repository(&self) -> Result<Repository, Failure> {
        self.get(self.path(""), &format!("look at {}", self.repository))
    }

    fn login(&self) -> Result<String, Failure> {
        Ok(self.get::<User>("/user".to_owned(), "ask whose token it is")?.login)
    }

    fn issues_since(&self, since: Option<&str>) -> Result<Vec<Issue>, Failure> {
        let since = since.map_or_else(String::new, |since| format!("&since={}", encoded(since)));
        let query = format!("&state=all&sort=created&direction=asc{since}");
        let doing = format!("list the issues of {}", self.repository);
        let mut issues: Vec<Issue> = self.list(&self.path("/issues"), &query, &doing)?;
        issues.retain(|issue| issue.pull_request.is_none());
        // A list that changes while it is read may show one twice.
        issues.sort_by_key(|issue| issue.number);
        issues.dedup_by_key(|issue| issue.number);
        Ok(issues)
    }

    fn issue(&self, number: u64) -> Result<Issue, Failure> {
        self.get(self.path(&format!("/issues/{number}")), &format!("read issue #{number}"))
    }

    fn create_issue(&self, new: &NewIssue) -> Result<Issue, Failure> {
        let doing = format!("create an issue in {}", self.repository);
        self.write(http::Method::POST, self.path("/issues"), json!(new), &doing)
    }

    fn change_issue(&self, number: u64, change: &IssueChange) -> Result<Issue, Failure> {
        let path = self.path(&format!("/issues/{number}"));
        self.write(http::Method::PATCH, path, json!(change), &format!("change issue #{number}"))
    }

    fn comments_since(&self, number: u64, since: &str) -> Result<Vec<Comment>, Failure> {
        let path = self.path(&format!("/issues/{number}/comments"));
        let query = format!("&since={}", encoded(since));
        self.list(&path, &query, &format!("read the comments on issue #{number}"))
    }

    fn comment(&self, number: u64, text: &str) -> Result<(), Failure> {
        let path = self.path(&format!("/issues/{number}/comments"));
        let doing = format!("comment on issue #{number}");
        self.write::<Ignored>(http::Method::POST, path, json!({ "body": text }), &doing).map(drop)
    }

    fn labels(&self) -> Result<Vec<String>, Failure> {
        let labels: Vec<Label> = self.list(&self.path("/labels"), "", "list the labels")?;
        Ok(labels.into_iter().map(|label| label.name).collect())
    }

    fn create_label(&self, name: &str, color: &str, description: &str) -> Result<(), Failure> {
        let body = json!({ "name": name, "color": color, "description": description });
        let made: Result<Ignored, Failure> =
            self.write(http::Method::POST, self.path("/labels"), body, &format!("create the label `{name}`"));
        match made {
            Err(failure) if is_there_already(&failure) => Ok(()),
            made => made.map(drop),
        }
    }

    fn add_labels(&self, number: u64, names: &[String]) -> Result<(), Failure> {
        let path = self.path(&format!("/issues/{number}/labels"));
        let body = json!({ "labels": names });
        self.write::<Value>(http::Method::POST, path, body, &format!("label issue #{number}")).map(drop)
    }

    fn remove_label(&self, number: u64, name: &str) -> Result<(), Failure> {
        let path = self.path(&format!("/issues/{number}/labels/{}", encoded(name)));
        let doing = format!("take the label `{name}` off issue #{number}");
        let call = Call { method: http::Method::DELETE, path, body: None, doing: &doing };
        match self.call(&call) {
            Err(failure) if failure.status() == Some(404) => Ok(()),
            answer => answer.map(drop),
        }
    }

    fn assign(&self, number: u64, logins: &[String]) -> Result<Vec<String>, Failure> {
        let path = self.path(&format!("/issues/{number}/assignees"));
        let body = json!({ "assignees": logins });
        let issue: Issue =
            self.write(http::Method::POST, path, body, &format!("assign people to issue #{number}"))?;
        Ok(issue.assignees.into_iter().map(|user| user.login).collect())
    }

    fn milestones(&self) -> Result<Vec<Milestone>, Failure> {
        self.list(&self.path("/milestones"), "&state=all", "list the milestones")
    }

    fn pulls_of(&self, head: &str) -> Result<Vec<Pull>, Failure> {
        let head = encoded(&format!("{}:{head}", self.repository.owner()));
        let doing = format!("list the pull requests of {}", self.repository);
        self.list(&self.path("/pulls"), &format!("&state=open&head={head}"), &doing)
    }

    fn closed_pulls_of(&self, head: &str) -> Result<Vec<ClosedPull>, Failure> {
        let head = encoded(&format!("{}:{head}", self.repository.owner()));
        let path = self.path(&format!("/pulls?per_page={PAGE}&state=closed&head={head}"));
        self.get(path, &format!("list the pull requests of {}", self.repository))
    }

    fn create_pull(&self, new: &NewPull) -> Result<Pull, Failure> {
        let doing = format!("open a pull request in {}", self.repository);
        self.write(http::Method::POST, self.path("/pulls"), json!(new), &doing)
    }

    fn change_pull(&self, number: u64, change: &PullChange) -> Result<Pull, Failure> {
        let path = self.path(&format!("/pulls/{number}"));
        self.write(http::Method::PATCH, path, json!(change), &format!("change pull request #{number}"))
    }

    fn request_reviews(&self, number: u64, people: &[String], teams: &[String]) -> Result<(), Failure> {
        let path = self.path(&format!("/pulls/{number}/requested_reviewers"));
        let body = json!({ "reviewers": people, "team_reviewers": teams });
        let doing = format!("ask for reviews of pull request #{number}");
        self.write::<Ignored>(http::Method::POST, path, body, &doing).map(drop)
    }

    fn create_milestone(&self, title: &str) -> Result<Milestone, Failure> {
        let doing = format!("create the milestone `{title}`");
        let made =
            self.write(http::Method::POST, self.path("/milestones"), json!({ "title": title }), &doing);
        match made {
            Err(failure) if is_there_already(&failure) => {
                let found = self.milestones()?.into_iter().find(|milestone| milestone.title == title);
                found.ok_or(failure)
            }
            made => made,
        }
    }
}

fn is_there_already(failure: &Failure) -> bool {
    matches!(&failure.why, Why::Refused { status: 422, message } if message.contains("already_exists"))
}

#[cfg(test)]
mod tests {
    use http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_limit_is_told_from_a_refusal() {
        let why = |status, pairs, text| refusal(status, &headers(pairs), text);
        assert_eq!(why(429, &[], ""), Why::Limited { wait: 60 });
        assert_eq!(why(403, &[("retry-after", "7")], "{}"), Why::Limited { wait: 7 });
        let secondary = r#"{"message": "You have exceeded a secondary rate limit"}"#;
        assert_eq!(why(403, &[], secondary), Why::Limited { wait: 60 });
        let spent = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1748851210"),
            ("date", "Mon, 02 Jun 2025 08:00:00 GMT"),
        ];
        assert_eq!(why(403, &spent, "{}"), Why::Limited { wait: 10 });
        let plain =
            why(403, &[("x-ratelimit-remaining", "4000")], r#"{"message": "Resource not accessible"}"#);
        assert_eq!(plain, Why::Refused { status: 403, message: "Resource not accessible".to_owned() });
        assert_eq!(why(502, &[], "<html>"), Why::Server { status: 502 });
    }

    #[test]
    fn a_refusal_names_its_fields() {
        let text = r#"{"message": "Validation Failed", "errors": [{"resource": "Label", "field": "name",
            "code": "already_exists"}, "and\u001b[2J more"]}"#;
        let Why::Refused { message, .. } = refusal(422, &HeaderMap::new(), text) else { panic!() };
        assert_eq!(message, "Validation Failed; name already_exists; and[2J more");
    }

    #[test]
    fn a_part_of_a_path_cannot_leave_it() {
        assert_eq!(encoded("a/../b?c#d %"), "a%2F..%2Fb%3Fc%23d%20%25");
        assert_eq!(encoded("état"), "%C3%A9tat");
    }
}
