//! Reads the surroundings, calls the library, returns its exit code.

use std::process::ExitCode;

use prd::cli::app;
use prd::io::env::Env;

/// Thousands of PRDs are millions of small texts, read by several threads at once; the system's own allocator gives
/// each thread its memory in steps of a page.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Env::read() {
        Ok(env) => ExitCode::from(app::run_guarded(env, std::env::args_os())),
        Err(error) => ExitCode::from(app::without_folder(&error)),
    }
}
