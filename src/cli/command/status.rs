use clap::{Parser, ValueEnum};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::status as render;
use crate::cli::session::Session;
use crate::domain::markdown::identity;
use crate::domain::markdown::read::{Reading, read_prd};
use crate::domain::model::branch::BranchName;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;
use crate::domain::report::status::{self, Criteria, Here, Status};
use crate::domain::report::worktrees::Commits;
use crate::io::git::refs::Distance;
use crate::io::git::repository::Head;
use crate::io::store::progress;

/// Say where you are: the PRD of this branch, its criteria, its distance from home, and what is next
///
/// Reads no more than it must, so that a shell's prompt can show it: `prd status --format prompt` is one line, and
/// empty where there is no PRD or no repository.
#[derive(Debug, Parser)]
pub struct Args {
    /// How to print the answer
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// How the answer is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For scripts: a document with `schema: 1`
    Json,
    /// One line for a shell's prompt: `SVC-128 in-progress 3/7 ↑2 ↓1`
    Prompt,
}

/// Runs `prd status`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    match args.format {
        Format::Text => Ok(Report::text(render::text(&status(app)?))),
        Format::Json => Report::json(&status(app)?),
        // A prompt is no place for errors and warnings.
        Format::Prompt => {
            let status = status(&App::silent(&app.env, &app.global));
            Ok(Report::text(status.map_or_else(|_| String::new(), |status| render::prompt(&status))))
        }
    }
}

fn status(app: &App) -> Result<Status, CommandError> {
    let session = Session::open(app)?;
    let (branch, tip) = match session.git.head()? {
        Head::Branch { name, oid } => (Some(name), Some(oid)),
        Head::Unborn { name } => (Some(name), None),
        Head::Detached { oid } => (None, Some(oid)),
    };
    let is_home = branch.is_some() && branch == session.home.branch;
    let distance = |other| -> Result<Option<Commits>, CommandError> {
        let (Some(tip), Some(other)) = (&tip, other) else { return Ok(None) };
        let Distance { ahead, behind } = session.git.distance(tip, other)?;
        Ok(Some(Commits { ahead, behind }))
    };
    let home = if is_home { None } else { distance(session.home.onto())? };
    let upstream = branch.as_ref().map(|branch| session.git.upstream(branch)).transpose()?.flatten();
    let upstream = distance(upstream.and_then(|upstream| upstream.oid).as_ref())?;
    let here = branch.as_ref().filter(|_| !is_home).and_then(|branch| prd_of(&session, branch));
    let root = session.git.root().unwrap_or_else(|| session.git.git_dir());
    let branch = branch.map(|branch| branch.to_string());
    Ok(Status {
        next: status::next_step(here.as_ref(), branch.as_deref(), home),
        prd: here,
        branch,
        root: root.display().to_string(),
        linked: session.git.is_linked(),
        home,
        upstream,
    })
}

/// The PRD that records a branch. Those whose id is in the branch's name are looked at first, in any state, then all
/// that are in progress.
fn prd_of(session: &Session, branch: &BranchName) -> Option<Here> {
    let (files, directories) = (session.files(), session.config().directories());
    let format = session.config().id_format();
    let ids: Vec<_> = format.find(branch.as_str()).into_iter().map(|found| found.id).collect();
    let mut wanted = Vec::new();
    let mut others = Vec::new();
    for state in
        [State::InProgress, State::Ready, State::Review, State::Draft, State::Complete, State::Archived]
    {
        let Some(folder) = directories.folder(state) else { continue };
        for path in files.names_in(folder).into_iter().filter(|path| path.as_str().ends_with(".md")) {
            let id = identity::read_file_name(&path, format).id;
            if id.is_some_and(|id| ids.contains(&id)) {
                wanted.push((path, state));
            } else if state == State::InProgress {
                others.push((path, state));
            }
        }
    }
    let read = |(path, state): (RepoPath, State)| -> Option<Prd> {
        let bytes = files.read(&path).ok()??;
        match read_prd(&path, state, &bytes, format) {
            Reading::Prd(prd) => Some(*prd).filter(|prd| prd.branch.as_deref() == Some(branch.as_str())),
            Reading::Stray(_) => None,
        }
    };
    let mut prd = wanted.into_iter().chain(others).find_map(read)?;
    if prd.state == State::InProgress
        && let Some(root) = session.git.root()
        && let Some(bytes) = progress::text_in(root, &prd, directories)
        && let Reading::Prd(theirs) = read_prd(&prd.path, prd.state, &bytes, format)
    {
        prd.checklist = theirs.checklist;
    }
    Some(Here {
        criteria: Criteria::of(&prd.checklist),
        id: prd.id,
        title: prd.title,
        state: prd.state,
        path: prd.path.to_string(),
    })
}
