use std::path::{Path, PathBuf};

use clap::Parser;
use serde::Serialize;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::configuration::CONFIG_FILE;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::prompt;
use crate::cli::templates::SLASH_COMMANDS;
use crate::domain::config::detect::{Detected, detect};
use crate::domain::config::initial::{self, Choices};
use crate::domain::config::schema::Preset;
use crate::domain::model::id::IdFormat;
use crate::domain::model::path::RepoPath;
use crate::io::files;
use crate::io::git::repository::Git;

/// Set up a repository: its configuration, and slash commands for Claude Code
///
/// Finds the folders and the id format that are there already. On a terminal it asks; elsewhere, and with --yes,
/// it takes what it found and the flags. A file that is there is never overwritten.
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
    /// Print what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

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
    let choices = args.choices(app, &found)?;
    let mut planned = vec![(CONFIG_FILE.to_owned(), initial::config_text(&choices))];
    if args.wants_commands(app)? {
        planned.extend(
            SLASH_COMMANDS
                .iter()
                .map(|(name, text)| (format!(".claude/commands/{name}"), (*text).to_owned())),
        );
    }
    let mut answer = Answer {
        root: root.clone(),
        detected_prds: found.files,
        written: Vec::new(),
        kept: Vec::new(),
        dry_run: args.dry_run,
    };
    for (name, text) in planned {
        let path = root.join(&name);
        let there = fs_err::symlink_metadata(&path).is_ok();
        if !there && !args.dry_run {
            write_new(&root, &path, &text)?;
        }
        if there { answer.kept.push(name) } else { answer.written.push(name) }
    }
    app.report(args.output, &answer, |answer, _| text(answer))
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
        text.push_str(&format!("kept {name}, which was there\n"));
    }
    if answer.detected_prds > 0 {
        text.push_str(&format!("found {} files in state folders\n", answer.detected_prds));
    }
    if !answer.written.is_empty() && !answer.dry_run {
        text.push_str("next: git add .claude && git commit -m \"Set up prd\", then prd new \"Title\"\n");
    }
    text
}

impl Args {
    fn wants_commands(&self, app: &App) -> Result<bool, CommandError> {
        if self.no_commands || self.commands || !app.can_ask() {
            return Ok(self.commands);
        }
        Ok(prompt::confirm("Write slash commands for Claude Code (.claude/commands)?", true)?)
    }

    fn choices(&self, app: &App, found: &Detected) -> Result<Choices, CommandError> {
        let mut parent = self.folder.clone().or_else(|| found.parent.as_ref().map(ToString::to_string));
        let mut prefix = self.prefix.clone().or_else(|| found.prefix.clone());
        let mut chosen = self.preset;
        if app.can_ask() {
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
