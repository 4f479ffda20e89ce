//! A user in the middle of something: staged, unstaged and untracked changes that no command may touch.

use super::Repo;

/// What the user has under way, as git and the file system see it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnderWay {
    staged: String,
    unstaged: String,
    untracked: Vec<u8>,
    index: String,
}

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
        let outside = ["--", ".", ":(exclude)docs/prds"];
        let ask = |args: &[&str]| self.git(&[args, &outside].concat());
        UnderWay {
            staged: ask(&["diff", "--cached", "--no-renames"]),
            unstaged: ask(&["diff", "--no-renames"]),
            untracked: fs_err::read(self.root().join("notes.bin")).unwrap_or_default(),
            index: ask(&["ls-files", "--stage", "-v"]),
        }
    }
}
