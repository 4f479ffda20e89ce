//! Reads the surroundings, calls the library, returns its exit code.

use std::process::ExitCode;

use prd::cli::app;
use prd::io::env::Env;

fn main() -> ExitCode {
    match Env::read() {
        Ok(env) => ExitCode::from(app::run_guarded(env, std::env::args_os())),
        Err(error) => ExitCode::from(app::without_folder(&error)),
    }
}
