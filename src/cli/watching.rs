//! Writing or serving a report again whenever what it is made of changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::app::App;
use super::error::CommandError;
use super::output::Report as Answer;
use crate::io::files;
use crate::io::serve::Server;
use crate::io::watch::{Depth, Watcher};

/// How often the calendar is looked at while nothing changes.
const TICK: Duration = Duration::from_secs(30);

/// Where a report goes, again and again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outlet<'a> {
    /// A file.
    pub(super) file: Option<&'a Path>,
    /// A port of 127.0.0.1; 0 for one that is free.
    pub(super) port: Option<u16>,
}

/// A report, and the files and folders that it is made of.
pub(super) struct Made {
    pub(super) answer: Answer,
    pub(super) sources: BTreeMap<PathBuf, Depth>,
}

/// Makes a report, and makes it again after every change and on every new day. Ends with an error, or never.
///
/// # Errors
/// The first report cannot be made; a report cannot be written; nothing can be watched; the port is taken.
pub(super) fn run(
    app: &App,
    outlet: Outlet,
    make: impl Fn(&App) -> Result<Made, CommandError>,
) -> Result<Answer, CommandError> {
    let mut watcher = Watcher::new().map_err(|error| CommandError::outside(error.to_string()))?;
    let mut server: Option<Server> = None;
    let mut shown: Option<Answer> = None;
    let mut told: Option<String> = None;
    loop {
        let app = app.renewed();
        match make(&app) {
            Ok(made) => {
                told = None;
                if shown.as_ref() != Some(&made.answer) {
                    show(&app, outlet, &made.answer, &mut server)?;
                    shown = Some(made.answer);
                }
                let watched = watcher.watch(&made.sources);
                if watched.map_err(|error| CommandError::outside(error.to_string()))? {
                    continue; // something may have changed before it was watched
                }
            }
            Err(error) if shown.is_none() => return Err(error),
            Err(error) => {
                // Somebody is in the middle of writing it: the last report stays.
                if told.as_ref() != Some(&error.message) {
                    app.console.error(&error);
                    told = Some(error.message);
                }
            }
        }
        while !watcher.wait(TICK) && app.renewed().today() == app.today() {}
    }
}

fn show(app: &App, outlet: Outlet, answer: &Answer, server: &mut Option<Server>) -> Result<(), CommandError> {
    if let Some(file) = outlet.file {
        files::replace(&app.env.absolute(file), answer.body.as_bytes())?;
        app.console.note(&format!("wrote {}", file.display()));
    }
    let Some(port) = outlet.port else { return Ok(()) };
    if let Some(server) = server {
        server.show(&answer.body);
        app.console.note("the report has changed");
        return Ok(());
    }
    let listening = Server::listen(port, &answer.body).map_err(|error| {
        CommandError::outside(format!("port {port} of 127.0.0.1 cannot be had: {error}"))
            .hint("leave the number out, and one that is free is taken")
    })?;
    app.console.answer(&format!("http://{}/\n", listening.address()))?;
    app.console.note("the page reloads itself when the report changes; Ctrl-C ends this");
    *server = Some(listening);
    Ok(())
}
