//! What a commit is to change, and the commit that was built of it.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::model::path::RepoPath;
use crate::domain::model::people::Person;

use crate::io::git::oid::Oid;

/// One file that a commit writes or deletes. A move is a deletion and a new file.
///
/// Both contents are in the form in which home was read: a checkout's file as it lies in the work tree (its line
/// ends, its filters undone), a tip's as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeChange {
    /// The file.
    pub path: RepoPath,
    /// What it had when the plan was made; `None`: it did not exist.
    #[serde(with = "bytes")]
    pub expected: Option<Vec<u8>>,
    /// What it gets; `None` deletes it.
    #[serde(with = "bytes")]
    pub content: Option<Vec<u8>>,
}

/// One commit on the home branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitRequest {
    /// The files; each path once.
    pub changes: Vec<TreeChange>,
    /// The whole message, trailers included.
    pub message: String,
    /// The author; the committer is whom git knows.
    pub author: Person,
    /// The time of the commit.
    pub time: DateTime<FixedOffset>,
    /// Leaves out the hooks `pre-commit` and `commit-msg`.
    pub no_verify: bool,
}

/// A commit that exists as an object, and is on no branch yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Built {
    /// The commit.
    pub oid: Oid,
    /// Its parent: the tip that it is to replace.
    pub onto: Oid,
    /// The entries of its tree that differ from its parent's, or that home's index is to have.
    pub entries: Vec<Entry>,
}

/// What home's index is to hold for one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The file.
    pub path: RepoPath,
    /// Its mode (`0o100644`) and blob; `None` where it is deleted.
    pub blob: Option<(u32, Oid)>,
}

/// File contents in a journal: as text where they are text, else as numbers.
mod bytes {
    use super::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Content {
        Text(String),
        Bytes(Vec<u8>),
    }

    #[expect(clippy::ref_option, reason = "the signature is serde's")]
    pub(super) fn serialize<S: Serializer>(
        content: &Option<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let content = content.as_ref().map(|bytes| match std::str::from_utf8(bytes) {
            Ok(text) => Content::Text(text.to_owned()),
            Err(_) => Content::Bytes(bytes.clone()),
        });
        content.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        let content = Option::<Content>::deserialize(deserializer)?;
        Ok(content.map(|content| match content {
            Content::Text(text) => text.into_bytes(),
            Content::Bytes(bytes) => bytes,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_survives_a_journal_to_the_byte() {
        for content in [None, Some(b"# \xe2\x9c\x85\r\n".to_vec()), Some(vec![0xff, 0, 0x80])] {
            let change =
                TreeChange { path: RepoPath::new("a.md").unwrap(), expected: content.clone(), content };
            let text = serde_json::to_string(&change).unwrap();
            assert_eq!(serde_json::from_str::<TreeChange>(&text).unwrap(), change, "{text}");
        }
    }
}
