//! What `orchestrate`, `graph`, `next` and `list` look at: one repository, or all of a workspace as one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;

use super::app::App;
use super::configuration::CONFIG_FILE;
use super::drawing;
use super::error::CommandError;
use super::planning;
use super::session::{Reading, Session};
use crate::domain::config::schema::CoordinationMode;
use crate::domain::config::workspace::{Repository, Workspace};
use crate::domain::graph::capacity::Limits;
use crate::domain::graph::dependencies::GraphFacts;
use crate::domain::graph::facts::Facts;
use crate::domain::model::finding::Finding;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::TeamName;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;
use crate::domain::model::repository::RepositoryName;
use crate::domain::orchestrate::coordination::{NoteRow, Told};
use crate::domain::orchestrate::options::{Filter, Options};
use crate::domain::orchestrate::report::{Conflict, Report, WorkspaceRow};
use crate::domain::orchestrate::workspace::{self, Joined, Names};
use crate::io::store::progress::Source;
use crate::io::tools::run::Quoted;
use crate::io::watch::Depth;

/// The flag of commands that look at several repositories.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct WorkspaceFlag {
    /// Look at all repositories that this file names, as one
    #[arg(long, value_name = "FILE")]
    pub(super) workspace: Option<PathBuf>,
}

/// What a command looks at, read once.
#[derive(Debug)]
pub(super) enum Scope {
    /// One repository.
    Repository(Box<One>),
    /// Those of a workspace.
    Workspace(Box<Several>),
}

#[derive(Debug)]
pub(super) struct One {
    session: Session,
    reading: Reading,
    graph_facts: GraphFacts,
}

#[derive(Debug)]
pub(super) struct Several {
    file: PathBuf,
    workspace: Workspace,
    members: Vec<Member>,
    joined: Joined,
}

/// One repository of a workspace.
#[derive(Debug)]
struct Member {
    name: RepositoryName,
    session: Session,
    reading: Reading,
}

/// What there was at another time.
pub(super) struct Then {
    pub(super) portfolio: Portfolio,
    pub(super) graph_facts: GraphFacts,
    pub(super) facts: Facts,
}

impl Scope {
    /// Reads the repository of the command line, or those of the workspace.
    ///
    /// # Errors
    /// A repository cannot be opened or read; the workspace's file is wrong.
    pub(super) fn open(app: &App, flag: &WorkspaceFlag) -> Result<Self, CommandError> {
        let Some(file) = &flag.workspace else {
            let session = Session::open(app)?;
            let reading = session.read()?;
            let graph_facts = reading.graph_facts(session.config());
            return Ok(Self::Repository(Box::new(One { session, reading, graph_facts })));
        };
        Several::open(app, file).map(|several| Self::Workspace(Box::new(several)))
    }

    /// As [`Scope::open`], and refuses where the configuration turns orchestration off.
    ///
    /// # Errors
    /// As [`Scope::open`]; it does.
    pub(super) fn open_planned(app: &App, flag: &WorkspaceFlag) -> Result<Self, CommandError> {
        let mut scope = Self::open(app, flag)?;
        for session in scope.sessions() {
            planning::require_enabled(session)?;
        }
        // What is drawn in one repository names the services of that one.
        if let Self::Repository(one) = &mut scope {
            one.graph_facts = drawing::graph_facts(&one.session, &one.reading);
        }
        Ok(scope)
    }

    fn sessions(&self) -> Vec<&Session> {
        match self {
            Self::Repository(one) => vec![&one.session],
            Self::Workspace(several) => several.members.iter().map(|member| &member.session).collect(),
        }
    }

    fn readings(&self) -> Vec<&Reading> {
        match self {
            Self::Repository(one) => vec![&one.reading],
            Self::Workspace(several) => several.members.iter().map(|member| &member.reading).collect(),
        }
    }

    /// Warns of what could not be read.
    pub(super) fn warn(&self, app: &App) {
        self.readings().into_iter().for_each(|reading| reading.warn(app));
    }

    /// All PRDs.
    pub(super) fn portfolio(&self) -> &Portfolio {
        match self {
            Self::Repository(one) => &one.reading.portfolio,
            Self::Workspace(several) => &several.joined.portfolio,
        }
    }

    /// What the graph depends on besides.
    pub(super) fn graph_facts(&self) -> &GraphFacts {
        match self {
            Self::Repository(one) => &one.graph_facts,
            Self::Workspace(several) => &several.joined.graph_facts,
        }
    }

    /// What the schedule depends on besides.
    ///
    /// # Errors
    /// A branch cannot be read.
    pub(super) fn facts(&self, app: &App) -> Result<Cow<'_, Facts>, CommandError> {
        match self {
            Self::Repository(one) => planning::facts(app, &one.session, &one.reading).map(Cow::Owned),
            Self::Workspace(several) => Ok(Cow::Borrowed(&several.joined.facts)),
        }
    }

    /// The PRD that a name on the command line means.
    ///
    /// # Errors
    /// Nothing, or several, have that name.
    pub(super) fn prd(&self, app: &App, name: &str) -> Result<&Prd, CommandError> {
        match self {
            Self::Repository(one) => one.reading.prd(&one.session, app, name),
            Self::Workspace(several) => Ok(several.joined.portfolio.resolve(name)?),
        }
    }

    /// What is shown, and how: as the configuration says, or the workspace's file.
    pub(super) fn options(&self, filter: Filter) -> Options {
        match self {
            Self::Repository(one) => planning::options(one.session.config(), filter),
            Self::Workspace(several) => several.options(filter),
        }
    }

    /// True where forecast and conflicts are always told.
    pub(super) fn is_advanced(&self) -> bool {
        match self {
            Self::Repository(one) => {
                one.session.config().agents.orchestrator.coordination_mode == CoordinationMode::Advanced
            }
            Self::Workspace(_) => false,
        }
    }

    /// How much can be in progress at once.
    ///
    /// # Errors
    /// Nothing is limited.
    pub(super) fn limits(&self) -> Result<Limits, CommandError> {
        match self {
            Self::Repository(one) => planning::limits(one.session.config()),
            Self::Workspace(several) => several.limits(),
        }
    }

    /// A team that PRDs, the configuration or the workspace name.
    ///
    /// # Errors
    /// None does.
    pub(super) fn team(&self, name: &str) -> Result<TeamName, CommandError> {
        let mut known: BTreeSet<TeamName> =
            self.portfolio().prds().iter().flat_map(|prd| prd.teams.iter().cloned()).collect();
        for session in self.sessions() {
            known.extend(session.config().teams.keys().filter_map(|name| TeamName::new(name)));
        }
        if let Self::Workspace(several) = self {
            known.extend(several.workspace.teams.keys().cloned());
        }
        planning::team_of(&known, name)
    }

    /// Which PRDs change the same files; those of two repositories never do.
    ///
    /// # Errors
    /// A branch or a worktree cannot be read.
    pub(super) fn conflicts(&self) -> Result<Vec<Conflict>, CommandError> {
        let several = match self {
            Self::Repository(one) => return planning::conflicts(&one.session, &one.reading),
            Self::Workspace(several) => several,
        };
        let mut failed = None;
        let mut found = several.each(|member| {
            planning::conflicts(&member.session, &member.reading).unwrap_or_else(|error| {
                failed.get_or_insert(error);
                Vec::new()
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        found.sort_by(|one, other| (one.level, &one.a, &one.b).cmp(&(other.level, &other.a, &other.b)));
        Ok(found)
    }

    /// Pairs of active PRDs that say that they will change the same files.
    pub(super) fn declared_overlaps(&self) -> Vec<Conflict> {
        match self {
            Self::Repository(one) => planning::declared_overlaps(&one.reading),
            Self::Workspace(several) => several.each(|member| planning::declared_overlaps(&member.reading)),
        }
    }

    /// What the records say of contracts between teams, and the notes of the last days.
    ///
    /// # Errors
    /// A branch or a worktree cannot be read.
    pub(super) fn told(&self, app: &App) -> Result<Told, CommandError> {
        match self {
            Self::Repository(one) => planning::told(app, &one.session, &one.reading),
            Self::Workspace(several) => several.told(app),
        }
    }

    /// What there was at a commit or on a day; of a workspace, on a day.
    ///
    /// # Errors
    /// There was nothing then; a commit cannot be read.
    pub(super) fn then(&self, text: &str) -> Result<Then, CommandError> {
        match self {
            Self::Repository(one) => {
                let (commit, day) = planning::moment(&one.session, text)?;
                let old = one.session.read_at(&commit)?;
                let graph_facts = old.graph_facts(one.session.config());
                let facts = planning::facts_on(day, &one.session, &old);
                Ok(Then { portfolio: old.portfolio, graph_facts, facts })
            }
            Self::Workspace(several) => several.then(text),
        }
    }

    /// Every file and folder that any of this was read from: PRDs and records of home, what their branches' worktrees
    /// say, branches, configuration, the workspace's file.
    pub(super) fn sources(&self) -> BTreeMap<PathBuf, Depth> {
        let mut sources = BTreeMap::new();
        for (session, reading) in self.sessions().into_iter().zip(self.readings()) {
            let directories = session.config().directories();
            let records = directories.records();
            let folders: Vec<&RepoPath> =
                directories.folders().map(|(_, folder)| folder).chain([&records]).collect();
            let worktrees = reading.sources.values().filter_map(|source| match source {
                Source::Worktree { path } => Some(Path::new(path)),
                Source::Branch { .. } | Source::Home => None,
            });
            for root in session.home.root().into_iter().chain(worktrees) {
                sources.extend(folders.iter().map(|folder| (root.join(folder.as_str()), Depth::Deep)));
                sources.insert(root.join(CONFIG_FILE), Depth::Flat);
            }
            let git = session.git.common_dir();
            sources.insert(git.join("refs"), Depth::Deep);
            // It holds HEAD, packed-refs and git's configuration.
            sources.insert(git.to_owned(), Depth::Flat);
        }
        if let Self::Workspace(several) = self {
            sources.insert(several.file.clone(), Depth::Flat);
        }
        sources
    }

    /// What is wrong with the workspace itself.
    pub(super) fn problems(&self) -> &[Finding] {
        match self {
            Self::Repository(_) => &[],
            Self::Workspace(several) => &several.joined.problems,
        }
    }

    /// The command that starts a PRD: in a workspace, in the repository that it is of and by its id there.
    pub(super) fn start_command(&self, id: &PrdId) -> String {
        match self {
            Self::Repository(_) => format!("prd start {id}"),
            Self::Workspace(several) => several.start_command(id),
        }
    }

    /// Says in a report of a workspace which repository each PRD is of.
    pub(super) fn tell_repositories(&self, report: &mut Report) {
        let Self::Workspace(several) = self else { return };
        report.workspace = Some(WorkspaceRow {
            name: several.workspace.name.clone(),
            repositories: several.members.iter().map(|member| member.name.clone()).collect(),
        });
        for row in &mut report.prds {
            let prd = several.joined.portfolio.find(&row.id);
            let folder = prd.and_then(|prd| prd.path.as_str().split('/').next());
            row.repository = several
                .members
                .iter()
                .map(|member| &member.name)
                .find(|name| folder.is_some_and(|folder| name.is(folder)))
                .cloned();
        }
    }
}

/// Puts the place in the workspace's file before an error.
fn at(file: &Path, line: usize, name: &RepositoryName, error: CommandError) -> CommandError {
    let message = format!("{}:{line}: {name}: {}", file.display(), error.message);
    CommandError { message, ..error }
}

impl Several {
    fn open(app: &App, file: &Path) -> Result<Self, CommandError> {
        if app.global.repo.is_some() || app.global.config.is_some() {
            return Err(CommandError::usage(
                "a workspace names its repositories, and each has its own configuration",
            )
            .hint("leave out --repo, --config and PRD_CONFIG"));
        }
        let absolute = app.env.absolute(file);
        let text = fs_err::read_to_string(&absolute).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                CommandError::not_found(format!("there is no workspace file {}", file.display()))
            } else {
                CommandError::usage(format!("the workspace file cannot be read: {error}"))
            }
        })?;
        let workspace = Workspace::parse(&text).map_err(|error| {
            CommandError::usage(format!("{}:{}: {}", file.display(), error.line, error.message))
        })?;
        let folder = absolute.parent().unwrap_or(&absolute);
        let mut members: Vec<Member> = Vec::new();
        for repository in &workspace.repositories {
            let member = Member::open(app, folder, repository)
                .map_err(|error| at(file, repository.line, &repository.name, error))?;
            let same = |other: &&Member| other.session.git.common_dir() == member.session.git.common_dir();
            if let Some(other) = members.iter().find(same) {
                let error = CommandError::usage(format!("this is the same clone as {}", other.name));
                return Err(at(file, repository.line, &repository.name, error));
            }
            members.push(member);
        }
        let mut facts = Vec::new();
        for member in &members {
            facts.push(planning::facts(app, &member.session, &member.reading)?);
        }
        let parts: Vec<workspace::Member> =
            members.iter().zip(facts).map(|(member, facts)| member.part(&member.reading, facts)).collect();
        let joined = workspace::join(app.today(), &parts);
        Ok(Self { file: absolute, workspace, members, joined })
    }

    fn names(&self) -> Names<'_> {
        Names::of(self.members.iter().map(|member| (&member.name, &member.reading.portfolio)).collect())
    }

    fn options(&self, filter: Filter) -> Options {
        let usual = Options::default();
        let days = |days: Option<u32>, usual: i64| days.map_or(usual, i64::from);
        Options {
            stale_days: days(self.workspace.stale_days, usual.stale_days),
            near_critical_days: days(self.workspace.near_critical_days, usual.near_critical_days),
            parallel_features: self.workspace.parallel_features.map(|limit| whole(limit.get())),
            team_limits: self.team_limits(),
            cross_team: true,
            filter,
            ..usual
        }
    }

    fn limits(&self) -> Result<Limits, CommandError> {
        let all = self.workspace.parallel_features.map(|limit| whole(limit.get()));
        let limits = Limits { all, teams: self.team_limits() };
        if limits.all.is_none() && limits.teams.is_empty() {
            return Err(CommandError::refused("the workspace limits nothing that could be kept")
                .hint("set orchestration.parallel_features in its file, or teams.<name>.parallel"));
        }
        Ok(limits)
    }

    fn team_limits(&self) -> BTreeMap<TeamName, usize> {
        self.workspace.teams.iter().map(|(team, limit)| (team.clone(), whole(limit.get()))).collect()
    }

    fn start_command(&self, id: &PrdId) -> String {
        let names = self.names();
        let own = self.members.iter().enumerate().find_map(|(at, member)| {
            let mut prds = member.reading.portfolio.prds().iter();
            prds.find(|prd| names.id(at, &prd.id) == *id).map(|prd| (member, &prd.id))
        });
        own.map_or_else(
            || format!("prd start {id}"),
            |(member, id)| {
                let folder = member.session.home.root().unwrap_or_else(|| member.session.git.common_dir());
                format!("prd --repo {} start {id}", Quoted(&folder.display().to_string()))
            },
        )
    }

    /// What pairs of each repository's PRDs change, by their ids in the workspace.
    fn each(&self, mut pairs: impl FnMut(&Member) -> Vec<Conflict>) -> Vec<Conflict> {
        let names = self.names();
        let mut found = Vec::new();
        for (at, member) in self.members.iter().enumerate() {
            found.extend(pairs(member).into_iter().map(|pair| {
                let (a, b) = (names.id(at, &pair.a), names.id(at, &pair.b));
                Conflict { a, b, ..pair }
            }));
        }
        found
    }

    fn told(&self, app: &App) -> Result<Told, CommandError> {
        let names = self.names();
        let mut all = Told::default();
        for (at, member) in self.members.iter().enumerate() {
            let told = planning::told(app, &member.session, &member.reading)?;
            all.published.extend(told.published.iter().map(|(id, published)| (names.id(at, id), *published)));
            all.notes.extend(
                told.notes
                    .into_iter()
                    .map(|note| NoteRow { prd: note.prd.as_ref().map(|id| names.id(at, id)), ..note }),
            );
        }
        all.notes.sort_by_key(|note| std::cmp::Reverse(note.date));
        Ok(all)
    }

    fn then(&self, text: &str) -> Result<Then, CommandError> {
        let day: NaiveDate = text.parse().map_err(|_| {
            CommandError::usage(format!("`{text}` is no day, and repositories have no commit in common"))
                .hint("write a day as 2025-06-02")
        })?;
        let mut old = Vec::new();
        for member in &self.members {
            let (commit, _) = planning::moment(&member.session, text)?;
            old.push((member, member.session.read_at(&commit)?));
        }
        let parts: Vec<workspace::Member> = old
            .iter()
            .map(|(member, reading)| member.part(reading, planning::facts_on(day, &member.session, reading)))
            .collect();
        let joined = workspace::join(day, &parts);
        Ok(Then { portfolio: joined.portfolio, graph_facts: joined.graph_facts, facts: joined.facts })
    }
}

impl Member {
    fn open(app: &App, folder: &Path, repository: &Repository) -> Result<Self, CommandError> {
        let path = folder.join(&repository.folder);
        let path = fs_err::canonicalize(&path)
            .map_err(|_| CommandError::not_found(format!("there is no folder {}", path.display())))?;
        let session = Session::open_at(app, &path)?;
        let roots = [session.git.root(), session.git.main_root(), Some(session.git.common_dir())];
        let is_top = |root: &Path| fs_err::canonicalize(root).is_ok_and(|root| root == path);
        if !roots.into_iter().flatten().any(is_top) {
            let top = session.main_root();
            return Err(CommandError::usage(format!("{} is no clone, but a folder of one", path.display()))
                .hint(format!("write {}", top.display())));
        }
        let reading = session.read()?;
        Ok(Self { name: repository.name.clone(), session, reading })
    }

    fn part<'a>(&'a self, reading: &'a Reading, facts: Facts) -> workspace::Member<'a> {
        workspace::Member {
            name: &self.name,
            portfolio: &reading.portfolio,
            graph_facts: reading.graph_facts(self.session.config()),
            facts,
        }
    }
}

fn whole(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
