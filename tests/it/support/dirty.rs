//! A user in the middle of something: staged, unstaged and untracked changes that no command may touch.

use super::Repo;

/// What the user has under way: the index, in which git names each staged content by its hash, and the files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnderWay {
    index: String,
    files: Vec<Option<Vec<u8>>>,
}

const FILES: [&str; 5] =
    ["src/checkout.txt", "src/added.txt", "src/payment.txt", "src/refund.txt", "notes.bin"];

impl Repo {
    /// Stages, changes and adds files outside of the PRD folders, and gives what is to stay so.
    pub(crate) fn make_dirty(&self) -> UnderWay {
        self.write("src/checkout.txt", "one\nTWO, staged\nthree\n");
        self.write("src/added.txt", "staged, and new\n");
        self.git(&["add", "src/checkout.txt", "src/added.txt"]);
        self.write("src/checkout.txt", "one\nTWO, staged\nthree, changed since\n");
        self.write("src/payment.txt", "changed, not staged\r\n");
        self.write_bytes("notes.bin", b"\xff\x00 untracked");
        self.git(&["rm", "-q", "--cached", "src/refund.txt"]);
        self.under_way()
    }

    /// What the user has under way now.
    pub(crate) fn under_way(&self) -> UnderWay {
        UnderWay {
            index: self.git(&["ls-files", "--stage", "-v", "--", ".", ":(exclude)docs/prds"]),
            files: FILES.map(|file| fs_err::read(self.root().join(file)).ok()).into(),
        }
    }
}
