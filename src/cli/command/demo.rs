use std::path::{Path, PathBuf};

use clap::Parser;

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::templates::DEMO;
use crate::domain::model::people::Person;
use crate::io::files;
use crate::io::git::repository::Git;
use crate::io::tools::run::{self, Stream, ToolCommand};

/// Make an example repository, and walk one PRD from draft to in progress in it
///
/// CloudScale: three teams, five services in progress, and a sixth PRD that is reviewed, approved and started while
/// you watch. Ends by naming the folder, so that you can go on in it.
#[derive(Debug, Parser)]
pub struct Args {
    /// Make it in this folder, which must be empty or not there, and not in a temporary one
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// The day of the example: its dates are made for it.
const TODAY: &str = "2025-06-02";

/// The PRD that is walked through.
const WALKED: &str = "SVC-133";

/// Runs `prd demo`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let folder = folder(args, app)?;
    let repository = folder.join("cloudscale");
    app.console.note(&format!("Making the example in {}", repository.display()));
    for (path, text) in DEMO {
        files::replace(&repository.join(path), text.as_bytes())?;
    }
    let person = Person { name: "Ada Lindqvist".to_owned(), email: "ada@cloudscale.example".to_owned() };
    Git::make(&app.env, &repository, &person, "2025-05-30T16:00:00+00:00")?;
    let steps: [(&str, &[&str]); 7] = [
        ("Three teams have five services in progress, and one PRD is a draft.", &["list"]),
        ("The draft is graded along ten dimensions, and moves to review.", &["review", WALKED]),
        (
            "Its grade is good enough, its contract and its decision are there: it passes.",
            &["approve", WALKED],
        ),
        ("It is started: a branch and a worktree of its own.", &["start", WALKED]),
        ("Where everybody stands:", &["orchestrate"]),
        ("What happened:", &["log", "--limit", "5"]),
        ("And nothing is wrong with any of it:", &["lint"]),
    ];
    for (why, command) in steps {
        step(app, &repository, why, command)?;
    }
    let text =
        format!("The example is yours:\n  cd {}\n  prd orchestrate --as-of {TODAY}\n", repository.display());
    Ok(Report::text(text))
}

/// The folder of the example: the one that was named, which must be empty, else a new temporary one that stays.
fn folder(args: &Args, app: &App) -> Result<PathBuf, CommandError> {
    let Some(named) = &args.dir else {
        return Ok(tempfile::Builder::new().prefix("prd-demo-").tempdir()?.keep());
    };
    let folder = app.env.absolute(named);
    fs_err::create_dir_all(&folder)?;
    if fs_err::read_dir(&folder)?.next().is_some() {
        return Err(CommandError::refused(format!("{} is not empty", folder.display()))
            .hint("name an empty folder, or one that is not there"));
    }
    Ok(fs_err::canonicalize(&folder)?)
}

/// Shows a command and runs it as a user would, with this program.
fn step(app: &App, repository: &Path, why: &str, command: &[&str]) -> Result<(), CommandError> {
    use owo_colors::OwoColorize as _;
    let answer = |text: &str| app.console.answer(&format!("{text}\n"));
    answer(&format!("\n{}", why.dimmed()))?;
    answer(&format!("{} {}", "$".green(), format!("prd {}", command.join(" ")).bold()))?;
    let program = app.env.program.to_string_lossy().into_owned();
    let mut words = vec!["--yes", "--as-of", TODAY];
    words.extend(command);
    let mut outcome = Ok(());
    let mut call = ToolCommand::new(&program, &words, repository);
    call.vars.push(("COLUMNS".to_owned(), app.env.width.to_string()));
    run::run_streamed(&app.env, &call, |stream, line| match stream {
        Stream::Output if outcome.is_ok() => outcome = answer(line),
        Stream::Output => {}
        Stream::Error => app.console.note(line),
    })?;
    outcome
}
