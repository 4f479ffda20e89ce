//! The PRD of the branch that is checked out, told from the index alone.

use crate::cli::error::CommandError;
use crate::cli::merging;
use crate::cli::session::Session;
use crate::domain::markdown::identity;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;
use crate::io::git::repository::Head;
use crate::io::git::staged::Index;
use crate::io::store::blobs;

/// The PRD in progress whose branch is checked out, and how many blobs were read to know; `None` on any other branch.
///
/// A branch is a PRD's where the PRD says so, or where the branch's name has its id.
pub(super) fn prd(session: &Session, index: &Index<'_>) -> Result<(Option<Prd>, usize), CommandError> {
    let Head::Branch { name, .. } = session.git.head()? else { return Ok((None, 0)) };
    if session.home.branch.as_ref() == Some(&name) {
        return Ok((None, 0));
    }
    let format = session.config().id_format();
    let directories = session.config().directories();
    let ids: Vec<_> = format.find(name.as_str()).into_iter().map(|found| found.id).collect();
    let Some(running) = directories.folder(State::InProgress) else { return Ok((None, 0)) };
    let folders = if ids.is_empty() { vec![running.clone()] } else { merging::folders(session) };
    let mut files = index.files(&folders)?;
    if !ids.is_empty() {
        let is_its =
            |path: &RepoPath| identity::read_file_name(path, format).id.is_some_and(|id| ids.contains(&id));
        files = files.pairs().into_iter().filter(|(path, _)| is_its(path)).collect();
    }
    // Of so few no cache is written; the one of all is read where there is one.
    let found = blobs::load_some(&session.git, &files, directories, format, session.cache())?;
    let prds = found.portfolio.prds();
    let by_field = prds.iter().find(|prd| prd.branch.as_deref() == Some(name.as_str()));
    let by_name = || prds.iter().find(|prd| ids.contains(&prd.id) && prd.state == State::InProgress);
    Ok((by_field.or_else(by_name).cloned(), found.read))
}
