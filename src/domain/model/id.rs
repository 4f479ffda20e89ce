//! Ids of PRDs, the repository's format for them, and finding them in text.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use super::packed::packed_struct;
use super::repository::{MARK, RepositoryName, is_part};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The id of a PRD: a prefix and a number.
///
/// Two ids are equal when their case-folded prefixes and their numbers are equal; separator and
/// padding are only how an id was written.
#[derive(Debug, Clone)]
pub struct PrdId {
    prefix: Box<str>,
    separator: Box<str>,
    padding: u8,
    number: u32,
}

impl PrdId {
    /// The prefix as written, without the separator: `SVC`, `WTC-PRD`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The number.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The one spelling that names of refs and folders use: upper case, unpadded, `SVC-7`.
    #[must_use]
    pub fn canonical(&self) -> String {
        format!("{}-{}", self.prefix.to_uppercase(), self.number)
    }

    /// Reads the canonical or any other spelling with a separator: `SVC-7`, `svc_007`, `WTC-PRD-012`, `F01`.
    ///
    /// `None` where the text is anything but one id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (head, number_text) = text.split_at(text.len() - digits);
        let prefix = head.trim_end_matches(['-', '_', '#', ' ']);
        if digits == 0 || !is_prefix(prefix) {
            return None;
        }
        Some(Self {
            prefix: prefix.into(),
            separator: head[prefix.len()..].into(),
            padding: if number_text.starts_with('0') || digits <= 3 {
                u8::try_from(digits).ok()?
            } else {
                0
            },
            number: number_text.parse().ok()?,
        })
    }

    /// The id as one of a repository of a workspace: `payments#SVC-7`.
    #[must_use]
    pub fn in_repository(&self, name: &RepositoryName) -> Self {
        Self { prefix: format!("{name}{MARK}{}", self.prefix).into(), ..self.clone() }
    }

    /// The name of the repository that the id is qualified with, and the id that it has there.
    #[must_use]
    pub fn split_repository(&self) -> (Option<&str>, Self) {
        match self.prefix.split_once(MARK) {
            Some((name, prefix)) => (Some(name), Self { prefix: prefix.into(), ..self.clone() }),
            None => (None, self.clone()),
        }
    }

    /// True where the id says in which repository it is.
    #[must_use]
    pub fn is_qualified(&self) -> bool {
        self.prefix.contains(MARK)
    }

    /// The prefix in lower case, byte by byte: prefixes are ASCII.
    fn folded(&self) -> impl Iterator<Item = u8> {
        self.prefix.bytes().map(|byte| byte.to_ascii_lowercase())
    }

    /// True where the prefixes are equal in folded case.
    #[must_use]
    pub const fn has_prefix(&self, prefix: &str) -> bool {
        self.prefix.eq_ignore_ascii_case(prefix)
    }
}

fn is_prefix(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && text.ends_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= 24
}

impl PartialEq for PrdId {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.has_prefix(&other.prefix)
    }
}

impl Eq for PrdId {}

impl Hash for PrdId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded().for_each(|byte| byte.hash(state));
        self.number.hash(state);
    }
}

impl Ord for PrdId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded().cmp(other.folded()).then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for PrdId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for PrdId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!(
            "{}{}{:0width$}",
            self.prefix,
            self.separator,
            self.number,
            width = usize::from(self.padding)
        ))
    }
}

impl Serialize for PrdId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PrdId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a PRD id")))
    }
}

/// How a repository writes its ids: `SVC-{number}`, padded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdFormat {
    prefix: Box<str>,
    separator: Box<str>,
    padding: u8,
}

/// A format that no id could be written in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdFormatError {
    /// The prefix is empty, too long, or holds something but letters, digits, `-` and `_`.
    #[error(
        "`{0}` is not a prefix: it takes letters, digits, `-` and `_`, and begins and ends with a letter"
    )]
    Prefix(String),
    /// The separator is none of the known.
    #[error("`{0}` is not a separator: it takes nothing, `-`, `_` or `#`")]
    Separator(String),
    /// The padding is out of its range.
    #[error("a padding of {0} is out of range: it takes 1 to 6")]
    Padding(u8),
    /// The pattern lacks `{number}` at its end.
    #[error("`{0}` is not an id format: it ends with `{{number}}`, as in `SVC-{{number}}`")]
    Pattern(String),
}

/// Where an id was found in a text, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundId {
    /// Bytes of the text that spell the id.
    pub span: Range<usize>,
    /// The id, in the repository's own spelling where its prefix is the repository's.
    pub id: PrdId,
}

/// Words that look like a foreign id's prefix and never are one.
const STANDARDS: [&str; 28] = [
    "UTF", "ISO", "SHA", "AES", "RSA", "HTTP", "TLS", "IEEE", "CVE", "WCAG", "EIP", "PEP", "JSR", "ECMA",
    "COVID", "OAUTH", "MD", "ES", "CWE", "NIST", "SOC", "PCI", "FIPS", "EC", "US", "X", "RS", "HS",
];

impl IdFormat {
    /// A format of its three parts; `padding` is the least number of digits, 1 to 6.
    ///
    /// # Errors
    /// [`IdFormatError`] where a part is out of its range.
    pub fn new(prefix: &str, separator: &str, padding: u8) -> Result<Self, IdFormatError> {
        if !is_prefix(prefix) {
            return Err(IdFormatError::Prefix(prefix.to_owned()));
        }
        if !["", "-", "_", "#"].contains(&separator) {
            return Err(IdFormatError::Separator(separator.to_owned()));
        }
        if !(1..=6).contains(&padding) {
            return Err(IdFormatError::Padding(padding));
        }
        Ok(Self { prefix: prefix.into(), separator: separator.into(), padding })
    }

    /// A format of the older kind, `SVC-{number}`; ids are then padded to three digits.
    ///
    /// # Errors
    /// [`IdFormatError`] where the pattern does not end with `{number}` or its prefix is none.
    pub fn from_pattern(pattern: &str) -> Result<Self, IdFormatError> {
        let head =
            pattern.strip_suffix("{number}").ok_or_else(|| IdFormatError::Pattern(pattern.to_owned()))?;
        let prefix = head.trim_end_matches(['-', '_', '#']);
        Self::new(prefix, &head[prefix.len()..], 3)
    }

    /// The prefix, as written in the config.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What stands between prefix and number; may be empty.
    #[must_use]
    pub fn separator(&self) -> &str {
        &self.separator
    }

    /// The least number of digits.
    #[must_use]
    pub const fn padding(&self) -> u8 {
        self.padding
    }

    /// The id of a number in this format.
    #[must_use]
    pub fn id(&self, number: u32) -> PrdId {
        PrdId {
            prefix: self.prefix.clone(),
            separator: self.separator.clone(),
            padding: self.padding,
            number,
        }
    }

    /// True where the id has this format's prefix.
    #[must_use]
    pub fn owns(&self, id: &PrdId) -> bool {
        id.has_prefix(&self.prefix)
    }

    /// The whole text as one id: this format's own in any case and with any separator, or a foreign one.
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<PrdId> {
        let id = PrdId::parse(text)?;
        Some(if self.owns(&id) { self.id(id.number) } else { id })
    }

    /// All ids in a text, in order.
    ///
    /// This format's own prefix is found in any case and with any separator (`svc_7`, `SVC 7`, `SVC#7`);
    /// a foreign prefix must be in capitals with a separator (`RFC-042`), or be `PRD` in any case.
    /// Neither is found inside a longer word or behind a repository's name (`payments#SVC-7` is no PRD of this
    /// repository), and names of standards (`UTF-8`, `SHA-256`) are no ids.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<FoundId> {
        let bytes = text.as_bytes();
        let mut found: Vec<FoundId> = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            if !bytes[at].is_ascii_digit() {
                at += 1;
                continue;
            }
            let start = at;
            while at < bytes.len() && bytes[at].is_ascii_digit() {
                at += 1;
            }
            let ends_inside_word = text[at..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
            let floor = found.last().map_or(0, |last| last.span.end);
            if ends_inside_word || at - start > 7 {
                continue;
            }
            if let Some(hit) = self.match_before(text, floor, start, at)
                && !is_elsewhere(&text[..hit.span.start])
            {
                found.push(hit);
            }
        }
        found
    }

    /// The id whose digits are `digits_start..end`, looking back no further than `floor`.
    fn match_before(&self, text: &str, floor: usize, digits_start: usize, end: usize) -> Option<FoundId> {
        let bytes = text.as_bytes();
        let number: u32 = text[digits_start..end].parse().ok()?;
        let mut prefix_end = digits_start;
        while prefix_end > floor && digits_start - prefix_end < 2 && b"-_# ".contains(&bytes[prefix_end - 1])
        {
            prefix_end -= 1;
        }
        let mut prefix_start = prefix_end;
        while prefix_start > floor {
            let byte = bytes[prefix_start - 1];
            if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
                prefix_start -= 1;
            } else {
                break;
            }
        }
        if prefix_start > floor && text[..prefix_start].ends_with(char::is_alphanumeric) {
            return None;
        }
        let word = &text[prefix_start..prefix_end];
        let separator = &text[prefix_end..digits_start];
        let own = self.prefix.len();
        if word.len() >= own && word.is_char_boundary(word.len() - own) {
            let (before, tail) = word.split_at(word.len() - own);
            if tail.eq_ignore_ascii_case(&self.prefix) && (before.is_empty() || before.ends_with(['-', '_']))
            {
                return Some(FoundId { span: prefix_end - own..end, id: self.id(number) });
            }
        }
        let is_prd = word.eq_ignore_ascii_case("prd");
        let capital = word.len() >= 2
            && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
            && (separator == "-" || separator == "_");
        if !(is_prd || capital) || STANDARDS.contains(&word) || !is_prefix(word) {
            return None;
        }
        let id = PrdId::parse(&text[prefix_start..end])?;
        Some(FoundId { span: prefix_start..end, id })
    }
}

/// True where a text ends with the name of a repository and the mark behind it.
fn is_elsewhere(before: &str) -> bool {
    before.strip_suffix(MARK).is_some_and(|name| name.ends_with(is_part))
}

impl Default for IdFormat {
    fn default() -> Self {
        Self { prefix: "PRD".into(), separator: "-".into(), padding: 3 }
    }
}

packed_struct!(PrdId { prefix, separator, padding, number });
packed_struct!(IdFormat { prefix, separator, padding });

#[cfg(test)]
mod tests {
    use super::*;

    fn svc() -> IdFormat {
        IdFormat::from_pattern("SVC-{number}").unwrap()
    }

    fn ids(format: &IdFormat, text: &str) -> Vec<String> {
        format.find(text).into_iter().map(|hit| hit.id.to_string()).collect()
    }

    #[test]
    fn padding_and_case_never_matter() {
        assert_eq!(PrdId::parse("SVC-7"), PrdId::parse("svc-007"));
        assert_ne!(PrdId::parse("SVC-7"), PrdId::parse("SVC-70"));
        assert_eq!(svc().id(7).to_string(), "SVC-007");
        assert_eq!(svc().id(128).canonical(), "SVC-128");
    }

    #[test]
    fn finds_own_and_foreign_ids() {
        assert_eq!(ids(&svc(), "svc-129 (contract), PRD-003 and RFC-042"), ["SVC-129", "PRD-003", "RFC-042"]);
        assert_eq!(ids(&svc(), "# PRD #320: X"), ["PRD #320"]);
        assert_eq!(ids(&IdFormat::new("F", "", 2).unwrap(), "F01, F02"), ["F01", "F02"]);
        assert_eq!(ids(&IdFormat::new("WTC-PRD", "-", 3).unwrap(), "see WTC-PRD-012."), ["WTC-PRD-012"]);
    }

    #[test]
    fn leaves_standards_words_and_numbers_alone() {
        assert!(ids(&svc(), "UTF-8, SHA-256, P0, phase-2, 42 items, v1-2, SVC-12a, mysvc-1").is_empty());
        assert!(ids(&svc(), "SVC-99999999999").is_empty());
        assert!(ids(&svc(), "über-SVC").is_empty());
    }

    #[test]
    fn an_id_of_another_repository_is_none_of_this_one() {
        assert!(ids(&svc(), "payments#SVC-129, a.b#svc_7 and x#PRD-1").is_empty());
        assert_eq!(ids(&svc(), "see #SVC-129, (#SVC-130), SVC#131"), ["SVC-129", "SVC-130", "SVC-131"]);
    }

    #[test]
    fn refuses_formats_that_cannot_be_written() {
        assert!(IdFormat::from_pattern("SVC").is_err());
        assert!(IdFormat::new("S V", "-", 3).is_err());
        assert!(IdFormat::new("SVC", "/", 3).is_err());
        assert!(IdFormat::new("SVC", "-", 7).is_err());
    }
}
