//! Writing an index in git's second format, with the trees that it covers.
//! <https://git-scm.com/docs/index-format>

use std::io::Write as _;

use sha1::{Digest as _, Sha1};

use crate::io::git::seen::Seen;

use super::listing::{Folder, Listing};

/// Bytes of an entry before its name, and of the name of an object.
const BEFORE_NAME: usize = 62;
const WIDTH: usize = 20;

/// A name that is longer is measured by its end.
const LONGEST: u16 = 0x0FFF;

/// Writes an index. Of a file that was not seen git finds out by itself what it is.
pub(super) fn write(
    mut file: &std::fs::File,
    listing: &Listing,
    seen: &[Option<Seen>],
    skip_hash: bool,
) -> std::io::Result<()> {
    let mut bytes = encode(listing, seen);
    let hash = if skip_hash { [0; WIDTH] } else { Sha1::digest(&bytes).into() };
    bytes.extend(hash);
    file.write_all(&bytes)
}

fn encode(listing: &Listing, seen: &[Option<Seen>]) -> Vec<u8> {
    let count = u32::try_from(listing.files.len()).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(listing.files.len() * 2 * BEFORE_NAME);
    bytes.extend(b"DIRC");
    bytes.extend(2_u32.to_be_bytes());
    bytes.extend(count.to_be_bytes());
    for (entry, seen) in listing.files.iter().zip(seen) {
        let (begin, name, seen) = (bytes.len(), listing.name(entry), seen.unwrap_or_default());
        let [changed, modified] = [seen.changed, seen.modified];
        for number in [
            changed[0],
            changed[1],
            modified[0],
            modified[1],
            seen.device,
            seen.inode,
            entry.mode,
            seen.user,
            seen.group,
            seen.size,
        ] {
            bytes.extend(number.to_be_bytes());
        }
        bytes.extend(&entry.oid);
        bytes.extend(u16::try_from(name.len()).unwrap_or(LONGEST).min(LONGEST).to_be_bytes());
        bytes.extend(name);
        // One to eight bytes of zero, to a multiple of eight.
        let length = bytes.len() - begin;
        bytes.resize(begin + (length + 1).next_multiple_of(8), 0);
    }
    let mut trees = Vec::new();
    encode_trees(&listing.top, &mut trees);
    bytes.extend(b"TREE");
    bytes.extend(u32::try_from(trees.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend(trees);
    bytes
}

/// `name NUL files SPACE folders LF`, and the tree; then the folders in it.
fn encode_trees(folder: &Folder, bytes: &mut Vec<u8>) {
    bytes.extend(&folder.name);
    bytes.push(0);
    bytes.extend(format!("{} {}\n", folder.count, folder.below.len()).into_bytes());
    bytes.extend(&folder.tree);
    for below in &folder.below {
        encode_trees(below, bytes);
    }
}
