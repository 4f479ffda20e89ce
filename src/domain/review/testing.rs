//! A model of a text for tests, with the header fields that a review reads.

use crate::domain::markdown::outline::Outline;
use crate::domain::model::calendar::read_target;
use crate::domain::model::checklist::Checklist;
use crate::domain::model::effort::Effort;
use crate::domain::model::field::{Dialect, Field, FieldName};
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::model::slug::Slug;
use crate::domain::model::state::State;

/// The model of a text whose header is bold lines.
pub(crate) fn prd(text: &str) -> Prd {
    let fields = fields(text);
    let value =
        |name: FieldName| fields.iter().find(|field| field.name == name).map(|field| field.value.clone());
    let outline = Outline::parse(text);
    let title = outline.headings.first().map(|heading| heading.text.clone()).unwrap_or_default();
    let title = title.split_once(": ").map_or(title.clone(), |(_, rest)| rest.to_owned());
    Prd {
        id: PrdId::parse("SVC-1").unwrap(),
        slug: Slug::from_text(&title),
        title,
        state: State::Draft,
        path: RepoPath::new("docs/prds/draft/SVC-1-x.md").unwrap(),
        priority: None,
        team: None,
        teams: Vec::new(),
        service: value(FieldName::Service),
        services: Vec::new(),
        owner: value(FieldName::Owner),
        author: value(FieldName::Author),
        created: None,
        started: None,
        completed: None,
        target: value(FieldName::Target).as_deref().and_then(read_target),
        milestone: value(FieldName::Milestone),
        estimate: value(FieldName::Estimate).as_deref().and_then(Effort::read),
        remaining: None,
        timeline: None,
        progress_field: None,
        checklist: Checklist::default(),
        dependencies: Vec::new(),
        external: Vec::new(),
        parent: None,
        children: Vec::new(),
        superseded_by: None,
        blocked: None,
        contract_eta: None,
        branch: None,
        base: None,
        worktree: None,
        issue: None,
        pull_request: None,
        files: Vec::new(),
        fields,
        content_hash: "0".repeat(64),
        problems: Vec::new(),
    }
}

fn fields(text: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let lines = at..at + line.len();
        at = lines.end;
        if line.starts_with("## ") {
            break;
        }
        let pair = line.trim_end().strip_prefix("**").and_then(|rest| rest.split_once("**:"));
        let Some((key, value)) = pair else { continue };
        let value = value.trim().to_owned();
        let start = lines.start + line.find(&value).unwrap_or(0);
        fields.push(Field {
            name: FieldName::fold(key),
            key: key.to_owned(),
            span: start..start + value.len(),
            value,
            dialect: Dialect::Bold,
            line: number + 1,
            lines,
        });
    }
    fields
}
