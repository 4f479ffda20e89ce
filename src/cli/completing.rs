//! Completions: what the shell asks for while somebody types.
//!
//! The shell calls the program with a variable that says how it wants the answer. Values are found by the name of the
//! argument, in one place, so that no command has to think of it. What cannot be read completes to nothing.

use std::ffi::{OsStr, OsString};

use clap::CommandFactory as _;
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use super::app::App;
use super::args::{Cli, Global};
use super::error::ErrorKind;
use super::session::Session;
use crate::domain::markdown::identity;
use crate::domain::model::state::State;
use crate::io::env::Env;

/// What the shell sets.
pub(super) const VARIABLE: &str = "COMPLETE";

/// What an argument of a name holds.
const PRDS: [&str; 4] = ["prd", "prds", "by", "dependency"];
const TEAMS: [&str; 1] = ["team"];
const WORKTREES: [&str; 2] = ["names", "what"];
const REMOVED: [&str; 1] = ["name"];

/// Answers the shell. Returns the exit code.
pub(super) fn run(env: &Env, args: Vec<OsString>) -> u8 {
    let factory = || command(env);
    match CompleteEnv::with_factory(factory).bin("prd").try_complete(args, Some(&env.cwd)) {
        Ok(_) => 0,
        Err(error) => {
            // A closed pipe leaves nobody to tell.
            let _ = error.print();
            ErrorKind::Usage.exit_code()
        }
    }
}

/// The command line with what completes its values.
fn command(env: &Env) -> clap::Command {
    with_values(Cli::command(), env)
}

fn with_values(command: clap::Command, env: &Env) -> clap::Command {
    let in_worktrees = command.get_name() == "worktree";
    let command = command.mut_args(|arg| {
        let id = arg.get_id().as_str();
        let find: fn(&Session) -> Vec<Candidate> = match id {
            _ if PRDS.contains(&id) => prds,
            _ if TEAMS.contains(&id) => teams,
            _ => return arg,
        };
        arg.add(completer(env, find))
    });
    command.mut_subcommands(|inner| {
        let inner = with_values(inner, env);
        if !in_worktrees {
            return inner;
        }
        inner.mut_args(|arg| {
            let id = arg.get_id().as_str();
            let find: fn(&Session) -> Vec<Candidate> = match id {
                _ if WORKTREES.contains(&id) => worktrees,
                _ if REMOVED.contains(&id) => removed,
                _ => return arg,
            };
            arg.add(completer(env, find))
        })
    })
}

/// A value and what it is.
type Candidate = (String, String);

fn completer(env: &Env, find: fn(&Session) -> Vec<Candidate>) -> ArgValueCompleter {
    let env = env.clone();
    ArgValueCompleter::new(move |typed: &OsStr| {
        let Some(typed) = typed.to_str() else { return Vec::new() };
        let Some(session) = open(&env) else { return Vec::new() };
        let typed = typed.to_lowercase();
        find(&session)
            .into_iter()
            .filter(|(value, _)| value.to_lowercase().starts_with(&typed))
            .map(|(value, help)| CompletionCandidate::new(value).help(Some(help.into())))
            .collect()
    })
}

/// The repository that the user is in, without a word about what is wrong with it.
fn open(env: &Env) -> Option<Session> {
    let app = App::silent(env, &Global { lenient: true, ..Global::default() });
    Session::open(&app).ok()
}

/// All ids, by the names of the files alone; those that are worked on first.
fn prds(session: &Session) -> Vec<Candidate> {
    let (files, format) = (session.files(), session.config().id_format());
    let states =
        [State::InProgress, State::Ready, State::Review, State::Draft, State::Complete, State::Archived];
    let mut found = Vec::new();
    for state in states {
        let Some(folder) = session.config().directories().folder(state) else { continue };
        for path in files.names_in(folder).iter().filter(|path| path.as_str().ends_with(".md")) {
            let named = identity::read_file_name(path, format);
            if let Some(id) = named.id {
                let slug = named.slug.map_or_else(String::new, |slug| format!("{slug} "));
                found.push((id.to_string(), format!("{slug}({state})")));
            }
        }
    }
    found
}

fn teams(session: &Session) -> Vec<Candidate> {
    let teams = session.config().teams.iter();
    teams.map(|(name, team)| (name.to_string(), team.lead.clone().unwrap_or_default())).collect()
}

/// PRDs and branches that have a worktree.
fn worktrees(session: &Session) -> Vec<Candidate> {
    let trees = session.git.worktrees().unwrap_or_default();
    let format = session.config().id_format();
    let mut found = Vec::new();
    for tree in trees.iter().filter(|tree| !tree.is_main) {
        let Some(branch) = &tree.branch else { continue };
        let path = tree.path.display().to_string();
        found.extend(format.find(branch.as_str()).first().map(|found| (found.id.to_string(), path.clone())));
        found.push((branch.to_string(), path));
    }
    found
}

/// What the trash holds.
fn removed(session: &Session) -> Vec<Candidate> {
    let trash = session.git.trash().unwrap_or_default();
    let mut found: Vec<Candidate> =
        trash.iter().map(|entry| (entry.kept.label.clone(), entry.kept.path.display().to_string())).collect();
    found.dedup();
    found
}
