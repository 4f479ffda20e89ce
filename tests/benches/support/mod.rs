//! What the benches share: programs run in a folder with nobody's configuration, and their times.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A program in a folder, on a fixed day and with no configuration but the repository's.
#[expect(clippy::disallowed_methods, reason = "a bench runs programs as a user does")]
pub(crate) fn command(dir: &Path, program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(dir)
        .env("HOME", dir)
        .env("PRD_AS_OF", "2025-06-02")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .envs([("GIT_AUTHOR_NAME", "Bench"), ("GIT_AUTHOR_EMAIL", "bench@example.org")])
        .envs([("GIT_COMMITTER_NAME", "Bench"), ("GIT_COMMITTER_EMAIL", "bench@example.org")])
        .stdin(Stdio::null());
    command
}

/// A temporary folder: in `PRD_BENCH_DIR`, else where temporary files are.
#[expect(clippy::disallowed_methods, reason = "a bench is told by a variable where to work")]
pub(crate) fn folder() -> TempDir {
    let place = std::env::var_os("PRD_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    tempfile::tempdir_in(place).unwrap()
}

/// The program that is measured.
pub(crate) const PRD: &str = env!("CARGO_BIN_EXE_prd");

/// Runs git, which must succeed.
pub(crate) fn git(dir: &Path, args: &[&str]) {
    let status = command(dir, "git", args).stdout(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "git {args:?}");
}

/// How long a program takes that ends with 0, or with 1 where a rule says no.
pub(crate) fn time(dir: &Path, program: &str, args: &[&str]) -> Duration {
    let begun = Instant::now();
    let status = command(dir, program, args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let time = begun.elapsed();
    assert!(status.is_ok_and(|status| status.code().is_some_and(|code| code <= 1)), "{program} {args:?}");
    time
}

/// Milliseconds.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
