//! The modes that git gives to what a tree or an index holds.
//! <https://git-scm.com/docs/index-format>

/// The part of a mode that tells its kind; the system's modes have the same.
pub(super) const KIND: u32 = 0o170_000;
/// A plain file.
pub(super) const FILE: u32 = 0o100_000;
/// A symbolic link.
pub(super) const LINK: u32 = 0o120_000;
/// A folder of a tree.
pub(super) const FOLDER: u32 = 0o040_000;
/// A submodule: a commit.
pub(super) const SUBMODULE: u32 = 0o160_000;
/// May the owner run it? Git looks at no other permission.
pub(super) const RUNS: u32 = 0o100;

/// True for a plain file.
pub(super) const fn is_file(mode: u32) -> bool {
    mode & KIND == FILE
}

/// The mode as git compares it, and as an index has it: old trees have `0o100_664`.
pub(super) const fn canonical(mode: u32) -> u32 {
    if is_file(mode) { if mode & RUNS == 0 { 0o100_644 } else { 0o100_755 } } else { mode }
}
