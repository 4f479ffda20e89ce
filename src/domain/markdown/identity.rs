//! The id and the name of a PRD, from its file name and its first heading.

use std::ops::Range;

use crate::domain::model::id::{IdFormat, PrdId};
use crate::domain::model::path::RepoPath;
use crate::domain::model::slug::Slug;

/// What a file name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// The id, where the name has one.
    pub id: Option<PrdId>,
    /// The name without id, date and version; `None` where nothing is left.
    pub slug: Option<Slug>,
}

/// Reads a file name: `SVC-128-checkout.md`, `251024-design-system-v1.md`, `241015-user-auth-PRD-003-v1.md`, `107-x.md`.
#[must_use]
pub fn read_file_name(path: &RepoPath, format: &IdFormat) -> NamedFile {
    let mut rest = path.file_stem();
    rest = without_version(without_date(rest));
    let found = format.find(rest);
    let best = found.iter().find(|found| format.owns(&found.id)).or_else(|| found.first());
    let (id, words) = if let Some(found) = best {
        let before = rest.get(..found.span.start).unwrap_or_default();
        let after = rest.get(found.span.end..).unwrap_or_default();
        (Some(found.id.clone()), format!("{}-{}", without_date(before), without_version(after)))
    } else if let Some((number, after)) = bare_number(rest) {
        (Some(format.id(number)), after.to_owned())
    } else {
        (None, rest.to_owned())
    };
    let slug = words.contains(char::is_alphanumeric).then(|| Slug::from_text(&words));
    NamedFile { id, slug }
}

/// The name without `251024-`, `20251024-` or `2025-10-24-` at its beginning.
fn without_date(name: &str) -> &str {
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let count = digits(name);
    let tail = name.get(count..).unwrap_or_default();
    let ends = |text: &str| text.is_empty() || text.starts_with(['-', '_', ' ']);
    if matches!(count, 6 | 8) && ends(tail) {
        return tail.trim_start_matches(['-', '_', ' ']);
    }
    let iso = count == 4 && tail.starts_with('-') && {
        let rest = &tail[1..];
        digits(rest) == 2
            && rest.get(2..).is_some_and(|rest| {
                rest.strip_prefix('-')
                    .is_some_and(|day| digits(day) == 2 && ends(day.get(2..).unwrap_or_default()))
            })
    };
    if iso { name.get(10..).unwrap_or_default().trim_start_matches(['-', '_', ' ']) } else { name }
}

/// The name without `-v1`, `_v1.2` at its end.
fn without_version(name: &str) -> &str {
    let head = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if head.len() == name.len() {
        return name;
    }
    head.strip_suffix(['v', 'V']).and_then(|head| head.strip_suffix(['-', '_', '.', ' '])).unwrap_or(name)
}

/// A number at the beginning of a name that is no year.
fn bare_number(name: &str) -> Option<(u32, &str)> {
    let after = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = name.len() - after.len();
    let number: u32 = name.get(..digits)?.parse().ok()?;
    let is_year = digits == 4 && (1990..2100).contains(&number);
    let ends = after.is_empty() || after.starts_with(['-', '_', ' ', '.']);
    ((1..=5).contains(&digits) && ends && !is_year).then_some((number, after))
}

/// The id that a first heading gives its document, and its bytes there: at the beginning, or at the end in
/// brackets or behind a dash.
#[must_use]
pub(super) fn id_in_title(title: &str, format: &IdFormat) -> Option<(PrdId, Range<usize>)> {
    let found = format.find(title);
    let first = found.iter().find(|found| {
        let before = title.get(..found.span.start).unwrap_or_default();
        let word = before.trim_matches(|c: char| !c.is_alphanumeric());
        word.is_empty() || word.eq_ignore_ascii_case("prd")
    });
    let last = || {
        found.last().filter(|found| {
            let before = title.get(..found.span.start).unwrap_or_default().trim_end();
            let after = title.get(found.span.end..).unwrap_or_default();
            let marked = before.ends_with(['(', '[', '-', '–', '—', ':', '|', '#']);
            marked && !after.contains(char::is_alphanumeric)
        })
    };
    first.or_else(last).map(|found| (found.id.clone(), found.span.clone()))
}

/// The words of a first heading that say what is planned: without id, "PRD" and decoration. Empty where nothing
/// else is there.
#[must_use]
pub(super) fn clean_title(title: &str, format: &IdFormat) -> String {
    let without_id = match id_in_title(title, format) {
        Some((_, span)) => {
            let before = title.get(..span.start).unwrap_or_default();
            let after = title.get(span.end..).unwrap_or_default();
            let before = before.trim_end_matches(['(', '[', ' ']);
            format!("{before} {}", after.trim_start_matches([')', ']']))
        }
        None => title.to_owned(),
    };
    let mut text = without_id.as_str();
    loop {
        let before = text.len();
        text = text.trim_start_matches(is_decoration).trim_end_matches(is_end_decoration);
        text = strip_kind(text);
        if text.len() == before {
            return text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
}

fn is_decoration(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, ':' | '-' | '|' | '#' | '.')
        || (!c.is_ascii() && !c.is_alphanumeric() && !matches!(c, '„' | '“' | '«' | '‘' | '¿' | '¡'))
}

fn is_end_decoration(c: char) -> bool {
    c.is_whitespace() || matches!(c, ':' | '-' | '|' | '–' | '—')
}

/// The text without the name of its kind at either end.
fn strip_kind(text: &str) -> &str {
    const KINDS: [&str; 5] = [
        "product requirements document (prd)",
        "product requirements document",
        "product requirement document",
        "(prd)",
        "prd",
    ];
    for kind in KINDS {
        let head = text.get(..kind.len()).is_some_and(|head| head.eq_ignore_ascii_case(kind));
        if head {
            let rest = text.get(kind.len()..).unwrap_or_default();
            if rest.is_empty() || rest.trim_start().starts_with([':', '-', '–', '—', '|', '#']) {
                return rest;
            }
        }
        let at = text.len().saturating_sub(kind.len());
        if text.get(at..).is_some_and(|tail| tail.eq_ignore_ascii_case(kind)) {
            let rest = text.get(..at).unwrap_or_default();
            if rest.is_empty() || rest.ends_with([' ', ':', '-', '–', '—', '|']) {
                return rest;
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, format: &IdFormat) -> (Option<String>, Option<String>) {
        let file = read_file_name(&RepoPath::new(name).unwrap(), format);
        (file.id.map(|id| id.to_string()), file.slug.map(|slug| slug.to_string()))
    }

    #[test]
    fn file_names_are_read() {
        let prd = IdFormat::default();
        let svc = IdFormat::from_pattern("SVC-{number}").unwrap();
        for (name, format, id, slug) in [
            ("ready/SVC-128-checkout-service.md", &svc, Some("SVC-128"), Some("checkout-service")),
            ("prd-015-testing.md", &prd, Some("PRD-015"), Some("testing")),
            ("251024-design-system-v1.md", &prd, None, Some("design-system")),
            ("241015-user-auth-PRD-003-v1.md", &prd, Some("PRD-003"), Some("user-auth")),
            ("RFC-042-x.md", &prd, Some("RFC-042"), Some("x")),
            ("107-x.md", &svc, Some("SVC-107"), Some("x")),
            ("2025-10-24-login.md", &prd, None, Some("login")),
            ("2025-roadmap.md", &prd, None, Some("2025-roadmap")),
            ("SVC-7.md", &svc, Some("SVC-007"), None),
            ("idea-live.md", &prd, None, Some("idea-live")),
        ] {
            assert_eq!(named(name, format), (id.map(str::to_owned), slug.map(str::to_owned)), "{name}");
        }
        let short = IdFormat::new("F", "", 2).unwrap();
        assert_eq!(named("F01-x.md", &short).0.as_deref(), Some("F01"));
    }

    #[test]
    fn titles_are_read() {
        let prd = IdFormat::default();
        for (heading, id, title) in [
            ("PRD-128: Checkout", Some("PRD-128"), "Checkout"),
            ("Checkout - PRD", None, "Checkout"),
            ("Checkout PRD", None, "Checkout"),
            ("PRD: Checkout", None, "Checkout"),
            ("PRD #320: Checkout", Some("PRD-320"), "Checkout"),
            ("Checkout", None, "Checkout"),
            (
                "🚀 PRD-001 — Auth & Authorization — Better Auth",
                Some("PRD-001"),
                "Auth & Authorization — Better Auth",
            ),
            ("Checkout (PRD-012)", Some("PRD-012"), "Checkout"),
            ("[PRD-012] Checkout", Some("PRD-012"), "Checkout"),
            ("Product Requirements Document: Checkout", None, "Checkout"),
            ("Product Requirements Document (PRD)", None, ""),
            ("Follow-up to PRD-100 work", None, "Follow-up to PRD-100 work"),
            ("RFC-042: Storage", Some("RFC-042"), "Storage"),
            ("PRD-007", Some("PRD-007"), ""),
        ] {
            assert_eq!(id_in_title(heading, &prd).map(|(id, _)| id.to_string()).as_deref(), id, "{heading}");
            assert_eq!(clean_title(heading, &prd), title, "{heading}");
        }
    }
}
