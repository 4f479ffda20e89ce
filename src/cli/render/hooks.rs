//! Hooks: what was installed, where they stand, and what one of them saw.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::findings;
use crate::domain::hooks::install::Standing;
use crate::domain::model::finding::Severity;
use crate::domain::report::hooks::{Change, HookRun, Status};

/// What was installed or uninstalled.
#[must_use]
pub fn change(change: &Change) -> String {
    let mut text = String::new();
    for step in &change.steps {
        let _ = writeln!(text, "{} {step}", if change.dry_run { "would" } else { "✓" });
    }
    for note in &change.notes {
        let _ = writeln!(text, "{} {note}", "note:".cyan());
    }
    for addition in &change.additions {
        let _ = writeln!(text, "\n{}:", addition.file);
        for line in addition.text.lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    if text.is_empty() {
        text.push_str("nothing to change\n");
    }
    text
}

/// Where each hook stands.
#[must_use]
pub fn status(status: &Status) -> String {
    let managers: Vec<&str> = status.managers.iter().map(|manager| manager.name()).collect();
    let with = if managers.is_empty() { String::new() } else { format!(" ({})", managers.join(", ")) };
    let mut text = format!("hooks in {}{with}\n", status.folder);
    for hook in &status.hooks {
        let (mark, word) = match hook.standing {
            Standing::Installed => ("✓".green().to_string(), "installed"),
            Standing::ByHand => ("✓".green().to_string(), "run by a line of the manager's file"),
            Standing::Outdated => ("!".yellow().to_string(), "of another prd: prd hooks install"),
            Standing::Damaged => {
                ("✗".red().to_string(), "not whole: take our lines out by hand, and install again")
            }
            Standing::Missing => ("-".dimmed().to_string(), "not installed"),
        };
        let chained = match (hook.chained, hook.standing) {
            (true, Standing::Missing) => ", another hook is there",
            (true, _) => ", with another hook",
            (false, _) => "",
        };
        let _ = writeln!(text, "{mark} {:19} {word}{chained}", hook.hook.name());
    }
    text
}

/// What a hook saw; nothing where all is well.
#[must_use]
pub fn run(run: &HookRun) -> String {
    let mut text: String = run.findings.iter().map(findings::finding).collect();
    for remark in &run.remarks {
        let severity = match remark.severity {
            Severity::Error => "error".red().bold().to_string(),
            Severity::Warning => "warning".yellow().bold().to_string(),
            Severity::Hint => "hint".cyan().to_string(),
        };
        let _ = writeln!(text, "{severity}: {}", remark.message);
        if let Some(hint) = &remark.hint {
            let _ = writeln!(text, "  {} {hint}", "→".dimmed());
        }
    }
    if run.is_refused() {
        let _ = writeln!(text, "prd refused in {}; --no-verify leaves the hooks out", run.hook);
    }
    text
}
