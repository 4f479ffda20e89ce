//! What is mounted below a folder: a removal would go on into it.

use std::path::{Path, PathBuf};

/// The places at or below a folder where a file system, or a folder of one, is mounted; sorted. Empty where the system
/// does not tell.
pub(super) fn below(folder: &Path) -> Vec<PathBuf> {
    let table = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    let mut found: Vec<PathBuf> = places(&table).filter(|place| place.starts_with(folder)).collect();
    found.sort();
    found.dedup();
    found
}

/// The fifth field of each line, as proc_pid_mountinfo(5) describes it.
fn places(table: &[u8]) -> impl Iterator<Item = PathBuf> {
    table
        .split(|byte| *byte == b'\n')
        .filter_map(|line| line.split(|byte| *byte == b' ').nth(4))
        .map(|place| super::list::path_of(&unescaped(place)))
}

/// Blanks, tabs, line ends and backslashes are written as a backslash and three octal digits.
fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, after)) = rest.split_first() {
        let digits =
            after.get(..3).filter(|_| *first == b'\\').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[3..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_system_is_read() {
        let table = b"36 35 98:0 / / rw shared:1 - ext4 /dev/root rw\n\
            40 36 0:41 / /work/a\\040b\\134c rw,nosuid - tmpfs tmpfs rw\n\n41 36 bad\n";
        let found: Vec<PathBuf> = places(table).collect();
        assert_eq!(found, [Path::new("/"), Path::new("/work/a b\\c")]);
    }

    #[test]
    fn nothing_is_mounted_in_a_fresh_folder() {
        let dir = tempfile::tempdir().unwrap();
        assert!(below(&dir.path().canonicalize().unwrap()).is_empty());
        if cfg!(target_os = "linux") {
            assert!(below(Path::new("/proc")).contains(&PathBuf::from("/proc")));
        }
    }
}
