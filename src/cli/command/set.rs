use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{ChangeFlags, Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::transition;
use crate::domain::lint::value;
use crate::domain::markdown::edit::field;
use crate::domain::model::field::FieldName;

/// Set header fields of a PRD, in the dialect that it is written in
///
/// `prd set SVC-128 Target=2025-07-01 Owner=Ada`; an empty value removes the field: `Blocked=`.
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// The fields, each as KEY=VALUE
    #[arg(required = true, value_name = "KEY=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
    #[command(flatten)]
    change: ChangeFlags,
    #[command(flatten)]
    output: Output,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or_else(|| format!("`{text}` has no `=`; write KEY=VALUE"))?;
    if key.trim().is_empty() {
        return Err(format!("`{text}` has no key; write KEY=VALUE"));
    }
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

/// Runs `prd set`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let flags = TransitionFlags::from(args.change);
    let change = transition::revise(app, &args.prd, "set", &flags, |context| {
        let mut text = context.subject.text.to_owned();
        for (key, value) in &args.fields {
            let name = FieldName::fold(key);
            value::check(&name, value).map_err(CommandError::from)?;
            text = if value.is_empty() {
                field::remove_field(&text, &name)
            } else {
                field::set_field(&text, &name, value)?
            };
        }
        Ok(text)
    })?;
    match change {
        Some(change) => transition::finish(app, args.output, &change),
        None => transition::unchanged(app, args.output),
    }
}
