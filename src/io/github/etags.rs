//! Pages of lists with their versions, so that GitHub need not send again what did not change. Never the truth: what
//! counts is GitHub's word that a page is still this one, and a file that is missing or broken is as none.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::io::files;

/// What is kept of a clone's requests.
#[derive(Debug, Clone)]
pub struct Etags {
    folder: PathBuf,
}

/// One page as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// Its whole address.
    pub(super) url: String,
    /// Its version, as GitHub calls it.
    pub(super) etag: String,
    /// The header with the next page.
    pub(super) link: Option<String>,
    /// The text.
    pub(super) text: String,
}

impl Etags {
    /// The cache in a clone's private folder.
    #[must_use]
    pub fn of(private_dir: &Path) -> Self {
        Self { folder: private_dir.join("cache/github") }
    }

    fn path(&self, url: &str) -> PathBuf {
        let hash: String = Sha256::digest(url).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(format!("{hash}.json"))
    }

    /// What is known of an address.
    pub(super) fn of_url(&self, url: &str) -> Option<Kept> {
        let bytes = files::read(&self.path(url)).ok()??;
        let kept: Kept = serde_json::from_slice(&bytes).ok()?;
        // An etag goes into a header.
        let is_plain = !kept.etag.is_empty() && kept.etag.chars().all(|c| c.is_ascii_graphic());
        (kept.url == url && is_plain).then_some(kept)
    }

    /// Keeps a page; that it cannot be kept costs a longer answer the next time.
    pub(super) fn keep(&self, kept: &Kept) {
        if let Ok(text) = serde_json::to_vec(kept) {
            drop(files::replace_unsynced(&self.path(&kept.url), &text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_known_by_its_address_and_a_broken_file_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let etags = Etags::of(dir.path());
        let kept = |etag: &str| Kept {
            url: "https://x/1".to_owned(),
            etag: etag.to_owned(),
            link: None,
            text: "[]".to_owned(),
        };
        assert_eq!(etags.of_url("https://x/1"), None);
        etags.keep(&kept("W/\"1\""));
        assert_eq!(etags.of_url("https://x/1"), Some(kept("W/\"1\"")));
        assert_eq!(etags.of_url("https://x/2"), None);
        etags.keep(&kept("a\r\nb"));
        assert_eq!(etags.of_url("https://x/1"), None, "it would end the header");
        fs_err::write(etags.path("https://x/1"), "{").unwrap();
        assert_eq!(etags.of_url("https://x/1"), None);
    }
}
