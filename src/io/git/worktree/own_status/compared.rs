//! Whether a file is as the index has it, told as git does from what the system says of it.

use std::fs::Metadata;

use crate::io::git::index_file::Tracked;
use crate::io::git::mode::{FILE, KIND, LINK, RUNS};
use crate::io::git::seen::{Seen, mode_of};
use crate::io::git::worktree::plain::Comparing;

/// The name of the empty blob.
const EMPTY: [u8; 20] = [
    0xE6, 0x9D, 0xE2, 0x9B, 0xB2, 0xD1, 0xD6, 0x43, 0x4B, 0x8B, 0x29, 0xAE, 0x77, 0x5A, 0xD8, 0xC2, 0xE4,
    0x8C, 0x53, 0x91,
];

/// What a file is, beside the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compared {
    /// As the index has it.
    Same,
    /// Something else.
    Changed,
    /// What its content says.
    ByContent,
    /// What its content says, where that is the same. Else it depends on whether git was built to see fractions of seconds.
    ByContentOrGit,
}

/// Compares a file with the index, which was written at a second; `None` where that is left to git.
///
/// What changed within the second in which the index was written may have the same times as before, and is read.
pub(super) fn compare(
    tracked: &Tracked<'_>,
    about: &Metadata,
    comparing: Comparing,
    written: u32,
) -> Option<Compared> {
    let (now, mode) = (Seen::of(about), mode_of(about));
    if u64::from(now.size) != about.len() || tracked.oid.len() != EMPTY.len() {
        return None;
    }
    let is_other = match tracked.mode & KIND {
        FILE => mode & KIND != FILE || (mode ^ tracked.mode) & RUNS != 0,
        LINK => mode & KIND != LINK,
        _ => return None,
    };
    if is_other {
        return Some(Compared::Changed);
    }
    Some(by_facts(tracked, &now, comparing, written))
}

fn by_facts(tracked: &Tracked<'_>, now: &Seen, comparing: Comparing, written: u32) -> Compared {
    let seen = &tracked.seen;
    // Without a size git has never seen the file, or wants it to be read.
    if seen.size == 0 && (now.size != 0 || tracked.oid != EMPTY) {
        return Compared::ByContent;
    }
    if seen.size != now.size {
        return Compared::Changed;
    }
    let is_known = seen.modified[0] == now.modified[0]
        && (!comparing.change_time || seen.changed[0] == now.changed[0])
        && (!comparing.all || (seen.inode, seen.user, seen.group) == (now.inode, now.user, now.group));
    let is_as_new = written != 0 && written <= seen.modified[0];
    if !is_known || is_as_new {
        return Compared::ByContent;
    }
    let is_exact = seen.modified == now.modified && (!comparing.change_time || seen.changed == now.changed);
    if is_exact { Compared::Same } else { Compared::ByContentOrGit }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: Seen =
        Seen { changed: [100, 7], modified: [90, 8], device: 1, inode: 2, user: 3, group: 4, size: 5 };
    const ALL: Comparing = Comparing { all: true, change_time: true };

    fn told(seen: Seen, now: Seen, comparing: Comparing, written: u32) -> Compared {
        let tracked = Tracked { mode: 0o100_644, oid: &[1; 20], seen };
        by_facts(&tracked, &now, comparing, written)
    }

    #[test]
    fn each_fact_counts_as_it_does_for_git() {
        assert_eq!(told(SEEN, SEEN, ALL, 101), Compared::Same);
        assert_eq!(told(SEEN, Seen { size: 6, ..SEEN }, ALL, 101), Compared::Changed);
        assert_eq!(told(SEEN, Seen { device: 9, ..SEEN }, ALL, 101), Compared::Same);
        for now in [
            Seen { inode: 9, ..SEEN },
            Seen { user: 9, ..SEEN },
            Seen { group: 9, ..SEEN },
            Seen { changed: [101, 7], ..SEEN },
        ] {
            assert_eq!(told(SEEN, now, ALL, 101), Compared::ByContent);
            assert_eq!(told(SEEN, now, Comparing { all: false, change_time: false }, 101), Compared::Same);
        }
        assert_eq!(told(SEEN, Seen { modified: [91, 8], ..SEEN }, ALL, 101), Compared::ByContent);
        assert_eq!(told(SEEN, Seen { modified: [90, 9], ..SEEN }, ALL, 101), Compared::ByContentOrGit);
        assert_eq!(told(SEEN, Seen { changed: [100, 8], ..SEEN }, ALL, 101), Compared::ByContentOrGit);
        for (written, wanted) in
            [(91, Compared::Same), (90, Compared::ByContent), (89, Compared::ByContent), (0, Compared::Same)]
        {
            assert_eq!(told(SEEN, SEEN, ALL, written), wanted, "{written}");
        }
    }

    #[test]
    fn without_a_size_only_the_empty_file_is_known() {
        let unseen = Seen { size: 0, ..SEEN };
        assert_eq!(told(unseen, unseen, ALL, 101), Compared::ByContent);
        let empty = Tracked { mode: 0o100_644, oid: &EMPTY, seen: unseen };
        assert_eq!(by_facts(&empty, &unseen, ALL, 101), Compared::Same);
        assert_eq!(by_facts(&empty, &SEEN, ALL, 101), Compared::ByContent);
    }
}
