//! One PRD, as read from its file.

use chrono::NaiveDate;
use serde::Serialize;

use super::checklist::{Checklist, Progress};
use super::dependency::{Declared, External};
use super::effort::Effort;
use super::field::{Field, FieldName};
use super::finding::Finding;
use super::id::PrdId;
use super::packed::packed_struct;
use super::path::RepoPath;
use super::people::TeamName;
use super::priority::Priority;
use super::slug::Slug;
use super::state::State;

/// The model of one PRD: the same for every dialect it could be written in.
#[derive(Debug, Clone, Serialize)]
pub struct Prd {
    /// The first id of metadata, file name and title.
    pub id: PrdId,
    /// The title, without id and decoration.
    pub title: String,
    /// The file name without id, date and version.
    pub slug: Slug,
    /// The state: that of the folder.
    pub state: State,
    /// The file, relative to the repository's root.
    pub path: RepoPath,
    /// `Priority`.
    pub priority: Option<Priority>,
    /// The lead team: the one marked `(lead)`, else the first.
    pub team: Option<TeamName>,
    /// All teams, the lead first.
    pub teams: Vec<TeamName>,
    /// `Service`, else the first of `Services`.
    pub service: Option<String>,
    /// All services.
    pub services: Vec<String>,
    /// `Owner`, else `Assignee`.
    pub owner: Option<String>,
    /// `Author`.
    pub author: Option<String>,
    /// `Created`.
    pub created: Option<NaiveDate>,
    /// `Started`.
    pub started: Option<NaiveDate>,
    /// `Completed Date`.
    pub completed: Option<NaiveDate>,
    /// `Target`, else `Target Release` or `Milestone` where they hold a date.
    pub target: Option<NaiveDate>,
    /// `Milestone`, else `Target Release`: a name.
    pub milestone: Option<String>,
    /// `Estimate`, `Estimated Effort`, `Effort`, the sum of the task table, else `Timeline`.
    pub estimate: Option<Effort>,
    /// `Remaining`.
    pub remaining: Option<Effort>,
    /// `Timeline`, where it is a duration.
    pub timeline: Option<Effort>,
    /// The field `Progress`.
    #[serde(skip)]
    pub progress_field: Option<Progress>,
    /// Everything that can be ticked off.
    pub checklist: Checklist,
    /// Declared dependencies by id, in both directions.
    pub dependencies: Vec<Declared>,
    /// Declared prerequisites without an id.
    pub external: Vec<External>,
    /// Declared dependencies on PRDs of other repositories, by ids that name these: `payments#SVC-129`. What this
    /// PRD waits for stands among the external prerequisites, too; a workspace makes edges of both directions.
    #[serde(skip)]
    pub elsewhere: Vec<Declared>,
    /// The feature that this PRD is a part of.
    pub parent: Option<PrdId>,
    /// The parts of this feature, as it declares them.
    pub children: Vec<PrdId>,
    /// The successor of an archived PRD.
    pub superseded_by: Option<PrdId>,
    /// Why it is blocked, where the field `Blocked` says so.
    pub blocked: Option<String>,
    /// `Contract ETA`.
    pub contract_eta: Option<NaiveDate>,
    /// `Branch`.
    pub branch: Option<String>,
    /// `Worktree`.
    pub worktree: Option<String>,
    /// `GitHub Issue`.
    pub issue: Option<String>,
    /// `PR`.
    pub pull_request: Option<String>,
    /// Files that "Files to Create/Modify" sections name.
    pub files: Vec<String>,
    /// All header fields, in their order, whatever they mean.
    pub fields: Vec<Field>,
    /// What reading found.
    pub problems: Vec<Finding>,
}

impl Prd {
    /// The first field of a name.
    #[must_use]
    pub fn field(&self, name: &FieldName) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == *name)
    }

    /// The field `Progress`, else the share of ticked boxes; `None` where the text says nothing.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.progress_field.or_else(|| self.checklist.ticked().map(Progress::from))
    }

    /// What names use for `{service_name}`: the service, else the slug.
    #[must_use]
    pub fn service_name(&self) -> String {
        self.service
            .as_deref()
            .map_or_else(|| self.slug.to_string(), |name| Slug::from_text(name).to_string())
    }
}

/// A Markdown file in a state folder that has no id.
#[derive(Debug, Clone, Serialize)]
pub struct Stray {
    /// The file.
    pub path: RepoPath,
    /// The state of its folder.
    pub state: State,
    /// Its title, else its file name.
    pub title: String,
}

packed_struct!(Prd {
    id,
    title,
    slug,
    state,
    path,
    priority,
    team,
    teams,
    service,
    services,
    owner,
    author,
    created,
    started,
    completed,
    target,
    milestone,
    estimate,
    remaining,
    timeline,
    progress_field,
    checklist,
    dependencies,
    external,
    elsewhere,
    parent,
    children,
    superseded_by,
    blocked,
    contract_eta,
    branch,
    worktree,
    issue,
    pull_request,
    files,
    fields,
    problems
});
packed_struct!(Stray { path, state, title });
