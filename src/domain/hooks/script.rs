//! Our lines in a hook's file: putting them in, and taking exactly them out again.
//!
//! They stand between two marks. Whatever else is in the file is the user's and is kept to the byte. In a shell script
//! they come first, because generated hooks end with `exec` or `exit`. A hook that is no shell script, a link, or is
//! switched off is not edited: it moves into a folder beside, and our script calls it from there by its own name.

use super::name::Hook;

const BEGIN: &str = "# >>> prd hooks";
const END: &str = "# <<< prd hooks <<<";
const HEAD: &str = "#!/bin/sh\n";

/// What is appended to the name of the hooks' folder: where hooks lie that ours call.
pub const ASIDE: &str = ".before-prd";

/// How our lines came into a file; the mark says it, so that taking them out needs no memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Among the user's own lines.
    Among,
    /// As [`Place::Among`], and the line before them had no end.
    AmongWithNewline,
    /// In a file of their own: there was no hook.
    Alone,
    /// In a file of their own that calls the hook that was there.
    Before,
}

impl Place {
    const ALL: [(Self, &str); 4] = [
        (Self::Among, " >>>"),
        (Self::AmongWithNewline, " (the line end before this line is ours) >>>"),
        (Self::Alone, " (this file is ours) >>>"),
        (Self::Before, " (this file is ours and calls the hook that was here) >>>"),
    ];

    fn mark(self) -> String {
        let tag = Self::ALL.iter().find(|(place, _)| *place == self).map_or(" >>>", |(_, tag)| tag);
        format!("{BEGIN}{tag} `prd hooks uninstall` takes these lines away\n")
    }

    fn of(line: &str) -> Option<Self> {
        let rest = line.strip_prefix(BEGIN)?;
        // The longest first: each but the first has more before the same end.
        Self::ALL.iter().rev().find(|(_, tag)| rest.starts_with(tag)).map(|(place, _)| *place)
    }
}

/// A file without our lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// How they had come in.
    pub place: Place,
    /// The rest.
    pub rest: String,
}

impl Removed {
    /// True where nothing of the user's is left: the file was ours, and still is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self.place, Place::Alone | Place::Before) && (self.rest == HEAD || self.rest.is_empty())
    }
}

/// True where a text is a script for a shell, so that lines can be put into it: it has a shell's `#!`, or none and
/// is run by `sh` then.
#[must_use]
pub fn is_shell(text: &str) -> bool {
    if text.contains('\0') {
        return false;
    }
    let Some(line) = text.lines().next().filter(|line| line.starts_with("#!")) else { return true };
    let mut words = line.trim_start_matches("#!").split_whitespace();
    let first = words.next().unwrap_or_default();
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let program = if name(first) == "env" {
        words.find(|word| !word.starts_with('-')).map(name).unwrap_or_default()
    } else {
        name(first)
    };
    ["sh", "bash", "dash", "ash", "ksh", "zsh", "busybox"].contains(&program.as_str())
}

/// The text of a hook that is ours alone, or that calls the one that was there.
#[must_use]
pub fn own(hook: Hook, program: &str, place: Place) -> String {
    format!("{HEAD}{}", lines(hook, program, place))
}

/// A shell script with our lines in it, behind its `#!`.
#[must_use]
pub fn with_ours(text: &str, hook: Hook, program: &str) -> String {
    let head = if text.starts_with("#!") { text.find('\n').map_or(text.len(), |end| end + 1) } else { 0 };
    let (first, rest) = text.split_at(head);
    if first.is_empty() || first.ends_with('\n') {
        return format!("{first}{}{rest}", lines(hook, program, Place::Among));
    }
    format!("{first}\n{}{rest}", lines(hook, program, Place::AmongWithNewline))
}

/// True where our lines are in a text.
#[must_use]
pub fn has_ours(text: &str) -> bool {
    text.lines().any(|line| Place::of(line).is_some())
}

/// A text without our lines; `None` where they are not there, or no longer whole.
#[must_use]
pub fn without_ours(text: &str) -> Option<Removed> {
    let mut at = 0;
    let mut begin = None;
    for line in text.split_inclusive('\n') {
        match begin {
            None => begin = Place::of(line).map(|place| (at, place)),
            Some((start, place)) if line.starts_with(END) => {
                let end = at + line.len();
                let start = match place {
                    Place::AmongWithNewline if text[..start].ends_with('\n') => start - 1,
                    Place::AmongWithNewline | Place::Among | Place::Alone | Place::Before => start,
                };
                return Some(Removed { place, rest: format!("{}{}", &text[..start], &text[end..]) });
            }
            Some(_) => {}
        }
        at += line.len();
    }
    None
}

/// Our lines. Only the exit code 1 stops git: whatever else goes wrong in `prd` is no reason not to commit.
fn lines(hook: Hook, program: &str, place: Place) -> String {
    let mut text = place.mark();
    let quoted = format!("'{}'", program.replace('\'', "'\\''"));
    let (before, input) = if hook.reads_input() {
        ("prd_input=$(cat)\n", "printf '%s\\n' \"$prd_input\" | ")
    } else {
        ("", "")
    };
    let null = if hook.reads_input() { "" } else { " </dev/null" };
    text.push_str(before);
    text.push_str("prd_code=0\n");
    text.push_str(&format!("for prd_program in {quoted} prd ''; do\n"));
    text.push_str("    if command -v \"$prd_program\" >/dev/null 2>&1; then break; fi\ndone\n");
    text.push_str("if [ -n \"$prd_program\" ]; then\n");
    text.push_str(&format!("    {input}\"$prd_program\" hooks run {hook} -- \"$@\"{null} || prd_code=$?\n"));
    text.push_str(&format!(
        "else\n    echo 'prd is not to be found, so its {hook} hook is left out' >&2\nfi\n"
    ));
    text.push_str("if [ \"$prd_code\" -eq 1 ]; then exit 1; fi\n");
    if hook.reads_input() && place != Place::Alone {
        // Whoever comes behind gets the input that git wrote.
        text.push_str("if [ -n \"$prd_input\" ]; then exec <<PRD_INPUT\n$prd_input\nPRD_INPUT\n");
        text.push_str("else exec </dev/null; fi\n");
    }
    if place == Place::Before {
        text.push_str(&format!("prd_before=\"${{0%/*}}{ASIDE}/{hook}\"\n"));
        text.push_str("if [ -x \"$prd_before\" ]; then exec \"$prd_before\" \"$@\"; fi\n");
    }
    text.push_str(END);
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tells_shells_from_the_rest() {
        for (text, shell) in [
            ("#!/bin/sh\n", true),
            ("#!/usr/bin/env bash\nx", true),
            ("#! /usr/bin/env -S zsh -e\n", true),
            ("#!/bin/bash -e", true),
            ("echo no shebang\n", true),
            ("#!/usr/bin/env python3\n", false),
            ("#!/usr/bin/env node\n", false),
            ("#!/usr/bin/perl\n", false),
            ("\u{7f}ELF\0", false),
        ] {
            assert_eq!(is_shell(text), shell, "{text:?}");
        }
    }

    #[test]
    fn what_was_edited_since_is_kept() {
        let installed = with_ours("#!/bin/sh\nmake lint\n", Hook::PreCommit, "/usr/bin/prd");
        let edited = format!("{}npm test\n", installed.replace("make lint", "make all"));
        assert_eq!(without_ours(&edited).unwrap().rest, "#!/bin/sh\nmake all\nnpm test\n");
        let own = own(Hook::PreCommit, "prd", Place::Alone);
        assert!(without_ours(&own).unwrap().is_empty());
        let edited = without_ours(&format!("{own}make\n")).unwrap();
        assert!(!edited.is_empty());
        assert_eq!(edited.rest, "#!/bin/sh\nmake\n");
    }

    #[test]
    fn half_of_our_lines_is_not_taken_for_all() {
        let own = own(Hook::PreCommit, "prd", Place::Alone);
        let half = own.replace(END, "");
        assert!(has_ours(&half));
        assert_eq!(without_ours(&half), None);
    }

    proptest! {
        #[test]
        fn in_and_out_again_is_the_same_to_the_byte(
            head in prop_oneof![Just(""), Just("#!/bin/sh"), Just("#!/bin/sh\r\n"), Just("#!/usr/bin/env bash\n")],
            rest in "[ -~\n\r\té]{0,80}",
            at in 0..7_usize,
        ) {
            let text = if head.is_empty() || head.ends_with('\n') || rest.is_empty() || rest.starts_with('\n') {
                format!("{head}{rest}")
            } else {
                format!("{head}\n{rest}")
            };
            let installed = with_ours(&text, Hook::ALL[at], "/opt/it's here/prd");
            prop_assert!(has_ours(&installed));
            prop_assert_eq!(without_ours(&installed).unwrap().rest, text);
        }
    }
}
