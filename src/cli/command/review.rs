use clap::{Parser, ValueEnum};
use serde::Serialize;

use crate::cli::app::App;
use crate::cli::args::TransitionFlags;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::{prompt, review as render};
use crate::cli::reviewing::{self, Decisions};
use crate::cli::session::{Reading, Session};
use crate::cli::transition;
use crate::domain::lifecycle::submit;
use crate::domain::markdown::read;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;
use crate::domain::review::calibration::{self, Answer};
use crate::domain::review::record::ReviewRecord;
use crate::domain::review::report::{self, Review};
use crate::domain::review::settings::Settings;

/// Grade a PRD along the configured dimensions, and ask the questions that expose its gaps
///
/// One PRD in draft or review is graded, its answers written under `## Calibration`, and the review saved; a draft
/// moves to review. Any other PRD, and many at once, are only graded. Ends with 0 whatever the grade of one PRD;
/// with --check, and for many, it ends with 1 where one is under the minimum.
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRDs: ids, numbers, paths or parts of names
    #[arg(required_unless_present_any = ["all", "state"])]
    prds: Vec<String>,
    /// Grade all PRDs, and save nothing
    #[arg(long, conflicts_with = "prds")]
    all: bool,
    /// Grade all PRDs in this state, and save nothing; may be repeated
    #[arg(long, value_name = "STATE", conflicts_with = "prds")]
    state: Vec<State>,
    /// End with 1 where the grade is under the minimum
    #[arg(long)]
    check: bool,
    /// Grade and print, and save nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not run git's pre-commit and commit-msg hooks for the review's commit
    #[arg(long)]
    no_verify: bool,
    /// Print what fills each slot, too
    #[arg(long)]
    evidence: bool,
    /// How to print the review
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For a pull-request comment
    Markdown,
    /// For scripts: a document with `schema: 1`
    Json,
}

#[derive(Debug, Serialize)]
struct Reviews {
    reviews: Vec<Review>,
}

/// Runs `prd review`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open_recovered(app, args.dry_run)?;
    let reading = session.read()?;
    if let [name] = args.prds.as_slice() {
        let prd = reading.prd(&session, app, name)?;
        let review = if matches!(prd.state, State::Draft | State::Review) && !args.dry_run {
            calibrate(args, app, &session, prd)?
        } else {
            reviewing::grade(&session, &Decisions::load(&session), prd, &session.text(&prd.path)?)?
        };
        let refused = args.check && !review.passed;
        return Ok(match args.format {
            Format::Text => Report::text(render::terminal(
                &review,
                render::Look { color: true, width: app.env.width, evidence: args.evidence },
            )),
            Format::Markdown => Report::text(render::markdown(&review)),
            Format::Json => Report::json(&review)?,
        }
        .refused_if(refused));
    }
    many(args, app, &session, &reading)
}

/// Asks what is to be asked, then grades the text with its answers and saves the review, as one change.
fn calibrate(args: &Args, app: &App, session: &Session, prd: &Prd) -> Result<Review, CommandError> {
    let before = session.text(&prd.path)?;
    let decisions = Decisions::load(session);
    let first = reviewing::grade(session, &decisions, prd, &before)?;
    let answers = if app.can_ask() { ask(&first)? } else { Vec::new() };
    let graded =
        if answers.is_empty() { before.clone() } else { calibration::write_answers(&before, &answers) };
    let format = session.config().id_format();
    let read::Reading::Prd(answered) = read::read_prd(&prd.path, prd.state, graded.as_bytes(), format) else {
        return Err(CommandError::refused(format!("{} has lost its id", prd.path)));
    };
    let review = reviewing::grade(session, &decisions, &answered, &graded)?;
    let flags = TransitionFlags { no_verify: args.no_verify, ..TransitionFlags::default() };
    let request = transition::request(&flags, None);
    let change = transition::change(app, prd.path.as_str(), &flags, |context| {
        if context.subject.text != before {
            return Err(CommandError::refused(format!("{} was changed meanwhile", prd.path))
                .hint(format!("prd review {}", prd.id)));
        }
        let record = ReviewRecord::of(&review, context.snapshot.now, context.snapshot.actor.clone());
        Ok(submit::plan(&context.snapshot, context.subject, &graded, &record, &request)?)
    })?;
    if change.from != change.to {
        app.console.note(&format!("{} moved to review; next: prd approve {}", prd.id, prd.id));
    }
    // The places of its findings are those of the file where it lies now.
    Ok(Review { path: change.path.unwrap_or(review.path), ..review })
}

/// Asks the open questions, one line each; an empty answer skips one.
fn ask(review: &Review) -> Result<Vec<Answer>, CommandError> {
    let mut answers = Vec::new();
    for question in review.questions.iter().filter(|question| question.answer.is_none()) {
        let mark = if question.critical { " (must be answered before approval)" } else { "" };
        let text = prompt::optional_line(&format!("{}{mark}", question.text))?;
        if let Some(text) = text {
            answers.push(Answer { id: question.id.clone(), question: question.text.clone(), text });
        }
    }
    Ok(answers)
}

/// Grades many PRDs in parallel; nothing is moved or saved.
fn many(args: &Args, app: &App, session: &Session, reading: &Reading) -> Result<Report, CommandError> {
    use rayon::prelude::*;
    let mut prds: Vec<&Prd> = Vec::new();
    for name in &args.prds {
        prds.push(reading.prd(session, app, name)?);
    }
    if args.prds.is_empty() {
        prds.extend(
            reading.portfolio.prds().iter().filter(|prd| args.all || args.state.contains(&prd.state)),
        );
    }
    let texts: Vec<String> = prds.iter().map(|prd| session.text(&prd.path)).collect::<Result<_, _>>()?;
    let decisions = Decisions::load(session);
    let settings: Vec<Settings> = prds
        .iter()
        .zip(&texts)
        .map(|(prd, text)| {
            let beside = decisions.beside(session, prd, text);
            let config = session.config_for(prd)?;
            Ok(reviewing::settings(&config, beside))
        })
        .collect::<Result<_, CommandError>>()?;
    let reviews: Vec<Review> = prds
        .par_iter()
        .zip(&texts)
        .zip(&settings)
        .map(|((prd, text), settings)| report::review(prd, text, settings))
        .collect();
    let refused = reviews.iter().any(|review| !review.passed);
    let answer = Reviews { reviews };
    Ok(match args.format {
        Format::Text => Report::text(render::overview(&answer.reviews, app.view().cut())),
        Format::Markdown => {
            Report::text(answer.reviews.iter().map(render::markdown).collect::<Vec<_>>().join("\n"))
        }
        Format::Json => Report::json(&answer)?,
    }
    .refused_if(refused))
}
