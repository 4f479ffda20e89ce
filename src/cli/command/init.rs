use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};
use serde::Serialize;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::configuration::CONFIG_FILE;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::prompt;
use crate::cli::templates::{GITHUB_WORKFLOW, SLASH_COMMANDS};
use crate::domain::config::detect::{Detected, detect};
use crate::domain::config::initial::{self, Choices};
use crate::domain::config::schema::Preset;
use crate::domain::model::id::IdFormat;
use crate::domain::model::path::RepoPath;
use crate::io::files;
use crate::io::git::repository::Git;

/// Set up a repository: its configuration, slash commands, and checks of pull requests
///
/// Finds the folders and the id format that are there already. On a terminal it asks; elsewhere, and with --yes,
/// it takes what it found and the flags. A file that is there is never overwritten without asking.
#[derive(Debug, Parser)]
pub struct Args {
    /// A preset to begin with: startup, enterprise, open-source, microservices, lightweight
    #[arg(long, value_name = "NAME", value_parser = preset)]
    preset: Option<Preset>,
    /// The prefix of ids
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
    /// The folder that holds the state folders
    #[arg(long, value_name = "FOLDER")]
    folder: Option<String>,
    /// Write the slash commands without asking
    #[arg(long, conflicts_with = "no_commands")]
    commands: bool,
    /// Write no slash commands
    #[arg(long)]
    no_commands: bool,
    /// Write a workflow that checks the PRDs of pull requests
    #[arg(long, value_enum, value_name = "WHERE")]
    ci: Option<Ci>,
    /// Print what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ci {
    /// GitHub Actions: .github/workflows/prd.yml
    Github,
}

/// The file of the workflow.
const WORKFLOW_FILE: &str = ".github/workflows/prd.yml";

fn preset(name: &str) -> Result<Preset, String> {
    serde_json::from_value(serde_json::Value::from(name)).map_err(|_| {
        "the presets are startup, enterprise, open-source, microservices, lightweight".to_owned()
    })
}

#[derive(Debug, Serialize)]
struct Answer {
    root: PathBuf,
    detected_prds: usize,
    written: Vec<String>,
    kept: Vec<String>,
    /// Those kept that are not what this program writes.
    differing: Vec<String>,
    dry_run: bool,
}

/// Runs `prd init`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let folder = app.global.repo.as_ref().map_or_else(|| app.env.cwd.clone(), |dir| app.env.absolute(dir));
    let git = Git::open(&app.env, &folder)?;
    let root = git
        .root()
        .ok_or_else(|| {
            CommandError::usage("a bare repository has no files to set up")
                .hint("run prd init in a checkout of it, and commit what it writes")
        })?
        .to_owned();
    let found = detect(&git.layout_files(&root)?);
    let mut answer = Answer {
        root: root.clone(),
        detected_prds: found.files,
        written: Vec::new(),
        kept: Vec::new(),
        differing: Vec::new(),
        dry_run: args.dry_run,
    };
    for file in args.files(app, &root, &found)? {
        let path = root.join(&file.name);
        let is_there = fs_err::symlink_metadata(&path).is_ok();
        let differs =
            is_there && !files::read(&path).is_ok_and(|bytes| bytes.as_deref() == Some(file.text.as_bytes()));
        let is_wanted = !is_there || (differs && file.is_ours && args.may_replace(app, &file.name)?);
        if !is_wanted {
            if differs && file.is_ours {
                answer.differing.push(file.name.clone());
            }
            answer.kept.push(file.name);
            continue;
        }
        if !args.dry_run {
            write_new(&root, &path, &file.text)?;
        }
        answer.written.push(file.name);
    }
    app.report(args.output, &answer, |answer, _| text(answer))
}

/// A file that a repository is to have.
struct Planned {
    name: String,
    text: String,
    /// True where its text is the same in every repository, so that a newer program may have a newer one.
    is_ours: bool,
}

/// Writes a new file, unless a link on the way would take it out of the repository.
fn write_new(root: &Path, path: &Path, text: &str) -> Result<(), CommandError> {
    let folder = path.parent().unwrap_or(root);
    fs_err::create_dir_all(folder)?;
    let (folder, root) = (fs_err::canonicalize(folder)?, fs_err::canonicalize(root)?);
    if !folder.starts_with(&root) {
        return Err(CommandError::refused(format!("{} leads out of the repository", path.display())));
    }
    Ok(files::replace(path, text.as_bytes())?)
}

fn text(answer: &Answer) -> String {
    let mut text = String::new();
    for name in &answer.written {
        text.push_str(&format!("{} {name}\n", if answer.dry_run { "would write" } else { "wrote" }));
    }
    for name in &answer.kept {
        let differs = if answer.differing.contains(name) { " and differs from the template" } else { "" };
        text.push_str(&format!("kept {name}, which was there{differs}\n"));
    }
    if answer.detected_prds > 0 {
        text.push_str(&format!("found {} files in state folders\n", answer.detected_prds));
    }
    if !answer.written.is_empty() && !answer.dry_run {
        if answer.written.iter().any(|name| name == WORKFLOW_FILE) {
            text.push_str(&format!("set PRD_GIT and PRD_REV in {WORKFLOW_FILE}: where prd is built from\n"));
        }
        let folder = |name: &String| name.split('/').next().unwrap_or_default().to_owned();
        let folders: BTreeSet<String> = answer.written.iter().map(folder).collect();
        let folders = folders.into_iter().collect::<Vec<_>>().join(" ");
        text.push_str(&format!(
            "next: git add {folders} && git commit -m \"Set up prd\", then prd new \"Title\"\n"
        ));
    }
    text
}

impl Args {
    /// All files that are wanted. What a configuration says that is there already is asked nobody.
    fn files(&self, app: &App, root: &Path, found: &Detected) -> Result<Vec<Planned>, CommandError> {
        let is_configured = fs_err::symlink_metadata(root.join(CONFIG_FILE)).is_ok();
        let choices = self.choices(found, app.can_ask() && !is_configured)?;
        let config = initial::config_text(&choices);
        let mut files = vec![Planned { name: CONFIG_FILE.to_owned(), text: config, is_ours: false }];
        if self.wants_commands(app)? {
            files.extend(SLASH_COMMANDS.iter().map(|(name, text)| Planned {
                name: format!(".claude/commands/{name}"),
                text: (*text).to_owned(),
                is_ours: false,
            }));
        }
        if self.ci == Some(Ci::Github) {
            let text = GITHUB_WORKFLOW.to_owned();
            files.push(Planned { name: WORKFLOW_FILE.to_owned(), text, is_ours: true });
        }
        Ok(files)
    }

    /// Only a person can give up a file that is there.
    fn may_replace(&self, app: &App, name: &str) -> Result<bool, CommandError> {
        if self.dry_run || !app.can_ask() {
            return Ok(false);
        }
        Ok(prompt::confirm(&format!("{name} differs from the template. Replace it?"), false)?)
    }

    fn wants_commands(&self, app: &App) -> Result<bool, CommandError> {
        if self.no_commands || self.commands || !app.can_ask() {
            return Ok(self.commands);
        }
        Ok(prompt::confirm("Write slash commands for Claude Code (.claude/commands)?", true)?)
    }

    fn choices(&self, found: &Detected, asks: bool) -> Result<Choices, CommandError> {
        let mut parent = self.folder.clone().or_else(|| found.parent.as_ref().map(ToString::to_string));
        let mut prefix = self.prefix.clone().or_else(|| found.prefix.clone());
        let mut chosen = self.preset;
        if asks {
            if parent.is_none() {
                parent = Some(prompt::line_or("Folder of the PRDs", "docs/prds")?);
            }
            if prefix.is_none() {
                prefix = Some(prompt::line_or("Prefix of ids", "PRD")?);
            }
            if chosen.is_none() {
                chosen = ask_preset()?;
            }
        }
        let parent = parent.map(|text| RepoPath::new(&text)).transpose()?;
        let prefix = prefix.unwrap_or_else(|| "PRD".to_owned());
        let (separator, padding) =
            if found.prefix.is_some() { (found.separator.as_str(), found.padding) } else { ("-", 3) };
        let format = IdFormat::new(prefix.trim_end_matches('-'), separator, padding)?;
        let use_found = self.folder.is_none();
        Ok(Choices {
            preset: chosen,
            format,
            parent,
            folders: if use_found { found.folders.clone() } else { Default::default() },
        })
    }
}

fn ask_preset() -> Result<Option<Preset>, CommandError> {
    const PRESETS: [(&str, Option<Preset>); 6] = [
        ("none: the defaults", None),
        ("startup: two at once, light review", Some(Preset::Startup)),
        ("enterprise: approvals, gates, five at once", Some(Preset::Enterprise)),
        ("open-source: ten at once, community review", Some(Preset::OpenSource)),
        ("microservices: ten dimensions, contracts, meshes", Some(Preset::Microservices)),
        ("lightweight: no grades, no GitHub", Some(Preset::Lightweight)),
    ];
    let names: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
    let at = prompt::choose("Preset", &names, 0)?;
    Ok(PRESETS.get(at).and_then(|(_, preset)| *preset))
}
