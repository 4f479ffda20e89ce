//! Each request of the port as a path, a method and a body.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::Api;
use super::kinds::{
    ClosedPull, Comment, Issue, IssueChange, Label, Linked, Milestone, NewIssue, NewPull, Pull, PullChange,
    PullDetails, Repository, User,
};
use super::network::Call;
use super::port::{Failure, Port, Why};
use crate::domain::github::merging::{Check, Opinion, Verdict};

/// Nothing of an answer.
#[derive(Debug, Deserialize)]
struct Ignored {}

#[derive(Debug, Deserialize)]
struct Review {
    #[serde(default)]
    user: Option<User>,
    state: Verdict,
}

#[derive(Debug, Deserialize)]
struct CheckRuns {
    check_runs: Vec<CheckRun>,
}

#[derive(Debug, Deserialize)]
struct CheckRun {
    name: String,
    status: String,
    #[serde(default)]
    conclusion: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Combined {
    statuses: Vec<CommitStatus>,
}

#[derive(Debug, Deserialize)]
struct CommitStatus {
    context: String,
    state: String,
}

#[derive(Debug, Deserialize)]
struct Merged {
    sha: String,
}

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

/// The order in which no page changes but the last where an issue is added.
const ALL_ISSUES: &str = "&state=all&sort=created&direction=asc";

/// Without pull requests, each issue once: a list that changes while it is read may show one twice.
fn of_prds(mut issues: Vec<Issue>) -> Vec<Issue> {
    issues.retain(|issue| issue.pull_request.is_none());
    issues.sort_by_key(|issue| issue.number);
    issues.dedup_by_key(|issue| issue.number);
    issues
}

impl Port for Api {
    fn repository(&self) -> Result<Repository, Failure> {
        self.get(self.path(""), &format!("look at {}", self.repository))
    }

    fn login(&self) -> Result<String, Failure> {
        Ok(self.get::<User>("/user".to_owned(), "ask whose token it is")?.login)
    }

    fn issues(&self) -> Result<Vec<Issue>, Failure> {
        let doing = format!("list the issues of {}", self.repository);
        Ok(of_prds(self.known_list(&self.path("/issues"), ALL_ISSUES, &doing)?))
    }

    fn issues_since(&self, since: Option<&str>) -> Result<Vec<Issue>, Failure> {
        let since = since.map_or_else(String::new, |since| format!("&since={}", encoded(since)));
        let doing = format!("list the issues of {}", self.repository);
        Ok(of_prds(self.list(&self.path("/issues"), &format!("{ALL_ISSUES}{since}"), &doing)?))
    }

    fn issue(&self, number: u64) -> Result<Issue, Failure> {
        let path = self.path(&format!("/issues/{number}"));
        let doing = format!("read issue #{number}");
        let gone = |doing: String| Failure { doing, why: Why::Gone };
        let issue: Issue = match self.get(path, &doing) {
            Err(failure) if matches!(failure.status(), Some(404 | 410)) => return Err(gone(doing)),
            issue => issue?,
        };
        // One that was moved is answered from where it is now, under a number that here is somebody else's.
        let page = format!("/{}/issues/{number}", self.repository).to_lowercase();
        if issue.html_url.to_lowercase().ends_with(&page) { Ok(issue) } else { Err(gone(doing)) }
    }

    fn create_issue(&self, new: &NewIssue) -> Result<Issue, Failure> {
        let doing = format!("create an issue in {}", self.repository);
        self.write(Method::POST, self.path("/issues"), json!(new), &doing)
    }

    fn change_issue(&self, number: u64, change: &IssueChange) -> Result<Issue, Failure> {
        let path = self.path(&format!("/issues/{number}"));
        self.write(Method::PATCH, path, json!(change), &format!("change issue #{number}"))
    }

    fn comments_since(&self, number: u64, since: &str) -> Result<Vec<Comment>, Failure> {
        let path = self.path(&format!("/issues/{number}/comments"));
        let query = format!("&since={}", encoded(since));
        self.list(&path, &query, &format!("read the comments on issue #{number}"))
    }

    fn comment(&self, number: u64, text: &str) -> Result<(), Failure> {
        let path = self.path(&format!("/issues/{number}/comments"));
        let doing = format!("comment on issue #{number}");
        self.write::<Ignored>(Method::POST, path, json!({ "body": text }), &doing).map(drop)
    }

    fn labels(&self) -> Result<Vec<String>, Failure> {
        let labels: Vec<Label> = self.known_list(&self.path("/labels"), "", "list the labels")?;
        Ok(labels.into_iter().map(|label| label.name).collect())
    }

    fn create_label(&self, name: &str, color: &str, description: &str) -> Result<(), Failure> {
        let body = json!({ "name": name, "color": color, "description": description });
        let made: Result<Ignored, Failure> =
            self.write(Method::POST, self.path("/labels"), body, &format!("create the label `{name}`"));
        match made {
            Err(failure) if is_there_already(&failure) => Ok(()),
            made => made.map(drop),
        }
    }

    fn add_labels(&self, number: u64, names: &[String]) -> Result<(), Failure> {
        let path = self.path(&format!("/issues/{number}/labels"));
        let body = json!({ "labels": names });
        self.write::<Value>(Method::POST, path, body, &format!("label issue #{number}")).map(drop)
    }

    fn remove_label(&self, number: u64, name: &str) -> Result<(), Failure> {
        let path = self.path(&format!("/issues/{number}/labels/{}", encoded(name)));
        let doing = format!("take the label `{name}` off issue #{number}");
        let call = Call { method: Method::DELETE, path, body: None, etag: None, doing: &doing };
        match self.call(&call) {
            Err(failure) if failure.status() == Some(404) => Ok(()),
            answer => answer.map(drop),
        }
    }

    fn assign(&self, number: u64, logins: &[String]) -> Result<Vec<String>, Failure> {
        let path = self.path(&format!("/issues/{number}/assignees"));
        let body = json!({ "assignees": logins });
        let issue: Issue =
            self.write(Method::POST, path, body, &format!("assign people to issue #{number}"))?;
        Ok(issue.assignees.into_iter().map(|user| user.login).collect())
    }

    fn milestones(&self) -> Result<Vec<Milestone>, Failure> {
        self.known_list(&self.path("/milestones"), "&state=all", "list the milestones")
    }

    fn pulls_of(&self, head: &str) -> Result<Vec<Pull>, Failure> {
        let head = encoded(&format!("{}:{head}", self.repository.owner()));
        let doing = format!("list the pull requests of {}", self.repository);
        self.list(&self.path("/pulls"), &format!("&state=open&head={head}"), &doing)
    }

    fn closed_pulls_of(&self, head: &str) -> Result<Vec<ClosedPull>, Failure> {
        let head = encoded(&format!("{}:{head}", self.repository.owner()));
        let path = self.path(&format!("/pulls?per_page=100&state=closed&head={head}"));
        self.get(path, &format!("list the pull requests of {}", self.repository))
    }

    fn pull(&self, number: u64) -> Result<PullDetails, Failure> {
        self.get(self.path(&format!("/pulls/{number}")), &format!("read pull request #{number}"))
    }

    fn opinions(&self, number: u64) -> Result<Vec<Opinion>, Failure> {
        let doing = format!("read the reviews of pull request #{number}");
        let reviews: Vec<Review> = self.list(&self.path(&format!("/pulls/{number}/reviews")), "", &doing)?;
        // An account that was deleted has no login.
        let of = |review: Review| Some(Opinion { login: review.user?.login, verdict: review.state });
        Ok(reviews.into_iter().filter_map(of).collect())
    }

    fn checks(&self, commit: &str) -> Result<Vec<Check>, Failure> {
        let of = |rest: &str| self.path(&format!("/commits/{}/{rest}?per_page=100", encoded(commit)));
        let doing = format!("read the checks of {commit}");
        let mut checks = Vec::new();
        for page in 1.. {
            let part: CheckRuns = self.get(format!("{}&page={page}", of("check-runs")), &doing)?;
            let is_last = part.check_runs.len() < 100;
            checks.extend(part.check_runs.into_iter().map(|run| Check {
                name: run.name,
                // A run that did not end has no conclusion.
                ended: run.conclusion.filter(|_| run.status == "completed"),
            }));
            if is_last {
                break;
            }
        }
        let combined: Combined = self.get(of("status"), &doing)?;
        checks.extend(combined.statuses.into_iter().map(|status| Check {
            name: status.context,
            ended: Some(status.state).filter(|state| state != "pending"),
        }));
        Ok(checks)
    }

    fn merge(&self, number: u64, tip: &str, method: &str) -> Result<String, Failure> {
        let path = self.path(&format!("/pulls/{number}/merge"));
        let body = json!({ "sha": tip, "merge_method": method });
        let doing = format!("merge pull request #{number}");
        Ok(self.write::<Merged>(Method::PUT, path, body, &doing)?.sha)
    }

    fn create_pull(&self, new: &NewPull) -> Result<Pull, Failure> {
        let doing = format!("open a pull request in {}", self.repository);
        self.write(Method::POST, self.path("/pulls"), json!(new), &doing)
    }

    fn change_pull(&self, number: u64, change: &PullChange) -> Result<Pull, Failure> {
        let path = self.path(&format!("/pulls/{number}"));
        self.write(Method::PATCH, path, json!(change), &format!("change pull request #{number}"))
    }

    fn request_reviews(&self, number: u64, people: &[String], teams: &[String]) -> Result<(), Failure> {
        let path = self.path(&format!("/pulls/{number}/requested_reviewers"));
        let body = json!({ "reviewers": people, "team_reviewers": teams });
        let doing = format!("ask for reviews of pull request #{number}");
        self.write::<Ignored>(Method::POST, path, body, &doing).map(drop)
    }

    fn blockers(&self, number: u64) -> Result<Vec<Linked>, Failure> {
        let path = self.path(&format!("/issues/{number}/dependencies/blocked_by"));
        self.list(&path, "", &format!("read what blocks issue #{number}"))
    }

    fn add_blocker(&self, number: u64, blocker: u64) -> Result<(), Failure> {
        let path = self.path(&format!("/issues/{number}/dependencies/blocked_by"));
        let doing = format!("say what blocks issue #{number}");
        self.write::<Ignored>(Method::POST, path, json!({ "issue_id": blocker }), &doing).map(drop)
    }

    fn parts(&self, number: u64) -> Result<Vec<Linked>, Failure> {
        let path = self.path(&format!("/issues/{number}/sub_issues"));
        self.list(&path, "", &format!("read the parts of issue #{number}"))
    }

    fn add_part(&self, number: u64, part: u64) -> Result<(), Failure> {
        let path = self.path(&format!("/issues/{number}/sub_issues"));
        let doing = format!("add a part to issue #{number}");
        self.write::<Ignored>(Method::POST, path, json!({ "sub_issue_id": part }), &doing).map(drop)
    }

    fn create_milestone(&self, title: &str) -> Result<Milestone, Failure> {
        let doing = format!("create the milestone `{title}`");
        let made = self.write(Method::POST, self.path("/milestones"), json!({ "title": title }), &doing);
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
    use super::*;

    #[test]
    fn a_part_of_a_path_cannot_leave_it() {
        assert_eq!(encoded("a/../b?c#d %"), "a%2F..%2Fb%3Fc%23d%20%25");
        assert_eq!(encoded("état"), "%C3%A9tat");
    }
}
