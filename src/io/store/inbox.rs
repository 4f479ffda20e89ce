//! Which notes somebody has read: kept in the clone, for it is nobody else's business and no commit is worth it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::lifecycle::plan::TextHash;
use crate::domain::model::people::Person;
use crate::io::files;

/// What is written down.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Marks {
    /// The version of this file: 1.
    schema: u32,
    /// The names of the notes' files, without their ending.
    read: BTreeSet<String>,
}

/// One file for each person, by address: several may work in one clone.
fn path(private_dir: &Path, who: &Person) -> PathBuf {
    let name = TextHash::of(who.email.trim().to_lowercase().as_bytes()).to_string();
    private_dir.join("inbox").join(format!("{}.json", name.get(..16).unwrap_or(&name)))
}

/// The notes that somebody has read in this clone. A file that does not read says that there are none.
#[must_use]
pub fn read_by(private_dir: &Path, who: &Person) -> BTreeSet<String> {
    let bytes = files::read(&path(private_dir, who)).ok().flatten();
    bytes.and_then(|bytes| serde_json::from_slice::<Marks>(&bytes).ok()).unwrap_or_default().read
}

/// Marks notes as read.
///
/// # Errors
/// The clone's folder cannot be written.
pub fn mark(
    private_dir: &Path,
    who: &Person,
    names: impl IntoIterator<Item = String>,
) -> std::io::Result<()> {
    let mut read = read_by(private_dir, who);
    read.extend(names);
    let text = serde_json::to_string_pretty(&Marks { schema: 1, read })?;
    files::replace(&path(private_dir, who), format!("{text}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(email: &str) -> Person {
        Person { name: "A".to_owned(), email: email.to_owned() }
    }

    #[test]
    fn each_person_has_read_what_they_have_read() {
        let clone = tempfile::tempdir().unwrap();
        let (ada, grace) = (person("ada@example.org"), person("grace@example.org"));
        assert!(read_by(clone.path(), &ada).is_empty());
        mark(clone.path(), &ada, ["b".to_owned()]).unwrap();
        mark(clone.path(), &person("ADA@example.org"), ["a".to_owned()]).unwrap();
        assert_eq!(read_by(clone.path(), &ada), BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        assert!(read_by(clone.path(), &grace).is_empty());
        fs_err::write(path(clone.path(), &ada), "{").unwrap();
        assert!(read_by(clone.path(), &ada).is_empty());
    }
}
