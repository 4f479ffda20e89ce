use std::collections::BTreeMap;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{ChangeFlags, Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::prompt;
use crate::cli::session::Session;
use crate::cli::templates;
use crate::cli::transition;
use crate::domain::lifecycle::template::{self, BLANK};
use crate::domain::lifecycle::{create, snapshot::Request};
use crate::domain::lint::value;
use crate::domain::markdown::edit::field;
use crate::domain::model::field::FieldName;
use crate::domain::model::id::PrdId;
use crate::domain::model::slug::Slug;

/// Write a new PRD from a template, with the next free id
///
/// On a terminal it asks for what is missing; elsewhere, and with --yes, blanks stay as `____`, which a review
/// finds and which keep the PRD from ready.
#[derive(Debug, Parser)]
pub struct Args {
    /// The title
    title: Option<String>,
    /// The template: feature, microservice, quick, or one of the repository's own
    #[arg(long, short, default_value = "feature", value_name = "NAME")]
    template: String,
    /// The service; it also names the file
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// The team
    #[arg(long, value_name = "NAME")]
    team: Option<String>,
    /// A field or template variable; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    #[command(flatten)]
    change: ChangeFlags,
    #[command(flatten)]
    output: Output,
}

/// The variables that every template may use, with what is asked for them; the first word is the variable.
const ASKED: [(&str, &str); 6] = [
    ("team", "Team, empty to leave it open"),
    ("owner", "Owner, empty for yourself"),
    ("priority", "Priority (P0 to P3), empty to leave it open"),
    ("estimate", "Estimate (3d, 2 weeks, 6-8 weeks), empty to leave it open"),
    ("target", "Target (2025-06-13, 2025-W23, Q2 2025), empty to leave it open"),
    ("depends_on", "Depends on (ids), empty for nothing"),
];

/// Header fields that no template variable stands for.
type Fields = Vec<(FieldName, String)>;

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or_else(|| format!("`{text}` has no `=`; write KEY=VALUE"))?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

/// Runs `prd new`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let title = match args.title.as_deref().map(str::trim).filter(|title| !title.is_empty()) {
        Some(title) => title.split_whitespace().collect::<Vec<_>>().join(" "),
        None if app.can_ask() => prompt::line("Title")?,
        None => {
            return Err(CommandError::usage("a new PRD needs a title").hint("prd new \"Checkout Service\""));
        }
    };
    let (mut variables, fields) = args.variables(app)?;
    variables.insert("title".to_owned(), title.clone());
    if app.can_ask() {
        ask(args, app, &mut variables)?;
    }
    for (name, value) in &variables {
        if value != BLANK {
            value::check_variable(name, value)?;
        }
    }
    let mut session = Session::open_for_change(app, args.change.dry_run)?;
    let source = templates::prd(&session, &args.template)?;
    let reading = session.read()?;
    let actor = session.actor()?;
    let slug = Slug::from_text(args.service.as_deref().unwrap_or(&title));
    let owner = variables.entry("owner".to_owned()).or_insert_with(|| BLANK.to_owned());
    if owner == BLANK {
        owner.clone_from(&actor.name);
    }
    let service = args.service.clone().unwrap_or_else(|| slug.to_string());
    variables.insert("service".to_owned(), service);
    variables.insert("slug".to_owned(), slug.to_string());
    variables.insert("created".to_owned(), app.today().to_string());
    let flags = TransitionFlags::from(args.change);
    let change = session.with_next_id(app, &reading, 0, args.change.dry_run, |session, id| {
        let text = written(&args.template, &source, &variables, &fields, id)?;
        let plan = transition::with_snapshot(app, session, session.config(), &reading, |snapshot| {
            Ok(create::plan(snapshot, id, &slug, text, &Request::default())?)
        })?;
        transition::apply_plan(app, session, &plan, &title, &flags)
    })?;
    transition::finish(app, args.output, &change)
}

/// The text of the new PRD.
fn written(
    template: &str,
    source: &str,
    variables: &BTreeMap<String, String>,
    fields: &[(FieldName, String)],
    id: &PrdId,
) -> Result<String, CommandError> {
    let mut variables = variables.clone();
    variables.insert("id".to_owned(), id.to_string());
    let mut text = template::render(template, source, &variables)?;
    for (name, value) in fields {
        text = field::set_field(&text, name, value)?;
    }
    Ok(text)
}

/// Asks for what is missing, after everything that would make the answers useless was checked, and before the lock is
/// taken: nobody waits for somebody who types.
fn ask(args: &Args, app: &App, variables: &mut BTreeMap<String, String>) -> Result<(), CommandError> {
    let session = Session::open(app)?;
    templates::prd(&session, &args.template)?;
    session.actor()?;
    for (name, question) in ASKED {
        if variables.get(name).is_none_or(|value| value == BLANK) {
            let check = |text: &str| value::check_variable(name, text).map_err(|error| error.to_string());
            let answer = prompt::checked_line(question, "", check)?;
            let empty = if name == "depends_on" { "None" } else { BLANK };
            variables.insert(name.to_owned(), answer.unwrap_or_else(|| empty.to_owned()));
        }
    }
    Ok(())
}

impl Args {
    /// The template's variables, blank where nothing was given, and the header fields beyond them.
    fn variables(&self, app: &App) -> Result<(BTreeMap<String, String>, Fields), CommandError> {
        let mut variables: BTreeMap<String, String> =
            ASKED.iter().map(|(name, _)| ((*name).to_owned(), BLANK.to_owned())).collect();
        variables.insert("depends_on".to_owned(), if app.can_ask() { BLANK } else { "None" }.to_owned());
        variables.insert("priority".to_owned(), if app.can_ask() { BLANK } else { "P2" }.to_owned());
        if let Some(team) = &self.team {
            variables.insert("team".to_owned(), team.clone());
        }
        let mut fields = Vec::new();
        for (key, value) in &self.set {
            let name = FieldName::fold(key);
            let snake = name.snake();
            match variables.entry(snake) {
                std::collections::btree_map::Entry::Occupied(mut e) => {
                    e.insert(value.clone());
                }
                std::collections::btree_map::Entry::Vacant(e) => {
                    value::check(&name, value)?;
                    e.insert(value.clone());
                    fields.push((name, value.clone()));
                }
            }
        }
        Ok((variables, fields))
    }
}
