//! When a checkout is more than writing blobs as they are, and a status more than comparing them.
//!
//! The question is always whether something is *known* to ask for no more. What is not known is left to git: a setting
//! of `core` that a newer git has, a name that some file system takes for `.git`. Attributes are asked for beside
//! ([`super::attributes`]).

use std::collections::BTreeMap;
use std::path::Path;

use crate::io::git::error::GitError;
use crate::io::git::repository::Git;
use crate::io::git::settings::{is_false, is_true};

/// The hook that git runs whenever it has written an index.
const INDEX_HOOK: &str = "post-index-change";

/// Settings of `core` that change nothing of a checkout into an empty folder, and nothing of a status but what
/// [`Comparing`] knows and which files are ignored.
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

/// What is asked of a plain checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain {
    /// How many may write at a time.
    pub(super) workers: usize,
    /// True where the index ends without its hash.
    pub(super) skip_hash: bool,
}

/// Which of a file's facts count when it is compared with the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Comparing {
    /// True where owner and number count too, and not the time and the size alone.
    pub(super) all: bool,
    /// True where the time counts at which anything of the file changed.
    pub(super) change_time: bool,
}

impl Git {
    /// What the configuration asks of a checkout; `None` where something is known to git alone.
    pub(super) fn plain_checkout(&self, root: &Path) -> Result<Option<Plain>, GitError> {
        if !self.has_plain_objects()? || self.may_have_hook(root, INDEX_HOOK)? {
            return Ok(None);
        }
        Ok(plain_settings(&*self.settings_at(root)?))
    }

    /// True where objects are read in process, and none stands for another.
    pub(super) fn has_plain_objects(&self) -> Result<bool, GitError> {
        let objects = self.objects();
        Ok(cfg!(unix) && objects.is_in_process() && objects.refs("refs/replace/")?.is_empty())
    }
}

/// What a configuration asks of a checkout; `None` where that is not known to be plain.
fn plain_settings(values: &BTreeMap<String, String>) -> Option<Plain> {
    if !values.iter().all(is_plain) || values.get("index.version").is_some_and(|version| version != "2") {
        return None;
    }
    let workers = match values.get("checkout.workers") {
        Some(value) => value.parse().ok()?,
        None => 0,
    };
    let workers =
        if workers == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { workers };
    let skip_hash = bool_or(values, "index.skiphash", false)?;
    Some(Plain { workers, skip_hash })
}

/// What a configuration asks of a status; `None` where that is not known to be plain.
pub(super) fn plain_comparing(values: &BTreeMap<String, String>) -> Option<Comparing> {
    if !values.iter().all(is_plain) {
        return None;
    }
    let all = match values.get("core.checkstat").map(String::as_str) {
        None => true,
        Some(value) if value.eq_ignore_ascii_case("default") => true,
        Some(value) if value.eq_ignore_ascii_case("minimal") => false,
        Some(_) => return None,
    };
    Some(Comparing { all, change_time: all && bool_or(values, "core.trustctime", true)? })
}

/// A truth value; `None` where it may be one only to git.
fn bool_or(values: &BTreeMap<String, String>, key: &str, otherwise: bool) -> Option<bool> {
    match values.get(key) {
        None => Some(otherwise),
        Some(value) if is_true(value) => Some(true),
        Some(value) if is_false(value) => Some(false),
        Some(_) => None,
    }
}

fn is_plain((key, value): (&String, &String)) -> bool {
    let (section, name) = key.split_once('.').unwrap_or((key, ""));
    match section {
        "core" => is_plain_core(name, value),
        "index" => matches!(name, "skiphash" | "threads" | "version"),
        "extensions" => name == "worktreeconfig",
        "feature" => is_false(value),
        "attr" => false,
        _ => true,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn values(settings: &[(&str, &str)]) -> BTreeMap<String, String> {
        settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn asked(settings: &[(&str, &str)]) -> Option<Plain> {
        plain_settings(&values(settings))
    }

    #[test]
    fn which_facts_of_a_file_count_is_asked_as_git_does() {
        let compared = |settings: &[(&str, &str)]| {
            plain_comparing(&values(settings)).map(|comparing| (comparing.all, comparing.change_time))
        };
        assert_eq!(compared(&[("index.version", "4"), ("core.checkstat", "Default")]), Some((true, true)));
        assert_eq!(compared(&[("core.trustctime", "no")]), Some((true, false)));
        assert_eq!(compared(&[("core.checkstat", "minimal")]), Some((false, false)));
        for (key, value) in [
            ("core.checkstat", "some"),
            ("core.trustctime", "7"),
            ("core.autocrlf", "true"),
            ("attr.tree", "HEAD"),
        ] {
            assert_eq!(compared(&[(key, value)]), None, "{key}");
        }
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
