//! When a checkout is more than writing blobs as they are.
//!
//! The question is always whether something is *known* to ask for no more. What is not known is left to git: a setting
//! of `core` that a newer git has, an attribute, a name that some file system takes for `.git`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::io::git::error::GitError;
use crate::io::git::repository::Git;
use crate::io::git::settings::{is_false, is_true};
use crate::io::git::worktree::list::path_of;

/// The file in which a folder names attributes.
pub(super) const ATTRIBUTES: &[u8] = b".gitattributes";

/// The hook that git runs whenever it has written an index.
const INDEX_HOOK: &str = "post-index-change";

/// Settings of `core` that change nothing of a checkout into an empty folder.
const INDIFFERENT: [&str; 31] = [
    "abbrev",
    "askpass",
    "attributesfile", // what is in it counts
    "bare",
    "checkstat",
    "commentchar",
    "commentstring",
    "commitgraph",
    "compression",
    "deltabasecachelimit",
    "editor",
    "excludesfile",
    "gitproxy",
    "hookspath",
    "logallrefupdates",
    "loosecompression",
    "multipackindex",
    "notesref",
    "packedgitlimit",
    "packedgitwindowsize",
    "packedrefstimeout",
    "pager",
    "preloadindex",
    "protectntfs", // no name is written that it is about
    "quotepath",
    "repositoryformatversion", // 1 comes with extensions
    "sparsecheckoutcone",
    "sshcommand",
    "trustctime",
    "warnambiguousrefs",
    "whitespace",
];

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

/// What is asked of a plain checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain {
    /// How many may write at a time.
    pub(super) workers: usize,
    /// True where the index ends without its hash.
    pub(super) skip_hash: bool,
}

impl Git {
    /// What the configuration asks of a checkout; `None` where something is known to git alone.
    pub(super) fn plain_checkout(&self, root: &Path) -> Result<Option<Plain>, GitError> {
        if !cfg!(unix) || !self.objects().is_in_process() || self.may_have_hook(root, INDEX_HOOK)? {
            return Ok(None);
        }
        // Another object may stand for one.
        if !self.objects().refs("refs/replace/")?.is_empty() {
            return Ok(None);
        }
        Ok(plain_settings(&*self.settings_at(root)?))
    }

    /// True where no file of attributes outside of the commit says anything of how files are written.
    pub(super) fn are_attributes_plain(&self, root: &Path) -> Result<bool, GitError> {
        let is_usual = !self.settings_at(root)?.contains_key("core.attributesfile");
        let of_user = if is_usual { self.usual_attributes() } else { None };
        for file in [Some(self.common_dir().join("info/attributes")), of_user].iter().flatten() {
            if !is_silent(file) {
                return Ok(false);
            }
        }
        Ok((is_usual || self.says_nothing_at(root, "GIT_ATTR_GLOBAL")?)
            && self.says_nothing_at(root, "GIT_ATTR_SYSTEM")?)
    }

    /// The user's attributes where no other place is configured.
    fn usual_attributes(&self) -> Option<PathBuf> {
        let home = || self.var("HOME").map(|home| Path::new(home).join(".config"));
        let folder = self.var("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home);
        folder.map(|folder| folder.join("git/attributes"))
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

/// What a configuration asks for; `None` where that is not known to be plain.
fn plain_settings(values: &BTreeMap<String, String>) -> Option<Plain> {
    let is_plain = |(key, value): (&String, &String)| {
        let (section, name) = key.split_once('.').unwrap_or((key, ""));
        match section {
            "core" => is_plain_core(name, value),
            "index" => matches!(name, "skiphash" | "threads") || (name == "version" && value == "2"),
            "extensions" => name == "worktreeconfig",
            "feature" => is_false(value),
            "attr" => false,
            _ => true,
        }
    };
    if !values.iter().all(is_plain) {
        return None;
    }
    let workers = match values.get("checkout.workers") {
        Some(value) => value.parse().ok()?,
        None => 0,
    };
    let workers =
        if workers == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { workers };
    let skip_hash = match values.get("index.skiphash").map(String::as_str) {
        None => false,
        Some(value) if is_true(value) => true,
        Some(value) if is_false(value) => false,
        Some(_) => return None,
    };
    Some(Plain { workers, skip_hash })
}

fn is_plain_core(name: &str, value: &str) -> bool {
    match name {
        "filemode" | "symlinks" => is_true(value),
        "autocrlf" | "fsmonitor" | "ignorecase" | "precomposeunicode" | "protecthfs" | "safecrlf"
        | "sparsecheckout" | "splitindex" | "untrackedcache" => is_false(value),
        "sharedrepository" => is_false(value) || value == "umask",
        _ => INDIFFERENT.contains(&name),
    }
}

/// True for a name in a tree that git may refuse, or that some file system may take for one of git's own; a link may have
/// none that git reads files of.
pub(super) fn is_odd_name(name: &[u8], is_link: bool) -> bool {
    if matches!(name, b"" | b"." | b"..") || name.contains(&b'/') || name.contains(&b'\\') {
        return true;
    }
    // Some file systems leave characters out, and what follows a colon, and dots and blanks at the end.
    let until = name.iter().position(|byte| *byte == b':').unwrap_or(name.len());
    let ascii = name[..until].iter().filter(|byte| byte.is_ascii()).map(u8::to_ascii_lowercase);
    let mut ascii: Vec<u8> = ascii.collect();
    while ascii.last().is_some_and(|byte| matches!(byte, b'.' | b' ')) {
        ascii.pop();
    }
    let is_short = ascii.starts_with(b"gi") && ascii.contains(&b'~');
    ascii == b".git" || is_short || (is_link && ascii.starts_with(b".git"))
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

    fn asked(settings: &[(&str, &str)]) -> Option<Plain> {
        let pairs = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        plain_settings(&pairs.collect())
    }

    #[test]
    fn what_git_init_writes_is_plain_and_so_is_what_is_about_other_things() {
        let settings = [
            ("core.repositoryformatversion", "0"),
            ("core.filemode", "true"),
            ("core.bare", "false"),
            ("core.logallrefupdates", "true"),
            ("core.autocrlf", "false"),
            ("core.editor", "vi"),
            ("user.name", "Ada"),
            ("filter.lfs.smudge", "git-lfs smudge -- %f"),
            ("feature.manyfiles", "no"),
            ("extensions.worktreeconfig", "true"),
            ("remote.origin.url", "nowhere"),
        ];
        let all = Plain { workers: std::thread::available_parallelism().unwrap().get(), skip_hash: false };
        assert_eq!(asked(&settings), Some(all));
        assert_eq!(asked(&[]), Some(all));
        let more = [("checkout.workers", "3"), ("index.skiphash", "yes"), ("index.version", "2")];
        assert_eq!(asked(&more), Some(Plain { workers: 3, skip_hash: true }));
    }

    #[test]
    fn each_setting_that_asks_for_more_is_left_to_git() {
        for (key, value) in [
            ("core.autocrlf", "true"),
            ("core.autocrlf", "input"),
            ("core.eol", "lf"),
            ("core.safecrlf", "warn"),
            ("core.symlinks", "false"),
            ("core.filemode", "false"),
            ("core.filemode", ""),
            ("core.ignorecase", "true"),
            ("core.precomposeunicode", "true"),
            ("core.protecthfs", "true"),
            ("core.sparsecheckout", "true"),
            ("core.splitindex", "true"),
            ("core.untrackedcache", "true"),
            ("core.fsmonitor", "true"),
            ("core.fsmonitor", ".git/hooks/query-watchman"),
            ("core.fsync", "all"),
            ("core.fsyncmethod", "batch"),
            ("core.sharedrepository", "group"),
            ("core.sharedrepository", "0640"),
            ("core.worktree", "/elsewhere"),
            ("core.bigfilethreshold", "1m"),
            ("core.a-setting-of-a-newer-git", "true"),
            ("index.version", "4"),
            ("index.sparse", "true"),
            ("index.skiphash", "perhaps"),
            ("checkout.workers", "-1"),
            ("feature.manyfiles", "true"),
            ("feature.experimental", "true"),
            ("attr.tree", "HEAD"),
            ("extensions.objectformat", "sha256"),
            ("extensions.partialclone", "origin"),
            ("extensions.unknown", "1"),
        ] {
            assert_eq!(asked(&[("core.filemode", "true"), (key, value)]), None, "{key} {value}");
        }
    }

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

    #[test]
    fn names_that_git_or_a_file_system_may_refuse_are_odd() {
        for name in [
            ".",
            "..",
            "",
            ".git",
            ".GIT",
            ".git.",
            ".Git ",
            ".git . .",
            ".git::$INDEX_ALLOCATION",
            ".g\u{200c}it",
            ".git\u{feff}",
            "GIT~1",
            "gitmod~1",
            "a\\b",
            "a/b",
        ] {
            assert!(is_odd_name(name.as_bytes(), false), "{name}");
        }
        for name in ["a", ".gitignore", ".github", ".gitmodules", "git", "ä.git", "a:b", "x~1", ".git-x"] {
            assert_eq!(is_odd_name(name.as_bytes(), false), name == "ä.git", "{name}");
        }
        assert!(is_odd_name(b".gitmodules", true) && !is_odd_name(b"modules", true));
    }
}
