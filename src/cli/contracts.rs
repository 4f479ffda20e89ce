//! A PRD's contract as it is found now: in its text and in the files that it links to, where its work is newest.

use std::path::Path;

use super::app::App;
use super::error::CommandError;
use super::linking::linked_path;
use super::session::Session;
use crate::domain::contract::judge;
use crate::domain::lifecycle::contract::{ContractRecord, Gathered, Source};
use crate::domain::markdown::outline::Outline;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::review::guard;
use crate::io::store::progress;

/// All that a PRD holds and links to.
pub(super) fn gather(session: &Session, prd: &Prd) -> Result<Gathered, CommandError> {
    let home = session.files();
    let read = progress::newest(&session.git, &home, prd)?;
    let mut found = Gathered::default();
    let Some(bytes) = progress::find(prd, session.config().directories(), &read) else { return Ok(found) };
    let Ok(text) = String::from_utf8(bytes) else {
        found.problems.push(format!("{} is no UTF-8", prd.path));
        return Ok(found);
    };
    found.add_blocks(&text, prd.path.as_str());
    let folder = prd.path.parent();
    for (_, target) in guard::contract_links(&text, &Outline::parse(&text)) {
        let Some(path) = linked_path(folder.as_ref(), target) else {
            found.notes.push(format!("{target} is not in this repository, and was not read"));
            continue;
        };
        match read(&path) {
            Some(bytes) => add(&mut found, &path, bytes),
            None => found.problems.push(format!("{}: the link to `{target}` leads to no file", prd.path)),
        }
    }
    Ok(found)
}

/// What is found now of what was published.
pub(super) fn gather_again(
    session: &Session,
    prd: &Prd,
    record: &ContractRecord,
) -> Result<Gathered, CommandError> {
    if !record.chosen {
        return gather(session, prd);
    }
    let home = session.files();
    let read = progress::newest(&session.git, &home, prd)?;
    let mut found = Gathered { chosen: true, ..Gathered::default() };
    for part in &record.parts {
        if let Source::File { path } = &part.source
            && let Some(bytes) = read(path)
        {
            add(&mut found, path, bytes);
        }
    }
    Ok(found)
}

/// The files that a user named, as they are on disk.
pub(super) fn gather_files(app: &App, session: &Session, names: &[String]) -> Result<Gathered, CommandError> {
    let mut found = Gathered { chosen: true, ..Gathered::default() };
    for name in names {
        let path = path_of(app, session, name)?.ok_or_else(|| {
            CommandError::refused(format!("{name} is not in this repository"))
                .hint("name a file of this checkout, or of one of its worktrees")
        })?;
        let file = app.env.absolute(Path::new(name));
        let bytes = fs_err::read(&file).map_err(|error| CommandError::not_found(error.to_string()))?;
        if judge::file_kind(path.as_str()).is_none() {
            return Err(CommandError::refused(format!("{name} is no contract that prd knows")).hint(
                "its name tells: .proto, .graphql, .schema.json, or YAML or JSON with openapi, swagger, asyncapi or \
                 schema in its name",
            ));
        }
        add(&mut found, &path, bytes);
    }
    found.parts.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(found)
}

fn add(found: &mut Gathered, path: &RepoPath, bytes: Vec<u8>) {
    match String::from_utf8(bytes) {
        Ok(text) => {
            if let Some(contract) = judge::file(path.as_str(), &text) {
                found.add_file(path, contract, text);
            }
        }
        Err(_) => found.problems.push(format!("{path} is no UTF-8")),
    }
}

/// A file's path in the repository, seen from this checkout, from home, or from a worktree.
fn path_of(app: &App, session: &Session, name: &str) -> Result<Option<RepoPath>, CommandError> {
    if let Some(path) = session.repo_path(app, name) {
        return Ok(Some(path));
    }
    let absolute = app.env.absolute(Path::new(name));
    let absolute = fs_err::canonicalize(&absolute).unwrap_or(absolute);
    Ok(session.git.worktrees()?.into_iter().find_map(|tree| {
        let root = fs_err::canonicalize(&tree.path).unwrap_or(tree.path);
        RepoPath::new(absolute.strip_prefix(root).ok()?.to_str()?).ok()
    }))
}
