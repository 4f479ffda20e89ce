//! What the server keeps, and what each operation does to it.

use serde_json::{Map, Value, json};

use super::description::Operation;

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Value,
}

impl Answer {
    fn new(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    pub(crate) fn refuse(status: u16, message: &str) -> Self {
        Self::new(status, json!({ "message": message, "documentation_url": "https://docs.github.com/rest" }))
    }

    fn invalid(resource: &str, field: &str, code: &str) -> Self {
        Self::new(
            422,
            json!({ "message": "Validation Failed", "documentation_url": "https://docs.github.com/rest",
                "errors": [{ "resource": resource, "field": field, "code": code }] }),
        )
    }
}

/// The repository.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// `owner/name`, as it is called now.
    pub(crate) name: String,
    /// What it was called before; answered with a redirection.
    pub(crate) old_name: Option<String>,
    pub(crate) has_issues: bool,
    /// Who may be assigned.
    pub(crate) members: Vec<String>,
    /// Issues, as they are answered, with their label names alone.
    pub(crate) issues: Vec<Value>,
    /// Comments: the issue's number and the text.
    pub(crate) comments: Vec<(u64, String)>,
    pub(crate) labels: Vec<String>,
    pub(crate) milestones: Vec<Value>,
    /// Which issue is blocked by which, by their numbers; `None` where this GitHub knows no dependencies.
    pub(crate) blockers: Option<Vec<(u64, u64)>>,
    /// Which issue has which as a part, by their numbers; `None` where this GitHub knows no sub-issues.
    pub(crate) parts: Option<Vec<(u64, u64)>>,
    /// Reviews of pull requests, oldest first: who, and GitHub's word.
    pub(crate) reviews: Vec<(String, &'static str)>,
    /// Check runs of every commit: their names, and how they ended.
    pub(crate) checks: Vec<(String, Option<&'static str>)>,
    /// The commits that branches have, where a test says so; else one of zeros.
    pub(crate) tips: std::collections::BTreeMap<String, String>,
    /// Pull requests with their branches.
    pub(crate) pulls: Vec<Value>,
    seconds: u64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            name: "acme/shop".to_owned(),
            old_name: None,
            has_issues: true,
            members: ["ada", "jonas"].map(str::to_owned).into(),
            issues: Vec::new(),
            comments: Vec::new(),
            labels: vec!["bug".to_owned()],
            milestones: Vec::new(),
            blockers: Some(Vec::new()),
            parts: Some(Vec::new()),
            reviews: Vec::new(),
            checks: Vec::new(),
            tips: std::collections::BTreeMap::new(),
            pulls: Vec::new(),
            seconds: 0,
        }
    }
}

type Query = [(String, String)];

impl State {
    /// Every request comes at a second of its own, later than anything the tests call today.
    fn now(&mut self) -> String {
        self.seconds += 1;
        format!(
            "2030-01-01T{:02}:{:02}:{:02}Z",
            self.seconds / 3600,
            self.seconds / 60 % 60,
            self.seconds % 60
        )
    }

    /// The issues that no one closed as a duplicate and whose text has this marker.
    pub(crate) fn with_marker(&self, marker: &str) -> Vec<Value> {
        let is_it = |issue: &&Value| {
            issue["body"].as_str().is_some_and(|body| body.contains(marker))
                && issue["state_reason"] != "duplicate"
        };
        self.issues.iter().filter(is_it).cloned().collect()
    }

    /// The texts of the comments on an issue.
    pub(crate) fn comments_on(&self, number: u64) -> Vec<&str> {
        self.comments.iter().filter(|(of, _)| *of == number).map(|(_, text)| text.as_str()).collect()
    }

    /// The issue of a number, to be changed as somebody else would.
    pub(crate) fn issue(&mut self, number: u64) -> &mut Value {
        self.issues.iter_mut().find(|issue| issue["number"] == number).unwrap()
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one table: an operation of the description in each line or two"
    )]
    pub(super) fn act(&mut self, operation: &Operation, query: &Query, body: Option<&Value>) -> Answer {
        let now = self.now();
        let empty = json!({});
        let body = body.unwrap_or(&empty);
        let number =
            |name: &str| operation.path.get(name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        if let (Some(owner), Some(name)) = (operation.path.get("owner"), operation.path.get("repo")) {
            let asked = format!("{owner}/{name}");
            if self.old_name.as_ref() == Some(&asked) {
                return self.redirect(operation);
            }
            if !asked.eq_ignore_ascii_case(&self.name) {
                return Answer::refuse(404, "Not Found");
            }
        }
        let name = operation.name.replace("/repos/{owner}/{repo}", "").replace("{issue_number}", "N");
        if name.contains("/issues") && !self.has_issues {
            return Answer::refuse(410, "Issues are disabled for this repo");
        }
        if name.contains("/N") && !self.issues.iter().any(|issue| issue["number"] == number("issue_number")) {
            return Answer::refuse(404, "Not Found");
        }
        let at = number("issue_number");
        match name.as_str() {
            "GET /user" => Answer::new(200, user("ada")),
            "GET " => Answer::new(200, self.repository()),
            "GET /issues" => self.list_issues(query),
            "POST /issues" => self.create(body, &now),
            "GET /issues/N" => Answer::new(200, self.shown(at)),
            "GET /issues/N/dependencies/blocked_by" => self.list_links(self.blockers.as_ref(), at, query),
            "POST /issues/N/dependencies/blocked_by" => {
                let other = self.number_of(&body["issue_id"]);
                link(&mut self.blockers, at, other).unwrap_or_else(|| Answer::new(201, self.shown(at)))
            }
            "GET /issues/N/sub_issues" => self.list_links(self.parts.as_ref(), at, query),
            "POST /issues/N/sub_issues" => {
                let other = self.number_of(&body["sub_issue_id"]);
                let has_parent = self.parts.iter().flatten().any(|(_, part)| Some(*part) == other);
                if has_parent {
                    return Answer::refuse(422, "Issue may only have one parent");
                }
                link(&mut self.parts, at, other).unwrap_or_else(|| Answer::new(201, self.shown(at)))
            }
            "PATCH /issues/N" => self.change(at, body, &now),
            "GET /issues/N/comments" => {
                let texts: Vec<Value> =
                    self.comments_on(at).into_iter().map(|text| comment(text, &now)).collect();
                Answer::new(200, page(&texts, query))
            }
            "POST /issues/N/comments" => {
                let text = body["body"].as_str().unwrap().to_owned();
                self.comments.push((at, text.clone()));
                Answer::new(201, comment(&text, &now))
            }
            "POST /issues/N/labels" => self.add_labels(at, body, &now),
            "DELETE /issues/N/labels/{name}" => self.remove_label(at, &operation.path["name"], &now),
            "POST /issues/N/assignees" => self.assign(at, body, &now),
            "GET /labels" => {
                let labels: Vec<Value> = self.labels.iter().map(|name| label(name)).collect();
                Answer::new(200, page(&labels, query))
            }
            "POST /labels" => self.create_label(body),
            "GET /milestones" => Answer::new(200, page(&self.milestones, query)),
            "POST /milestones" => self.create_milestone(body),
            "GET /pulls" => {
                let asked =
                    |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
                let (head, wanted) = (asked("head"), asked("state").unwrap_or_else(|| "open".to_owned()));
                let owner = self.name.split('/').next().unwrap();
                let fits = |pull: &&Value| {
                    let label = format!("{owner}:{}", pull["head"]["ref"].as_str().unwrap());
                    let is_wanted = wanted == "all" || pull["state"] == wanted;
                    is_wanted && head.as_ref().is_none_or(|head| *head == label)
                };
                let pulls: Vec<Value> = self.pulls.iter().filter(fits).cloned().collect();
                Answer::new(200, page(&pulls, query))
            }
            "POST /pulls" => self.create_pull(body),
            "GET /pulls/{pull_number}" => {
                let at = number("pull_number");
                match self.pulls.iter().find(|pull| pull["number"] == at) {
                    Some(pull) => Answer::new(200, self.whole_pull(pull)),
                    None => Answer::refuse(404, "Not Found"),
                }
            }
            "GET /pulls/{pull_number}/reviews" => {
                let review = |(login, state): &(String, &str)| json!({ "user": user(login), "state": state, "body": "" });
                Answer::new(200, self.reviews.iter().map(review).collect())
            }
            "GET /commits/{ref}/check-runs" => {
                let run = |(name, ended): &(String, Option<&str>)| {
                    let status = if ended.is_some() { "completed" } else { "in_progress" };
                    json!({ "name": name, "status": status, "conclusion": ended })
                };
                let runs: Vec<Value> = self.checks.iter().map(run).collect();
                Answer::new(200, json!({ "total_count": runs.len(), "check_runs": runs }))
            }
            "GET /commits/{ref}/status" => {
                Answer::new(200, json!({ "state": "pending", "statuses": [], "total_count": 0 }))
            }
            "PUT /pulls/{pull_number}/merge" => self.merge(number("pull_number"), body),
            "PATCH /pulls/{pull_number}" => {
                let pull =
                    self.pulls.iter_mut().find(|pull| pull["number"] == number("pull_number")).unwrap();
                for key in ["title", "body"] {
                    pull[key] = body[key].clone();
                }
                Answer::new(200, pull.clone())
            }
            "POST /pulls/{pull_number}/requested_reviewers" => {
                let pull =
                    self.pulls.iter_mut().find(|pull| pull["number"] == number("pull_number")).unwrap();
                pull["asked"] = body.clone();
                Answer::new(201, pull.clone())
            }
            _ => Answer::refuse(501, &format!("this server does not know {name}")),
        }
    }

    /// An issue with its labels in full and its counts of links.
    fn shown(&self, number: u64) -> Value {
        self.whole(self.issues.iter().find(|issue| issue["number"] == number).unwrap())
    }

    fn whole(&self, issue: &Value) -> Value {
        let mut whole = shown(issue);
        let number = issue["number"].as_u64().unwrap();
        let count = |links: &[(u64, u64)]| links.iter().filter(|(of, _)| *of == number).count();
        if let Some(links) = &self.blockers {
            let (there, other) = (count(links), links.iter().filter(|(_, by)| *by == number).count());
            whole["issue_dependencies_summary"] = json!({ "blocked_by": there, "total_blocked_by": there,
                "blocking": other, "total_blocking": other });
        }
        if let Some(links) = &self.parts {
            whole["sub_issues_summary"] =
                json!({ "total": count(links), "completed": 0, "percent_completed": 0 });
        }
        whole
    }

    fn list_links(&self, links: Option<&Vec<(u64, u64)>>, at: u64, query: &Query) -> Answer {
        let Some(links) = links else { return Answer::refuse(404, "Not Found") };
        let of = links.iter().filter(|(of, _)| *of == at);
        let issues: Vec<Value> = of.map(|(_, other)| self.shown(*other)).collect();
        Answer::new(200, page(&issues, query))
    }

    fn number_of(&self, id: &Value) -> Option<u64> {
        self.issues.iter().find(|issue| issue["id"] == *id)?["number"].as_u64()
    }

    fn redirect(&self, operation: &Operation) -> Answer {
        let status = if operation.name.starts_with("GET") { 301 } else { 307 };
        let to = format!("/repos/{}", self.name);
        let body = json!({ "message": "Moved Permanently", "url": to });
        Answer { status, headers: vec![("Location", to)], body }
    }

    fn repository(&self) -> Value {
        let page = format!("https://github.com/{}", self.name);
        json!({ "full_name": self.name, "html_url": page, "default_branch": "main", "archived": false,
            "has_issues": self.has_issues })
    }

    fn list_issues(&self, query: &Query) -> Answer {
        let of = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let state = of("state").unwrap_or("open");
        let since = of("since").map(|since| chrono::DateTime::parse_from_rfc3339(since).unwrap());
        let fits = |issue: &&Value| {
            let updated =
                chrono::DateTime::parse_from_rfc3339(issue["updated_at"].as_str().unwrap()).unwrap();
            (state == "all" || issue["state"] == state) && since.is_none_or(|since| updated >= since)
        };
        let mut issues: Vec<Value> = self.issues.iter().filter(fits).map(|issue| self.whole(issue)).collect();
        if of("direction") != Some("asc") {
            issues.reverse();
        }
        Answer::new(200, page(&issues, query))
    }

    fn create(&mut self, body: &Value, now: &str) -> Answer {
        let text = body["body"].as_str().unwrap_or_default();
        if text.chars().count() > 65_536 {
            return Answer::invalid("Issue", "body", "invalid");
        }
        if body["title"].as_str().is_none_or(|title| title.trim().is_empty() || title.chars().count() > 256) {
            return Answer::invalid("Issue", "title", "invalid");
        }
        let Ok(milestone) = self.milestone(&body["milestone"]) else {
            return Answer::invalid("Issue", "milestone", "invalid");
        };
        let number = u64::try_from(self.issues.len()).unwrap() + 1;
        let page = format!("https://github.com/{}/issues/{number}", self.name);
        self.issues.push(json!({ "id": 1000 + number, "number": number, "title": body["title"], "body": text,
            "state": "open", "state_reason": null, "html_url": page, "labels": [], "assignees": [],
            "milestone": milestone, "created_at": now, "updated_at": now, "user": user("ada"), "locked": false,
            "closed_at": null }));
        self.add_labels(number, &json!({ "labels": body["labels"] }), now);
        Answer::new(201, shown(self.issue(number)))
    }

    fn milestone(&self, number: &Value) -> Result<Value, ()> {
        if number.is_null() {
            return Ok(Value::Null);
        }
        self.milestones.iter().find(|milestone| milestone["number"] == *number).cloned().ok_or(())
    }

    fn change(&mut self, number: u64, body: &Value, now: &str) -> Answer {
        let milestone = match body.get("milestone").map(|number| self.milestone(number)) {
            Some(Err(())) => return Answer::invalid("Issue", "milestone", "invalid"),
            Some(Ok(milestone)) => Some(milestone),
            None => None,
        };
        let issue = self.issue(number);
        for key in ["title", "body", "state", "state_reason"] {
            if let Some(value) = body.get(key) {
                issue[key] = value.clone();
            }
        }
        if let Some(milestone) = milestone {
            issue["milestone"] = milestone;
        }
        if body["state"] == "closed" {
            issue["closed_at"] = json!(now);
            if body.get("state_reason").is_none() {
                issue["state_reason"] = json!("completed");
            }
        } else if body["state"] == "open" {
            issue["closed_at"] = Value::Null;
            issue["state_reason"] = json!("reopened");
        }
        issue["updated_at"] = json!(now);
        Answer::new(200, shown(issue))
    }

    fn add_labels(&mut self, number: u64, body: &Value, now: &str) -> Answer {
        let names: Vec<Value> = body["labels"].as_array().cloned().unwrap_or_default();
        let issue = self.issue(number);
        let labels = issue["labels"].as_array_mut().unwrap();
        for name in &names {
            if !labels.iter().any(|label| same(label, name)) {
                labels.push(name.clone());
            }
        }
        issue["updated_at"] = json!(now);
        let shown: Vec<Value> =
            issue["labels"].as_array().unwrap().iter().map(|name| label(name.as_str().unwrap())).collect();
        // As GitHub does: a label that is not there yet comes into being.
        for name in names.iter().filter_map(Value::as_str) {
            if !self.labels.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                self.labels.push(name.to_owned());
            }
        }
        Answer::new(200, Value::Array(shown))
    }

    fn remove_label(&mut self, number: u64, name: &str, now: &str) -> Answer {
        let issue = self.issue(number);
        let labels = issue["labels"].as_array_mut().unwrap();
        let before = labels.len();
        labels.retain(|label| !same(label, &json!(name)));
        if labels.len() == before {
            return Answer::refuse(404, "Label does not exist");
        }
        let left: Vec<Value> = labels.iter().map(|name| label(name.as_str().unwrap())).collect();
        issue["updated_at"] = json!(now);
        Answer::new(200, Value::Array(left))
    }

    fn assign(&mut self, number: u64, body: &Value, now: &str) -> Answer {
        let wanted: Vec<String> = body["assignees"]
            .as_array()
            .unwrap()
            .iter()
            .map(|login| login.as_str().unwrap().to_owned())
            .filter(|login| self.members.contains(login))
            .collect();
        let issue = self.issue(number);
        let assignees = issue["assignees"].as_array_mut().unwrap();
        for login in wanted {
            if !assignees.iter().any(|user| user["login"] == *login) {
                assignees.push(user(&login));
            }
        }
        issue["updated_at"] = json!(now);
        Answer::new(201, shown(issue))
    }

    fn create_label(&mut self, body: &Value) -> Answer {
        let name = body["name"].as_str().unwrap().to_owned();
        if name.chars().count() > 50 {
            return Answer::invalid("Label", "name", "invalid");
        }
        if self.labels.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            return Answer::invalid("Label", "name", "already_exists");
        }
        self.labels.push(name.clone());
        Answer::new(201, label(&name))
    }

    fn create_pull(&mut self, body: &Value) -> Answer {
        if self.pulls.iter().any(|pull| pull["head"]["ref"] == body["head"]) {
            return Answer::invalid("PullRequest", "head", "custom");
        }
        let number = 500 + self.pulls.len();
        let page = format!("https://github.com/{}/pull/{number}", self.name);
        self.pulls.push(
            json!({ "number": number, "title": body["title"], "body": body["body"], "state": "open",
            "html_url": page, "draft": body["draft"], "user": user("ada"), "head": { "ref": body["head"] },
            "base": { "ref": body["base"] } }),
        );
        Answer::new(201, self.pulls.last().unwrap().clone())
    }

    /// A pull request with the commits of its branches and what GitHub works out.
    fn whole_pull(&self, pull: &Value) -> Value {
        let mut whole = pull.clone();
        for end in ["head", "base"] {
            let sha = self.tips.get(whole[end]["ref"].as_str().unwrap()).cloned();
            whole[end]["sha"] = json!(sha.unwrap_or_else(|| "0".repeat(40)));
        }
        if whole.get("mergeable").is_none() {
            whole["mergeable"] = json!(true);
            whole["mergeable_state"] = json!("clean");
        }
        whole
    }

    fn merge(&mut self, number: u64, body: &Value) -> Answer {
        let at = self.pulls.iter().position(|pull| pull["number"] == number).unwrap();
        let whole = self.whole_pull(&self.pulls[at]);
        if whole["merged"] == true {
            return Answer::refuse(405, "Pull Request is not mergeable");
        }
        if body["sha"] != whole["head"]["sha"] {
            return Answer::refuse(409, "Head branch was modified. Review and try the merge again.");
        }
        let pull = &mut self.pulls[at];
        *pull = whole;
        pull["state"] = json!("closed");
        pull["merged"] = json!(true);
        pull["merged_at"] = json!("2030-01-01T00:00:00Z");
        pull["merge_commit_sha"] = json!("f".repeat(40));
        pull["method"] = body["merge_method"].clone();
        Answer::new(200, json!({ "sha": "f".repeat(40), "merged": true, "message": "merged" }))
    }

    fn create_milestone(&mut self, body: &Value) -> Answer {
        if self.milestones.iter().any(|milestone| milestone["title"] == body["title"]) {
            return Answer::invalid("Milestone", "title", "already_exists");
        }
        let number = self.milestones.len() + 1;
        self.milestones.push(milestone(number, body["title"].as_str().unwrap(), "open"));
        Answer::new(201, self.milestones[number - 1].clone())
    }
}

/// A milestone as GitHub shows it.
pub(crate) fn milestone(number: usize, title: &str, state: &str) -> Value {
    json!({ "number": number, "title": title, "state": state, "creator": user("ada") })
}

/// Adds a link; an answer is a refusal.
fn link(links: &mut Option<Vec<(u64, u64)>>, at: u64, other: Option<u64>) -> Option<Answer> {
    let Some(links) = links else { return Some(Answer::refuse(404, "Not Found")) };
    let Some(other) = other else { return Some(Answer::refuse(422, "no such issue")) };
    if other == at || links.contains(&(at, other)) {
        return Some(Answer::refuse(422, "the link is there, or is one to itself"));
    }
    links.push((at, other));
    None
}

fn same(one: &Value, other: &Value) -> bool {
    one.as_str().unwrap().eq_ignore_ascii_case(other.as_str().unwrap())
}

fn user(login: &str) -> Value {
    json!({ "login": login, "id": 1, "type": "User" })
}

fn label(name: &str) -> Value {
    json!({ "name": name, "color": "ededed", "description": null })
}

fn comment(text: &str, now: &str) -> Value {
    json!({ "body": text, "created_at": now, "updated_at": now, "user": user("ada") })
}

/// An issue with its labels in full.
fn shown(issue: &Value) -> Value {
    let mut whole: Map<String, Value> = issue.as_object().unwrap().clone();
    let labels = issue["labels"].as_array().unwrap();
    whole.insert("labels".to_owned(), labels.iter().map(|name| label(name.as_str().unwrap())).collect());
    Value::Object(whole)
}

fn page(all: &[Value], query: &Query) -> Value {
    let number = |name: &str, default: usize| {
        let text = query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        text.and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (size, page) = (number("per_page", 30).min(100), number("page", 1));
    all.iter().skip((page - 1) * size).take(size).cloned().collect()
}
