//! A repository of its own for each test, and the built program run in it with nobody's configuration.
//!
//! ```ignore
//! let repo = Repo::new();
//! repo.prd("ready", "SVC-101", "checkout-service", "");
//! repo.commit_all("Plans");
//! let before = repo.snapshot();
//! repo.run(&["start", "SVC-101", "--dry-run"]).expect(0);
//! repo.assert_unchanged(&before);
//! repo.run(&["start", "SVC-101"]).expect(0);
//! repo.assert_sound();
//! ```

pub(crate) mod clones;
pub(crate) mod dirty;
pub(crate) mod github;
pub(crate) mod invariants;
pub(crate) mod labelled;
pub(crate) mod mutators;
pub(crate) mod snapshot;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use invariants::entries;

/// The day that every run takes as today.
pub(crate) const TODAY: &str = "2025-06-02";

/// The six states, as the folders are named.
pub(crate) const STATES: [&str; 6] = ["draft", "review", "ready", "in-progress", "complete", "archived"];

/// What a program run said.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    /// The command line, for messages.
    pub(crate) command: String,
    /// The exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    /// The answer.
    pub(crate) stdout: String,
    /// The talk.
    pub(crate) stderr: String,
}

impl Output {
    /// What a program said that the test itself ran.
    pub(crate) fn of(command: String, output: &std::process::Output) -> Self {
        Self {
            command,
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Fails the test unless the exit code is this one.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "exit code of {self}");
        self
    }

    /// Fails the test unless standard output or error has this text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text) || self.stderr.contains(text), "no `{text}` in {self}");
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self}"))
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { command, code, stdout, stderr } = self;
        write!(f, "`{command}` ({code:?})\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// A temporary folder with a repository `cloudscale`, a home folder, and room for worktrees.
#[derive(Debug)]
pub(crate) struct Repo {
    dir: TempDir,
    /// The repository's folder: what commands run in.
    root: PathBuf,
    /// What holds PRDs: `main`.
    pub(crate) home_branch: String,
}

impl Repo {
    /// A repository on `main` with [`CONFIG`] and a source file, committed; no PRD yet.
    pub(crate) fn new() -> Self {
        Self::with_config(CONFIG)
    }

    /// As [`Repo::new`], with a configuration of its own.
    pub(crate) fn with_config(config: &str) -> Self {
        let repo = Self::copy_of(template());
        if config != CONFIG {
            repo.write(".claude/config.json", config);
            repo.commit_all("Configure");
        }
        repo
    }

    /// A copy of a prepared repository with its worktrees, which is much faster than making it anew.
    pub(crate) fn copy_of(other: &Self) -> Self {
        let repo = Self::empty();
        for name in ["cloudscale", "worktrees"] {
            if other.beside(name).is_dir() {
                copy_folder(&other.beside(name), &repo.beside(name));
            }
        }
        repo.repoint(&other.top());
        Self { root: repo.top().join(other.root.strip_prefix(other.top()).unwrap()), ..repo }
    }

    /// Git keeps the absolute paths of linked worktrees, in the worktree and in the repository; and we in the trash.
    fn repoint(&self, old_top: &Path) {
        let [old, new] = [old_top, &self.top()].map(|path| path.to_str().unwrap().to_owned());
        let registrations = [".git/worktrees", "worktrees"].map(|folder| self.root.join(folder));
        let registered =
            registrations.iter().flat_map(|folder| entries(folder)).map(|dir| dir.join("gitdir"));
        let links = entries(&self.beside("worktrees")).into_iter().map(|dir| dir.join(".git"));
        let trash = entries(&self.root.join(".git/prd/trash")).into_iter().map(|dir| dir.join("entry.json"));
        for file in registered.chain(links).chain(trash) {
            let text = fs_err::read_to_string(&file).unwrap();
            fs_err::write(&file, text.replace(&old, &new)).unwrap();
        }
    }

    /// This repository as a bare clone, in which commands run from now on.
    pub(crate) fn into_bare(self) -> Self {
        let bare = self.top().join("cloudscale.git");
        self.git_in(&self.top(), &["clone", "-q", "--bare", "cloudscale", "cloudscale.git"]);
        for (key, value) in [("user.name", "Ada Lindqvist"), ("user.email", "ada@cloudscale.example")] {
            self.git_in(&bare, &["config", key, value]);
        }
        self.git_in(&bare, &["remote", "remove", "origin"]);
        fs_err::remove_dir_all(&self.root).unwrap();
        fs_err::rename(&bare, &self.root).unwrap();
        self
    }

    /// A repository on the unborn branch `main`, with an identity and nothing else.
    pub(crate) fn unborn() -> Self {
        let repo = Self::empty();
        fs_err::create_dir(&repo.root).unwrap();
        repo.git(&["init", "-q", "--template=", "-b", "main"]);
        repo.git(&["config", "user.name", "Ada Lindqvist"]);
        repo.git(&["config", "user.email", "ada@cloudscale.example"]);
        repo
    }

    /// A temporary folder without any repository; its `root` is not there yet.
    pub(crate) fn empty() -> Self {
        let dir = tempfile::Builder::new().prefix("prd-it-").tempdir().unwrap();
        let top = dir.path().canonicalize().unwrap();
        fs_err::create_dir(top.join("home")).unwrap();
        fs_err::create_dir(top.join("tmp")).unwrap();
        Self { root: top.join("cloudscale"), dir, home_branch: "main".to_owned() }
    }

    /// The temporary folder, without symbolic links.
    pub(crate) fn top(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    /// The repository's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A folder beside the repository: `worktrees/cloudscale-SVC-101`.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.top().join(name)
    }

    /// A command with the hermetic environment, to be spawned by the test itself.
    #[expect(clippy::disallowed_methods, reason = "tests run the built program as a user does")]
    pub(crate) fn command(&self, program: &str, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(dir).stdin(Stdio::null());
        for name in ["PATH", "SYSTEMROOT"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        let (top, certificates) = (self.top(), certificates());
        command
            .env("SSL_CERT_FILE", certificates.join("nobody.pem"))
            .env("SSL_CERT_DIR", certificates)
            .env("HOME", top.join("home"))
            .env("TMPDIR", top.join("tmp"))
            .env("GIT_CEILING_DIRECTORIES", &top)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_TERMINAL_PROMPT", "0")
            .envs([("LC_ALL", "C"), ("TZ", "UTC"), ("NO_COLOR", "1"), ("COLUMNS", "100")])
            .env("PRD_AS_OF", TODAY);
        command
    }

    /// `prd` with arguments, to be spawned by the test itself.
    pub(crate) fn prd_command(&self, dir: &Path, args: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_prd"), dir);
        command.args(args);
        command
    }

    /// Runs `prd` in the repository's folder.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.run_in(&self.root, args)
    }

    /// Runs `prd` in any folder.
    pub(crate) fn run_in(&self, dir: &Path, args: &[&str]) -> Output {
        self.run_with(dir, args, &[])
    }

    /// Runs `prd` with further variables.
    pub(crate) fn run_with(&self, dir: &Path, args: &[&str], vars: &[(&str, &str)]) -> Output {
        let output = self.prd_command(dir, args).envs(vars.iter().copied()).output().unwrap();
        Output::of(format!("prd {}", args.join(" ")), &output)
    }

    /// Runs `git` in the repository's folder; it must succeed. Gives its output without the last line end.
    #[track_caller]
    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.git_in(&self.root, args)
    }

    /// Runs `git` in any folder; it must succeed.
    #[track_caller]
    pub(crate) fn git_in(&self, dir: &Path, args: &[&str]) -> String {
        let output = self.try_git(dir, args).expect(0);
        output.stdout.strip_suffix('\n').unwrap_or(&output.stdout).to_owned()
    }

    /// Runs `git` in any folder, whatever it answers.
    pub(crate) fn try_git(&self, dir: &Path, args: &[&str]) -> Output {
        let mut command = self.command("git", dir);
        let output = command
            .args(args)
            .env("GIT_AUTHOR_DATE", format!("{TODAY}T08:00:00Z"))
            .env("GIT_COMMITTER_DATE", format!("{TODAY}T08:00:00Z"))
            .output()
            .unwrap();
        Output::of(format!("git {}", args.join(" ")), &output)
    }

    /// Writes a file of the repository, with its folders.
    pub(crate) fn write(&self, path: &str, text: &str) {
        self.write_bytes(path, text.as_bytes());
    }

    /// Writes any bytes to a file of the repository.
    pub(crate) fn write_bytes(&self, path: &str, bytes: &[u8]) {
        let path = self.root.join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, bytes).unwrap();
    }

    /// The text of a file of the repository.
    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> String {
        fs_err::read_to_string(self.root.join(path)).unwrap()
    }

    /// True where the repository has this file or folder.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.root.join(path).symlink_metadata().is_ok()
    }

    /// Commits everything there is, and gives the commit.
    pub(crate) fn commit_all(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Writes a small and whole PRD in a state's folder, `header` being further metadata lines. Gives its path.
    pub(crate) fn prd(&self, state: &str, id: &str, slug: &str, header: &str) -> String {
        let path = format!("docs/prds/{state}/{id}-{slug}.md");
        self.write(&path, &prd_text(id, slug, header));
        path
    }

    /// The folder that a PRD's file lies in on the home branch, or in the work tree with `commit: "off"`; a test
    /// fails where there are several or none.
    #[track_caller]
    pub(crate) fn state_of(&self, id: &str) -> String {
        let places = self.places_of(id);
        assert_eq!(places.len(), 1, "{id} lies in {places:?}");
        places[0].split('/').nth(2).unwrap().to_owned()
    }
}

/// The authorities that programs trust: one that signed nothing, since nothing leaves this machine. Reading all those
/// of a system takes the program, unoptimised, longer than all else that it does.
fn certificates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/certificates")
}

fn template() -> &'static Repo {
    static TEMPLATE: OnceLock<Repo> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let repo = Repo::unborn();
        repo.write(".claude/config.json", CONFIG);
        repo.write("src/checkout.txt", "one\ntwo\nthree\n");
        repo.write("src/payment.txt", "one\ntwo\nthree\n");
        repo.write("src/refund.txt", "one\n");
        repo.commit_all("Begin");
        repo
    })
}

fn copy_folder(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&from, &to);
        } else {
            fs_err::copy(&from, &to).unwrap();
        }
    }
}

/// A PRD's text: nothing is missing, and nothing in it is a placeholder.
pub(crate) fn prd_text(id: &str, slug: &str, header: &str) -> String {
    let header = if header.is_empty() { String::new() } else { format!("{}\n", header.trim_end()) };
    format!(
        "# {id}: {slug}\n\n**PRD ID**: {id}\n**Priority**: P1\n**Team**: Checkout\n**Service**: {slug}\n\
         **Owner**: Ada Lindqvist\n**Created**: 2025-05-12\n**Estimate**: 3 days\n**Target**: 2025-06-20\n\
         {header}\n## Summary\n\nOrders wait 4 s for {slug} today; 3 of 100 are given up. They will wait 1 s.\n\n\
         ## Acceptance Criteria\n\n- [x] Given an order, when it is sent, then the answer comes within 1 s\n\
         - [x] Given an unknown article, when it is ordered, then the answer is 404\n\n\
         ## Risks\n\nThe queue could overflow. Mitigation, owner Jonas Weber: an alarm at 10,000 entries.\n"
    )
}

/// [`CONFIG`] with `commit: "off"`: changes stay in the work tree.
pub(crate) fn without_commits() -> String {
    CONFIG.replace("\"directories\": {", "\"commit\": \"off\",\n    \"directories\": {")
}

/// CloudScale's configuration without its gates, its grades and its GitHub.
pub(crate) const CONFIG: &str = r#"{
  "prd_workflow": {
    "enabled": true,
    "directories": {
      "draft": "docs/prds/draft",
      "review": "docs/prds/review",
      "ready": "docs/prds/ready",
      "in_progress": "docs/prds/in-progress",
      "complete": "docs/prds/complete",
      "archived": "docs/prds/archived"
    },
    "branch_naming": {
      "prefix": "feat",
      "prd_id_format": "SVC-{number}",
      "separator": "-",
      "pattern": "{prefix}/{prd_id}{separator}{service_name}"
    },
    "worktree": {
      "enabled": true,
      "parent_directory": "../worktrees",
      "naming_pattern": "{project}-{prd_id}",
      "auto_install_dependencies": false,
      "auto_open_editor": false
    },
    "github": { "enabled": false },
    "review": {
      "dimensions": ["Clarity & Scope", "Acceptance Criteria", "Risk Assessment"],
      "grading_enabled": true,
      "minimum_grade": "F",
      "require_approval": false,
      "calibration_questions": false
    }
  },
  "orchestration": { "enabled": true, "parallel_features": 100, "dependency_resolution": true },
  "teams": {
    "Checkout": {
      "lead": "Ada Lindqvist",
      "members": ["Ada Lindqvist", "Jonas Weber"],
      "services": ["checkout-service", "notification-service"]
    }
  }
}
"#;
