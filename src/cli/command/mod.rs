//! One file for each command: its arguments and `run`. A command never names another.

use clap::Subcommand;

use super::app::App;
use super::error::CommandError;
use super::output::Report;

mod adopt;
mod approve;
mod archive;
mod attach;
mod auth;
mod cd;
mod checkin;
mod claim;
mod complete;
mod config;
mod contract;
mod demo;
mod deps;
mod doctor;
mod edit;
mod graph;
mod hooks;
mod inbox;
mod init;
mod issue;
mod lint;
mod list;
mod log;
mod new;
mod next;
mod note;
mod orchestrate;
mod outbox;
mod pause;
mod pr;
mod reject;
mod reopen;
mod resolve;
mod restore;
mod review;
mod set;
mod shell;
mod show;
mod start;
mod stats;
mod status;
mod sync;
mod worktree;

macro_rules! commands {
    ($($name:ident => $module:ident,)*) => {
        /// All commands.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $(#[expect(missing_docs, reason = "the help is the documentation of the arguments")] $name($module::Args),)*
        }

        impl Command {
            /// Runs the command.
            ///
            /// # Errors
            /// What the command could not do, as the user sees it.
            pub fn run(&self, app: &App) -> Result<Report, CommandError> {
                match self {
                    $(Self::$name(args) => $module::run(args, app),)*
                }
            }
        }
    };
}

commands! {
    Init => init,
    New => new,
    List => list,
    Show => show,
    Status => status,
    Next => next,
    Lint => lint,
    Adopt => adopt,
    Resolve => resolve,
    Set => set,
    Edit => edit,
    Deps => deps,
    Review => review,
    Reject => reject,
    Approve => approve,
    Start => start,
    Pause => pause,
    Complete => complete,
    Reopen => reopen,
    Archive => archive,
    Restore => restore,
    Worktree => worktree,
    Attach => attach,
    Cd => cd,
    Shell => shell,
    Claim => claim,
    Contract => contract,
    Checkin => checkin,
    Note => note,
    Inbox => inbox,
    Hooks => hooks,
    Orchestrate => orchestrate,
    Graph => graph,
    Log => log,
    Stats => stats,
    Issue => issue,
    Pr => pr,
    Sync => sync,
    Outbox => outbox,
    Auth => auth,
    Config => config,
    Doctor => doctor,
    Demo => demo,
}
