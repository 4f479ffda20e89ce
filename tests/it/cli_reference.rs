//! `docs/cli.md` is what the program says of itself.

use std::fmt::Write as _;

use clap::CommandFactory as _;
use prd::cli::args::Cli;

use super::book;

const HEAD: &str = "\
# Command-line reference

<!-- Made from the program's own help: PRD_UPDATE_DOCS=1 cargo test --test it cli_reference -->

A PRD is named by its id in any case (`svc-128`), by its bare number (`128`), by its path, or by any part of its name that
no other PRD has. The global options work with every command. The answer goes to standard output, and what happens on the way to standard error. Every command that
prints takes `--format json`, see [JSON](json.md); how commands end is told in [exit codes](exit-codes.md).

";

#[test]
fn the_reference_is_what_the_program_says() {
    let mut command = Cli::command().term_width(100);
    command.build();
    let mut page = HEAD.to_owned();
    describe(&mut command, "prd", &mut page);
    book::assert_file("docs/cli.md", &page);
}

/// Help texts follow one style: imperative first line without a full stop, and every argument is described.
#[test]
fn every_command_and_argument_is_described() {
    let mut command = Cli::command();
    command.build();
    let mut wrong = Vec::new();
    walk(&command, "prd", &mut |name, command| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        if about.is_empty() || about.ends_with('.') {
            wrong.push(format!("{name}: `{about}`"));
        }
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            if help.is_empty() || help.ends_with('.') {
                wrong.push(format!("{name} {}: `{help}`", argument.get_id()));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn walk(command: &clap::Command, name: &str, visit: &mut impl FnMut(&str, &clap::Command)) {
    visit(name, command);
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        walk(inner, &format!("{name} {}", inner.get_name()), visit);
    }
}

fn describe(command: &mut clap::Command, name: &str, page: &mut String) {
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(page, "## {name}\n\n```text\n{}\n```\n", lines.join("\n").trim_end());
    for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
        page.push('\n');
        let inner_name = format!("{name} {}", inner.get_name());
        // What every command takes is told once, at the top.
        let mut inner = inner.clone().mut_args(|argument| {
            let everywhere = argument.get_help_heading() == Some("Global options");
            if everywhere { argument.hide(true) } else { argument }
        });
        describe(&mut inner, &inner_name, page);
    }
}
