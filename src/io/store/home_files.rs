//! Files of home: from a checkout, or from the tree of a commit where nobody has the home branch checked out.

use std::path::{Path, PathBuf};

use crate::domain::model::path::RepoPath;
use crate::io::files;
use crate::io::git::error::GitError;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;

/// The largest file that is read as a PRD, in bytes: anything larger is no text that people review.
pub const LARGEST: u64 = 10 * 1024 * 1024;

/// Where the files of home are.
#[derive(Debug)]
pub enum HomeFiles<'a> {
    /// A work tree with its root.
    Checkout(PathBuf),
    /// The tree of a commit: nobody has the home branch checked out.
    Tree(&'a Git, Oid),
}

/// A file that is there but is not read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The file.
    pub path: RepoPath,
    /// Why.
    pub why: Why,
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It is a symbolic link: reading it may leave the repository, and writing it would replace the link.
    Symlink,
    /// It is a folder with a name that ends with `.md`.
    Folder,
    /// It is larger than [`LARGEST`]; its size in bytes.
    TooLarge(u64),
    /// The file system refuses; its words.
    Unreadable(String),
    /// Its name is not UTF-8.
    Name,
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Symlink => f.write_str("it is a symbolic link"),
            Self::Folder => f.write_str("it is a folder"),
            Self::TooLarge(size) => write!(f, "it has {} MB", size / 1_000_000),
            Self::Unreadable(why) => f.write_str(why),
            Self::Name => f.write_str("its name is not UTF-8"),
        }
    }
}

/// What lies below some folders.
#[derive(Debug, Default)]
pub struct Listing {
    /// Plain files, sorted.
    pub files: Vec<RepoPath>,
    /// What is not read.
    pub unread: Vec<Unread>,
}

impl HomeFiles<'_> {
    /// All Markdown files below the folders, at any depth. A folder that is not there is empty.
    ///
    /// # Errors
    /// The commit's tree cannot be read.
    pub fn markdown_below(&self, folders: &[RepoPath]) -> Result<Listing, GitError> {
        let mut listing = Listing::default();
        match self {
            Self::Checkout(root) => {
                for folder in folders {
                    if leads_out(root, folder) {
                        listing.unread.push(Unread { path: folder.clone(), why: Why::Symlink });
                    } else {
                        walk(root, folder, &mut listing);
                    }
                }
            }
            Self::Tree(git, oid) => {
                for path in git.tree_paths(oid, folders)? {
                    if path.as_str().ends_with(".md") {
                        listing.files.push(path);
                    }
                }
            }
        }
        listing.files.sort();
        listing.files.dedup();
        Ok(listing)
    }

    /// The content of a file; `Ok(None)` where there is none.
    ///
    /// # Errors
    /// Why it is not read.
    pub fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Why> {
        match self {
            Self::Checkout(root) => read_plain(&root.join(path.as_str())),
            Self::Tree(git, oid) => {
                git.read_blob(oid.as_str(), path).map_err(|error| Why::Unreadable(error.to_string()))
            }
        }
    }

    /// True where there is a file, a folder or a link of this path.
    #[must_use]
    pub fn is_there(&self, path: &RepoPath) -> bool {
        match self {
            Self::Checkout(root) => std::fs::symlink_metadata(root.join(path.as_str())).is_ok(),
            Self::Tree(git, oid) => {
                git.tree_paths(oid, std::slice::from_ref(path)).is_ok_and(|paths| !paths.is_empty())
            }
        }
    }

    /// The Markdown files directly in a folder, `None` for the root, sorted. Of a branch's tip the root is not looked
    /// through.
    #[must_use]
    pub fn pages_in(&self, folder: Option<&RepoPath>) -> Vec<RepoPath> {
        let mut paths = match (self, folder) {
            (_, Some(folder)) => self.names_in(folder),
            (Self::Checkout(root), None) => entries(root)
                .into_iter()
                .filter_map(|entry| RepoPath::new(entry.file_name().to_str()?).ok())
                .collect(),
            (Self::Tree(..), None) => Vec::new(),
        };
        paths.retain(|path| path.parent().as_ref() == folder && path.as_str().ends_with(".md"));
        paths.sort();
        paths
    }

    /// The names of the files directly in a folder, sorted; none where it is not there.
    #[must_use]
    pub fn names_in(&self, folder: &RepoPath) -> Vec<RepoPath> {
        let mut paths = match self {
            Self::Checkout(root) => entries(&root.join(folder.as_str()))
                .into_iter()
                .filter_map(|entry| folder.join(entry.file_name().to_str()?).ok())
                .collect(),
            Self::Tree(git, oid) => git.tree_paths(oid, std::slice::from_ref(folder)).unwrap_or_default(),
        };
        paths.sort();
        paths
    }
}

/// Reads a plain file of at most [`LARGEST`] bytes.
fn read_plain(path: &Path) -> Result<Option<Vec<u8>>, Why> {
    let unreadable = |error: std::io::Error| Why::Unreadable(error.to_string());
    let about = match std::fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if about.is_symlink() {
        return Err(Why::Symlink);
    }
    if about.is_dir() {
        return Err(Why::Folder);
    }
    if about.len() > LARGEST {
        return Err(Why::TooLarge(about.len()));
    }
    std::fs::read(path).map(Some).map_err(unreadable)
}

fn entries(folder: &Path) -> Vec<std::fs::DirEntry> {
    std::fs::read_dir(folder).map(|entries| entries.flatten().collect()).unwrap_or_default()
}

/// True for a folder that a symbolic link leads out of the repository.
fn leads_out(root: &Path, folder: &RepoPath) -> bool {
    files::first_link(root, folder).is_some()
        && match (root.canonicalize(), root.join(folder.as_str()).canonicalize()) {
            (Ok(root), Ok(folder)) => !folder.starts_with(root),
            _ => false,
        }
}

fn walk(root: &Path, folder: &RepoPath, listing: &mut Listing) {
    let entries = match std::fs::read_dir(root.join(folder.as_str())) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => {
            listing.unread.push(Unread { path: folder.clone(), why: Why::Unreadable(error.to_string()) });
            return;
        }
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            listing.unread.push(Unread { path: folder.clone(), why: Why::Name });
            continue;
        };
        let (Ok(path), Ok(kind)) = (folder.join(name), entry.file_type()) else { continue };
        let markdown = name.ends_with(".md");
        if kind.is_dir() {
            if markdown {
                listing.unread.push(Unread { path, why: Why::Folder });
            } else if !name.starts_with('.') {
                walk(root, &path, listing);
            }
        } else if markdown && kind.is_symlink() {
            listing.unread.push(Unread { path, why: Why::Symlink });
        } else if markdown && kind.is_file() {
            listing.files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::files::replace as create;

    #[test]
    fn lists_plain_markdown_and_names_the_rest() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        create(&at("docs/draft/SVC-1-a.md"), b"# a").unwrap();
        create(&at("docs/draft/2025/Q1/SVC-2-b.md"), b"# b").unwrap();
        create(&at("docs/draft/notes.txt"), b"no").unwrap();
        create(&at("docs/draft/.hidden/SVC-3-c.md"), b"# c").unwrap();
        fs_err::create_dir_all(at("docs/draft/SVC-4-folder.md")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/passwd", at("docs/draft/SVC-5-link.md")).unwrap();
        let files = HomeFiles::Checkout(root.path().to_owned());
        let listing = files.markdown_below(&[RepoPath::new("docs/draft").unwrap()]).unwrap();
        let names: Vec<&str> = listing.files.iter().map(RepoPath::as_str).collect();
        assert_eq!(names, ["docs/draft/2025/Q1/SVC-2-b.md", "docs/draft/SVC-1-a.md"]);
        assert_eq!(listing.unread.len(), if cfg!(unix) { 2 } else { 1 });
    }
}
