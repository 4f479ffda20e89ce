use std::cmp::Ordering;

use clap::{Parser, ValueEnum};
use serde::Serialize;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::list as render;
use crate::cli::scope::{Scope, WorkspaceFlag};
use crate::domain::graph::dependencies::Graph;
use crate::domain::model::prd::Prd;
use crate::domain::model::priority::Priority;
use crate::domain::model::state::State;
use crate::domain::report::listing::{Listing, Row};

/// List PRDs, filtered and sorted
#[derive(Debug, Parser)]
pub struct Args {
    /// Only those in this state; may be repeated
    #[arg(long, short, value_name = "STATE")]
    state: Vec<State>,
    /// Only those of this team, lead or not; may be repeated
    #[arg(long, short, value_name = "TEAM")]
    team: Vec<String>,
    /// Only those of this priority; may be repeated
    #[arg(long, short, value_name = "PRIORITY")]
    priority: Vec<Priority>,
    /// Only those whose owner's name holds this text
    #[arg(long, value_name = "TEXT")]
    owner: Option<String>,
    /// Only those whose id, title or service holds this text
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    /// Sort by this
    #[arg(long, value_enum, default_value_t, value_name = "KEY")]
    sort: Sort,
    /// Turn the order around
    #[arg(long)]
    reverse: bool,
    #[command(flatten)]
    workspace: WorkspaceFlag,
    #[command(flatten)]
    output: Output,
}

/// What a list is sorted by; ties go by id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ValueEnum)]
enum Sort {
    /// The id
    #[default]
    Id,
    /// The state, in the order of the life cycle
    State,
    /// The priority, the most urgent first
    Priority,
    /// The team
    Team,
    /// The title
    Title,
    /// The progress, the least first
    Progress,
    /// The target date, the next first
    Target,
}

/// Runs `prd list`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let scope = Scope::open(app, &args.workspace)?;
    let mut prds: Vec<&Prd> = scope.portfolio().prds().iter().filter(|prd| args.wants(prd)).collect();
    prds.sort_by(|a, b| args.sort.compare(a, b).then_with(|| a.id.cmp(&b.id)));
    if args.reverse {
        prds.reverse();
    }
    scope.warn(app);
    let graph = Graph::build(scope.portfolio(), scope.graph_facts());
    let listing = Listing { prds: prds.into_iter().map(|prd| Row::of(prd, &graph)).collect() };
    let report = app.report(args.output, &listing, |listing, view| render::list(listing, view.cut()));
    drop(graph);
    // The program ends now: taking thousands of PRDs apart would only make the user wait.
    std::mem::forget((scope, listing));
    report
}

impl Args {
    fn wants(&self, prd: &Prd) -> bool {
        let holds = |text: &str, part: &str| text.to_lowercase().contains(&part.to_lowercase());
        let of_team = |team: &String| {
            prd.teams.iter().any(|other| other.as_str().to_lowercase() == team.to_lowercase())
        };
        (self.state.is_empty() || self.state.contains(&prd.state))
            && (self.team.is_empty() || self.team.iter().any(of_team))
            && (self.priority.is_empty()
                || prd.priority.is_some_and(|priority| self.priority.contains(&priority)))
            && self
                .owner
                .as_deref()
                .is_none_or(|part| prd.owner.as_deref().is_some_and(|owner| holds(owner, part)))
            && self.text.as_deref().is_none_or(|part| {
                holds(&prd.id.to_string(), part)
                    || holds(&prd.title, part)
                    || prd.services.iter().any(|service| holds(service, part))
            })
    }
}

impl Sort {
    fn compare(self, a: &Prd, b: &Prd) -> Ordering {
        match self {
            Self::Id => Ordering::Equal,
            Self::State => a.state.cmp(&b.state),
            Self::Priority => (a.priority.is_none(), a.priority).cmp(&(b.priority.is_none(), b.priority)),
            Self::Team => (a.team.is_none(), &a.team).cmp(&(b.team.is_none(), &b.team)),
            Self::Title => a.title.to_lowercase().cmp(&b.title.to_lowercase()),
            Self::Progress => {
                let share = |prd: &Prd| prd.progress().map(|progress| progress.share());
                share(a).cmp(&share(b))
            }
            Self::Target => (a.target.is_none(), a.target).cmp(&(b.target.is_none(), b.target)),
        }
    }
}
