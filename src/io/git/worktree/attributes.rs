//! Attributes: whether any says something of how files are written or read.
//!
//! As in [`super::plain`], what is not known to say nothing is taken to say something.

use std::path::{Path, PathBuf};

use crate::io::git::error::GitError;
use crate::io::git::repository::Git;
use crate::io::git::worktree::list::path_of;

/// The file in which a folder names attributes.
pub(super) const ATTRIBUTES: &[u8] = b".gitattributes";

/// Attributes that change nothing of what is written. Those of hosts begin with their name.
const INDIFFERENT_ATTRIBUTES: [&str; 10] = [
    "binary", // no text, diff or merge
    "conflict-marker-size",
    "delta",
    "diff",
    "encoding",
    "export-ignore",
    "export-subst",
    "generated",
    "merge",
    "whitespace",
];
const HOSTS: [&str; 2] = ["linguist-", "gitlab-"];

impl Git {
    /// True where no file of attributes outside of the commit says anything of how files are written.
    pub(super) fn are_attributes_plain(&self, root: &Path) -> Result<bool, GitError> {
        let is_usual = !self.settings_at(root)?.contains_key("core.attributesfile");
        let of_user = if is_usual { self.usual_file("attributes") } else { None };
        for file in [Some(self.common_dir().join("info/attributes")), of_user].iter().flatten() {
            if !is_silent(file) {
                return Ok(false);
            }
        }
        Ok((is_usual || self.says_nothing_at(root, "GIT_ATTR_GLOBAL")?)
            && self.says_nothing_at(root, "GIT_ATTR_SYSTEM")?)
    }

    /// A file of the user's, `attributes` or `ignore`, where no other place is configured.
    pub(super) fn usual_file(&self, name: &str) -> Option<PathBuf> {
        let home = || self.var("HOME").map(|home| Path::new(home).join(".config"));
        let folder = self.var("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home);
        folder.map(|folder| folder.join("git").join(name))
    }

    /// As [`is_silent`], of a file whose place git knows.
    fn says_nothing_at(&self, root: &Path, place: &str) -> Result<bool, GitError> {
        let answer = self.git_at(root).args(["var", place]).run()?;
        match answer.code {
            Some(0) => Ok(is_silent(&path_of(answer.line().as_bytes()))),
            // There is none; an old git does not know the question, and ends with another code.
            code => Ok(code == Some(1)),
        }
    }
}

/// True where a file of attributes is not there, or says nothing of how files are written.
fn is_silent(file: &Path) -> bool {
    crate::io::files::read(file).is_ok_and(|bytes| says_nothing(&bytes.unwrap_or_default()))
}

/// True where a file of attributes is known to say nothing of how files are written.
///
/// `text=auto` and `-text` change no file unless something asks for other line ends.
pub(super) fn says_nothing(attributes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(attributes) else { return false };
    // Blank to git is no more than this.
    text.split('\n').map(|line| line.trim_start_matches([' ', '\t', '\r'])).all(|line| {
        if line.is_empty() || line.starts_with('#') {
            return true;
        }
        // A pattern in quotes may hold blanks, and a macro may mean anything.
        if line.starts_with(['"', '[']) {
            return false;
        }
        line.split_ascii_whitespace().skip(1).all(is_indifferent)
    })
}

fn is_indifferent(attribute: &str) -> bool {
    if matches!(attribute, "text=auto" | "-text" | "!text") {
        return true;
    }
    let name = attribute.trim_start_matches(['-', '!']);
    let name = name.split_once('=').map_or(name, |(name, _)| name);
    INDIFFERENT_ATTRIBUTES.contains(&name) || HOSTS.iter().any(|host| name.starts_with(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_for_what_changes_a_file() {
        for text in [
            "",
            "# eol=crlf\n\n",
            "* text=auto\n",
            "*.png binary\n*.svg -text diff=xml !merge\n",
            "  docs/** linguist-documentation=false export-ignore\r\n",
            "*.lock -diff merge=union linguist-generated",
        ] {
            assert!(says_nothing(text.as_bytes()), "{text}");
        }
        for text in [
            "* text\n",
            "*.sh text eol=lf\n",
            "*.bat eol=crlf\n",
            "*.psd filter=lfs diff=lfs merge=lfs -text\n",
            "*.c ident\n",
            "*.txt working-tree-encoding=UTF-16\n",
            "* crlf\n",
            "[attr]big filter=lfs\n",
            "\"a b\" filter=x\n",
            "* something\n",
            "\u{a0}# filter=x\n",
        ] {
            assert!(!says_nothing(text.as_bytes()), "{text}");
        }
        assert!(!says_nothing(b"\xff\xfe*"));
    }
}
