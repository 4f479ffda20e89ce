//! What the system says of a file, as an index keeps it.

use std::fs::Metadata;

/// What the system says of a file that was seen; git compares it later. Numbers that are too long keep their low half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seen {
    /// When its content or what is known of it last changed: seconds and nanoseconds.
    pub(super) changed: [u32; 2],
    /// When its content last changed.
    pub(super) modified: [u32; 2],
    pub(super) device: u32,
    pub(super) inode: u32,
    pub(super) user: u32,
    pub(super) group: u32,
    pub(super) size: u32,
}

impl Seen {
    /// What the system says.
    #[cfg(unix)]
    pub(super) fn of(about: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let low = |number: u64| u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default();
        let time =
            |seconds: i64, nanoseconds: i64| [seconds, nanoseconds].map(|part| low(part.cast_unsigned()));
        Self {
            changed: time(about.ctime(), about.ctime_nsec()),
            modified: time(about.mtime(), about.mtime_nsec()),
            device: low(about.dev()),
            inode: low(about.ino()),
            user: about.uid(),
            group: about.gid(),
            size: low(about.size()),
        }
    }

    /// Nothing that git compares.
    #[cfg(not(unix))]
    pub(super) fn of(_: &Metadata) -> Self {
        Self::default()
    }
}

/// Kind and permissions of a file.
#[cfg(unix)]
pub(super) fn mode_of(about: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(about)
}

/// Nothing that git knows.
#[cfg(not(unix))]
pub(super) const fn mode_of(_: &Metadata) -> u32 {
    0
}
