//! The templates that are part of the program, and those of a repository's own.

use super::error::CommandError;
use super::session::Session;
use crate::domain::model::path::RepoPath;

/// Templates of PRDs: name, text.
pub(super) const PRDS: [(&str, &str); 3] = [
    ("feature", include_str!("../../templates/prd/feature.md")),
    ("microservice", include_str!("../../templates/prd/microservice.md")),
    ("quick", include_str!("../../templates/prd/quick.md")),
];

/// Slash commands for Claude Code: file name, text.
pub(super) const SLASH_COMMANDS: [(&str, &str); 10] = [
    ("approve-prd.md", include_str!("../../templates/claude/commands/approve-prd.md")),
    ("checkin-prd.md", include_str!("../../templates/claude/commands/checkin-prd.md")),
    ("complete-prd.md", include_str!("../../templates/claude/commands/complete-prd.md")),
    ("lint-prds.md", include_str!("../../templates/claude/commands/lint-prds.md")),
    ("new-prd.md", include_str!("../../templates/claude/commands/new-prd.md")),
    ("next-prd.md", include_str!("../../templates/claude/commands/next-prd.md")),
    ("orchestrate.md", include_str!("../../templates/claude/commands/orchestrate.md")),
    ("pause-prd.md", include_str!("../../templates/claude/commands/pause-prd.md")),
    ("review-prd.md", include_str!("../../templates/claude/commands/review-prd.md")),
    ("start-prd.md", include_str!("../../templates/claude/commands/start-prd.md")),
];

/// The workflow of GitHub Actions that checks pull requests.
pub(super) const GITHUB_WORKFLOW: &str = include_str!("../../templates/github/prd.yml");

/// The example of `prd demo`: path in its repository, text.
pub(super) const DEMO: [(&str, &str); 9] = [
    (".claude/config.json", include_str!("../../templates/demo/.claude/config.json")),
    ("README.md", include_str!("../../templates/demo/README.md")),
    (
        "docs/adr/0007-notifications-through-one-service.md",
        include_str!("../../templates/demo/docs/adr/0007-notifications-through-one-service.md"),
    ),
    (
        "docs/prds/draft/SVC-133-notification-service.md",
        include_str!("../../templates/demo/docs/prds/draft/SVC-133-notification-service.md"),
    ),
    (
        "docs/prds/in-progress/SVC-128-checkout-service.md",
        include_str!("../../templates/demo/docs/prds/in-progress/SVC-128-checkout-service.md"),
    ),
    (
        "docs/prds/in-progress/SVC-129-payment-service.md",
        include_str!("../../templates/demo/docs/prds/in-progress/SVC-129-payment-service.md"),
    ),
    (
        "docs/prds/in-progress/SVC-130-refund-service.md",
        include_str!("../../templates/demo/docs/prds/in-progress/SVC-130-refund-service.md"),
    ),
    (
        "docs/prds/in-progress/SVC-131-inventory-service.md",
        include_str!("../../templates/demo/docs/prds/in-progress/SVC-131-inventory-service.md"),
    ),
    (
        "docs/prds/in-progress/SVC-132-warehouse-integration.md",
        include_str!("../../templates/demo/docs/prds/in-progress/SVC-132-warehouse-integration.md"),
    ),
];

/// The template of a name: the repository's own in `templates/` beside the state folders, else the program's.
///
/// # Errors
/// There is none of that name; the error lists those that there are.
pub(super) fn prd(session: &Session, name: &str) -> Result<String, CommandError> {
    let folder = own_folder(session);
    let own = folder.as_ref().and_then(|folder| folder.join(&format!("{name}.md")).ok());
    if let Some(path) = own
        && let Ok(Some(bytes)) = session.files().read(&path)
    {
        return String::from_utf8(bytes)
            .map_err(|_| CommandError::usage(format!("the template {path} is no UTF-8")));
    }
    if let Some((_, text)) = PRDS.iter().find(|(known, _)| *known == name) {
        return Ok((*text).to_owned());
    }
    let mut names: Vec<String> = PRDS.iter().map(|(known, _)| (*known).to_owned()).collect();
    if let Some(folder) = &folder {
        let own = session.files().names_in(folder);
        names.extend(
            own.iter().filter(|path| path.as_str().ends_with(".md")).map(|path| path.file_stem().to_owned()),
        );
    }
    names.sort();
    names.dedup();
    let place = folder.map_or_else(String::new, |folder| format!(", or write {folder}/{name}.md"));
    Err(CommandError::not_found(format!("there is no template `{name}`"))
        .hint(format!("the templates are {}{place}", names.join(", "))))
}

fn own_folder(session: &Session) -> Option<RepoPath> {
    let records = session.config().directories().records();
    match records.parent() {
        Some(parent) => parent.join("templates").ok(),
        None => RepoPath::new("templates").ok(),
    }
}
