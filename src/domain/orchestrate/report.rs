//! The report: what JSON prints, and all that renderers see.
//!
//! In JSON a key that is absent does not apply, and one that is null was asked for and is not known.

use chrono::NaiveDate;
use serde::Serialize;

use super::coordination::CrossTeam;
use super::health::Health;
use super::milestones::MilestoneRow;
use super::recommendations::Recommendation;
use crate::domain::graph::facts::ProgressSource;
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::finding::Finding;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::model::priority::Priority;
use crate::domain::model::repository::RepositoryName;
use crate::domain::model::state::State;

/// The version of the JSON's shape.
pub const SCHEMA: u32 = 1;

/// The whole report. Days are working days from `as_of`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Today.
    pub as_of: NaiveDate,
    /// The repositories that the PRDs are of; absent where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceRow>,
    /// What is active, and the drafts and reviews that it waits for, by id.
    pub prds: Vec<PrdRow>,
    /// The critical path of the whole portfolio, whatever is shown; null without a schedule.
    pub critical_path: Option<CriticalPathRow>,
    /// What is not on the critical path and has little slack, the least first.
    pub near_critical: Vec<NearCritical>,
    /// Whose completion would win most; null where none would win anything.
    pub bottleneck: Option<BottleneckRow>,
    /// When it is finished with what certainty; absent where no forecast was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<ForecastRow>,
    /// What a limit on work in progress costs; absent where none was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<CapacityRow>,
    /// What can run side by side, wave after wave.
    pub waves: Vec<Vec<PrdId>>,
    /// The order in which branches are merged.
    pub merge_order: Vec<PrdId>,
    /// Pairs of PRDs that change the same files, as git sees them.
    pub conflicts: Vec<Conflict>,
    /// Lead teams by name.
    pub teams: Vec<TeamRow>,
    /// Milestones with something left to do, by their day; absent where no PRD names one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<MilestoneRow>,
    /// What teams promise and tell each other; absent without cross-team coordination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_team: Option<CrossTeam>,
    /// Advice, in the order of the catalogue.
    pub recommendations: Vec<Recommendation>,
    /// What is owed and what can be done, soonest first.
    pub next_steps: Vec<NextStep>,
    /// Ids that these PRDs name and no PRD has, by id.
    pub missing: Vec<MissingRow>,
    /// Ways round: each PRD waits for the next, and the last for the first.
    pub cycles: Vec<Vec<PrdId>>,
    /// Cycles, unknown ids and the like, by place.
    pub problems: Vec<Finding>,
}

/// A workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkspaceRow {
    /// Its name; null where its file gives none.
    pub name: Option<String>,
    /// Its repositories, by name.
    pub repositories: Vec<RepositoryName>,
}

/// One PRD.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrdRow {
    /// Its id.
    pub id: PrdId,
    /// The repository that it is of; absent where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<RepositoryName>,
    /// Its title.
    pub title: String,
    /// Its service, else its slug.
    pub service: String,
    /// Its lead team.
    pub team: Option<TeamName>,
    /// All its teams, the lead first.
    pub teams: Vec<TeamName>,
    /// Its state.
    pub state: State,
    /// Its priority.
    pub priority: Option<Priority>,
    /// Whole per cent, rounded down.
    pub progress: i64,
    /// Whose text says so.
    pub progress_source: ProgressSource,
    /// Working days of work left.
    pub remaining_days: Option<i64>,
    /// The day after which it can start.
    pub start_day: Option<i64>,
    /// The day at whose end it is finished.
    pub finish_day: Option<i64>,
    /// That day's date.
    pub eta_date: Option<NaiveDate>,
    /// Why there is no finish, where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eta_unknown: Option<EtaUnknown>,
    /// What its prerequisites cost it.
    pub delay_days: Option<i64>,
    /// How far it can slip without moving the portfolio's end.
    pub slack_days: Option<i64>,
    /// The prerequisite that sets its start or finish.
    pub driver: Option<PrdId>,
    /// The PRD that frees the place it takes, where that sets its start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_from: Option<PrdId>,
    /// When it is finished with what certainty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<OutlookRow>,
    /// Its target.
    pub target_date: Option<NaiveDate>,
    /// Its health; null where there is no schedule to judge by.
    pub health: Option<Health>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_text: Option<String>,
    /// What keeps it from going on.
    pub blockers: Vec<Blocker>,
    /// What it depends on, by id.
    pub depends_on: Vec<DependsOn>,
    /// The feature that it is a part of.
    pub parent: Option<PrdId>,
    /// Its parts.
    pub children: Vec<PrdId>,
    /// `Branch`.
    pub branch: Option<String>,
    /// `Worktree`.
    pub worktree: Option<String>,
    /// `GitHub Issue`.
    pub issue: Option<String>,
    /// `PR`.
    pub pr: Option<String>,
}

/// Why a finish is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EtaUnknown {
    /// The PRD that is the reason; may be the same one.
    pub id: PrdId,
    /// What is the matter with it.
    pub reason: UnknownReason,
}

/// What keeps a finish from being known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownReason {
    /// No usable estimate.
    NoEstimate,
    /// It is in a cycle.
    Cycle,
    /// It was archived and never completed.
    Cancelled,
}

/// What kind of thing keeps a PRD from going on, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockerKind {
    /// A prerequisite that is not complete.
    Complete,
    /// The field `Blocked`.
    Field,
    /// A contract that is not published.
    Contract,
}

/// One thing that keeps a PRD from going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocker {
    /// The prerequisite; null for the field `Blocked`.
    pub id: Option<PrdId>,
    /// What kind of thing.
    pub kind: BlockerKind,
    /// In words.
    pub text: String,
}

/// One dependency of a PRD.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DependsOn {
    /// The prerequisite.
    pub id: PrdId,
    /// What the edge demands.
    pub kind: DependencyKind,
    /// True where that is there already.
    pub met: bool,
    /// The day on which it is expected.
    pub ready_day: Option<i64>,
    /// The latest date on which it can come.
    pub need_by: Option<NaiveDate>,
    /// True where a picture leaves the edge out, for a path of others says as much.
    #[serde(skip)]
    pub implied: bool,
}

/// An id that no PRD has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingRow {
    /// The id.
    pub id: PrdId,
    /// The PRDs that depend on it, by id.
    pub needed_by: Vec<PrdId>,
    /// The PRDs that say they block it, by id.
    pub needs: Vec<PrdId>,
}

/// The critical path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CriticalPathRow {
    /// First to last.
    pub ids: Vec<PrdId>,
    /// Its length.
    pub days: i64,
}

/// Days by which something is finished in 50, 85 and 95 of a hundred runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PercentilesRow {
    /// The median.
    pub p50_date: Option<NaiveDate>,
    /// The 85th percentile.
    pub p85_date: Option<NaiveDate>,
    /// The 95th percentile.
    pub p95_date: Option<NaiveDate>,
    /// The 85th percentile in working days from `as_of`.
    pub p85_day: i64,
}

/// The forecast of one PRD.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutlookRow {
    /// When.
    #[serde(flatten)]
    pub finish: PercentilesRow,
    /// In how many of a hundred runs it was on the critical path.
    pub critical_percent: u32,
}

/// The forecast of the portfolio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForecastRow {
    /// How many runs were made.
    pub runs: u32,
    /// What the draws began with.
    pub seed: u64,
    /// The finished PRDs that could be compared with their estimates.
    pub sample: usize,
    /// The median of actual over estimated days in per cent; null where the sample is too small to be used.
    pub ratio_percent: Option<i64>,
    /// When everything with a known finish is finished.
    #[serde(flatten)]
    pub end: PercentilesRow,
}

/// What a limit on work in progress costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CapacityRow {
    /// `orchestration.parallel_features`.
    pub parallel_features: Option<usize>,
    /// The portfolio's length without any limit.
    pub unlimited_days: i64,
    /// By how many days the limits move its end.
    pub cost_days: i64,
    /// Teams whose PRDs wait for a place, the longest wait first.
    pub overloaded: Vec<OverloadedRow>,
}

/// A team whose PRDs wait for a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverloadedRow {
    /// The team; null for PRDs without one.
    pub team: Option<TeamName>,
    /// `teams.<name>.parallel`.
    pub parallel: Option<usize>,
    /// The PRDs that wait, by id.
    pub prds: Vec<PrdId>,
    /// How many days they wait, in all.
    pub days: i64,
}

/// A PRD with little slack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearCritical {
    /// The PRD.
    pub id: PrdId,
    /// Its slack.
    pub slack_days: i64,
}

/// The PRD whose instant completion would win most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BottleneckRow {
    /// The PRD.
    pub id: PrdId,
    /// Days won, summed over all others.
    pub days: i64,
    /// Days that publishing its contract alone would win; null where it owes none.
    pub contract_days: Option<i64>,
}

/// How two branches get on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictLevel {
    /// A merge of the two really conflicts.
    Conflict,
    /// Both change the same file, and it merges cleanly.
    Overlap,
    /// They only declare that they will change the same file.
    DeclaredOverlap,
}

/// Two PRDs that change the same files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The one.
    pub a: PrdId,
    /// The other, later by id.
    pub b: PrdId,
    /// The files, sorted.
    pub files: Vec<String>,
    /// How bad it is.
    pub level: ConflictLevel,
}

/// A lead team and what it owes others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TeamRow {
    /// The team.
    pub name: TeamName,
    /// Its PRDs, by id.
    pub prds: Vec<PrdId>,
    /// Days of work left in all of them; null where an estimate is missing.
    pub remaining_days: Option<i64>,
    /// What it owes other teams, soonest first; absent without cross-team coordination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owes: Option<Vec<Owed>>,
}

/// What one team owes another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owed {
    /// Who waits.
    pub to: TeamName,
    /// The PRD that is owed, or its contract.
    pub id: PrdId,
    /// The PRD that waits for it.
    #[serde(rename = "for")]
    pub dependent: PrdId,
    /// What the edge demands.
    pub kind: DependencyKind,
    /// The latest date on which it can come.
    pub need_by: Option<NaiveDate>,
    /// The date on which it is expected.
    pub expected: Option<NaiveDate>,
    /// By how many days the forecast breaks the date; null where it does not.
    pub at_risk_days: Option<i64>,
}

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Publish its contract.
    Publish,
    /// Complete it.
    Complete,
    /// Start it.
    Start,
    /// Estimate it.
    Estimate,
}

/// One next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextStep {
    /// Who.
    pub team: Option<TeamName>,
    /// What.
    pub action: Action,
    /// Of which PRD.
    pub id: PrdId,
    /// By when; null where nobody waits for it.
    pub need_by: Option<NaiveDate>,
    /// Who waits for it, the soonest first.
    pub waiting: Vec<PrdId>,
    /// In words, without the team.
    pub text: String,
}
