//! One rule of a file such as `.gitignore`: which paths it is about.
//!
//! Read are names and paths with `*`, `?`, whole `**` and sets of plain letters, folders alone (`x/`), and `!`. What is
//! written with backslashes, or in a way of which git's reading is not plain, is odd: it may be about any path.
//! <https://git-scm.com/docs/gitignore>

/// With more `**` in it a rule is odd: each multiplies the ways in which a path may be cut.
const MOST_FOLDERS: usize = 3;

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    /// True where it takes back what those before it ignore.
    pub(super) keeps: bool,
    folders_only: bool,
    about: About,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum About {
    /// Any name below the folder of the rule.
    Name(Glob),
    /// A path from there.
    Path(Vec<Step>),
    Odd,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// `**`
    Folders,
    Name(Glob),
}

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Glob {
    Exactly(Vec<u8>),
    /// `*` and no more of the kind behind it.
    Ending(Vec<u8>),
    Pieces(Vec<Piece>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Byte(u8),
    /// `?`
    Any,
    /// `*`
    Many,
    /// One of these, from the first to the second of each pair.
    OneOf(Vec<(u8, u8)>),
}

/// The rules of a file, in their order; `None` where only git can read it.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<Rule>> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    if bytes.contains(&0) {
        return None;
    }
    let lines = bytes.strip_prefix(MARK).unwrap_or(bytes).split(|byte| *byte == b'\n');
    Some(lines.filter_map(|line| Rule::read(line.strip_suffix(b"\r").unwrap_or(line))).collect())
}

impl Rule {
    /// Reads a line; `None` for one that is about nothing.
    fn read(line: &[u8]) -> Option<Self> {
        if line.starts_with(b"#") {
            return None;
        }
        let (keeps, rest) = line.strip_prefix(b"!").map_or((false, line), |rest| (true, rest));
        if rest.contains(&b'\\') {
            return Some(Self { keeps, folders_only: false, about: About::Odd });
        }
        let end = rest.iter().rposition(|byte| *byte != b' ')? + 1;
        let rest = &rest[..end];
        let (folders_only, rest) = rest.strip_suffix(b"/").map_or((false, rest), |rest| (true, rest));
        if rest.is_empty() {
            return None;
        }
        let about = if rest.contains(&b'/') {
            let rest = rest.strip_prefix(b"/").unwrap_or(rest);
            let steps: Option<Vec<Step>> = rest.split(|byte| *byte == b'/').map(Step::read).collect();
            let is_few = |steps: &Vec<Step>| {
                steps.iter().filter(|step| **step == Step::Folders).count() <= MOST_FOLDERS
            };
            steps.filter(is_few).map(About::Path)
        } else {
            Glob::read(rest).map(About::Name)
        };
        Some(Self { keeps, folders_only, about: about.unwrap_or(About::Odd) })
    }

    /// True where it is about a path from its folder; `None` where only git can tell.
    pub(super) fn is_about(&self, path: &[u8], is_folder: bool) -> Option<bool> {
        if self.folders_only && !is_folder {
            return Some(false);
        }
        match &self.about {
            About::Name(glob) => {
                let begin = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
                Some(glob.is(&path[begin..]))
            }
            About::Path(steps) => {
                let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
                Some(leads(steps, &parts))
            }
            About::Odd => None,
        }
    }
}

impl Step {
    fn read(part: &[u8]) -> Option<Self> {
        match part {
            b"" => None,
            b"**" => Some(Self::Folders),
            _ => Glob::read(part).map(Self::Name),
        }
    }
}

/// `**` stands for any number of folders, and at the end for at least one part.
fn leads(steps: &[Step], parts: &[&[u8]]) -> bool {
    match (steps, parts) {
        ([], parts) => parts.is_empty(),
        ([Step::Folders], parts) => !parts.is_empty(),
        ([Step::Folders, rest @ ..], parts) => (0..parts.len()).any(|skipped| leads(rest, &parts[skipped..])),
        ([Step::Name(glob), rest @ ..], [part, below @ ..]) => glob.is(part) && leads(rest, below),
        ([Step::Name(_), ..], []) => false,
    }
}

impl Glob {
    fn read(text: &[u8]) -> Option<Self> {
        let is_plain = |text: &[u8]| !text.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['));
        if is_plain(text) {
            return Some(Self::Exactly(text.to_vec()));
        }
        if let Some(ending) = text.strip_prefix(b"*").filter(|ending| is_plain(ending)) {
            return Some(Self::Ending(ending.to_vec()));
        }
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((first, behind)) = rest.split_first() {
            rest = behind;
            pieces.push(match first {
                b'*' if pieces.last() == Some(&Piece::Many) => return None,
                b'*' => Piece::Many,
                b'?' => Piece::Any,
                b'[' => {
                    let end = memchr::memchr(b']', rest)?;
                    let set = read_set(&rest[..end])?;
                    rest = &rest[end + 1..];
                    Piece::OneOf(set)
                }
                byte => Piece::Byte(*byte),
            });
        }
        Some(Self::Pieces(pieces))
    }

    fn is(&self, name: &[u8]) -> bool {
        match self {
            Self::Exactly(text) => name == text,
            Self::Ending(text) => name.ends_with(text),
            Self::Pieces(pieces) => fits(pieces, name),
        }
    }
}

/// Reads what stands between brackets: letters, digits, `.` and `_`, and `-` between two of the first.
fn read_set(mut text: &[u8]) -> Option<Vec<(u8, u8)>> {
    let mut set = Vec::new();
    while let [first, behind @ ..] = text {
        let (pair, rest) = match behind {
            [b'-', last, rest @ ..] => ((*first, *last), rest),
            rest => ((*first, *first), rest),
        };
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_');
        if !is_known(pair.0) || !is_known(pair.1) || pair.0 > pair.1 {
            return None;
        }
        set.push(pair);
        text = rest;
    }
    (!set.is_empty()).then_some(set)
}

/// Goes back to the last `*` only: those before it have found the nearest place, and a later one helps none.
fn fits(pieces: &[Piece], name: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut last_many = None;
    while from < name.len() || at < pieces.len() {
        let is_one = |byte: &u8| match pieces.get(at) {
            Some(Piece::Byte(wanted)) => byte == wanted,
            Some(Piece::Any) => true,
            Some(Piece::OneOf(set)) => set.iter().any(|(first, last)| (first..=last).contains(&byte)),
            Some(Piece::Many) | None => false,
        };
        if pieces.get(at) == Some(&Piece::Many) {
            last_many = Some((at, from));
            at += 1;
        } else if name.get(from).is_some_and(is_one) {
            (at, from) = (at + 1, from + 1);
        } else if let Some((many, begun)) = last_many.filter(|(_, begun)| *begun < name.len()) {
            last_many = Some((many, begun + 1));
            (at, from) = (many + 1, begun + 1);
        } else {
            return false;
        }
    }
    true
}
