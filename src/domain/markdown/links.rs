//! Links of a document, and the anchors that links can lead to.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::front_matter;
use super::outline::Outline;

/// A link or an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Bytes of the whole link.
    pub span: Range<usize>,
    /// Where it leads, as written: a path, an address, `#anchor`.
    pub target: String,
}

/// Links and images outside of code, in their order; those by reference where they are used.
#[must_use]
pub fn links(text: &str) -> Vec<Link> {
    if !may_have_links(text) {
        return Vec::new();
    }
    let body = front_matter::body_start(text);
    // With footnotes on, `[^1]: text` is no definition of a link.
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    Parser::new_ext(text.get(body..).unwrap_or_default(), options)
        .into_offset_iter()
        .filter_map(|(event, range)| {
            let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event else {
                return None;
            };
            Some(Link { span: range.start + body..range.end + body, target: dest_url.into_string() })
        })
        .collect()
}

/// False where a text can hold no link: it is not worth parsing.
#[must_use]
pub fn may_have_links(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"](").is_some()
        || memchr::memmem::find(text.as_bytes(), b"]:").is_some()
}

/// False where a text can hold no link that [`local_parts`] has something to say of: addresses are not worth parsing for.
#[must_use]
pub fn may_have_local_links(text: &str) -> bool {
    let is_address = |at: usize| {
        let target = text.get(at + 2..).unwrap_or_default();
        target.starts_with("https://") || target.starts_with("http://")
    };
    memchr::memmem::find(text.as_bytes(), b"]:").is_some()
        || memchr::memmem::find_iter(text.as_bytes(), b"](").any(|at| !is_address(at))
}

/// A link's target inside the repository: the path, empty for this document itself, and the anchor without `#`.
///
/// `None` for an address, and for what is no link of a finished text: `{name}`, `____`.
#[must_use]
pub fn local_parts(target: &str) -> Option<(String, Option<String>)> {
    let scheme = target.split(['/', '?', '#']).next().unwrap_or_default().contains(':');
    let unfinished = target.contains(['{', '}', '<', '>', '$', '*', '…']) || target.contains("__");
    if target.is_empty() || scheme || unfinished || target.starts_with("//") {
        return None;
    }
    let (path, anchor) = match target.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (target, None),
    };
    let path = path.split('?').next().unwrap_or_default();
    Some((decoded(path), anchor.map(decoded)))
}

/// `%20` and its like as the characters that they stand for.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The anchors of a document: of its headings, as GitHub and GitLab make them, and of its HTML.
#[derive(Debug, Clone, Default)]
pub struct Anchors(HashSet<String>);

impl Anchors {
    /// Collects the anchors of a text.
    #[must_use]
    pub fn of(text: &str, outline: &Outline) -> Self {
        let mut found = HashSet::new();
        for heading in &outline.headings {
            let mut title = heading.text.trim();
            // `## Title {#name}`
            if let Some((head, name)) = title.rsplit_once("{#").filter(|(_, name)| name.ends_with('}')) {
                found.insert(folded(name.trim_end_matches('}')));
                title = head.trim_end();
            }
            let anchor = folded(&anchor_of(title));
            // The second heading of a name has the anchor `name-1`, and so on.
            let mut number = 0_usize;
            let mut own = anchor.clone();
            while !found.insert(own.clone()) && number < 64 {
                number += 1;
                own = format!("{anchor}-{number}");
            }
        }
        for mark in ["id=\"", "name=\"", "id='", "name='"] {
            let mut rest = text;
            while let Some(at) = memchr::memmem::find(rest.as_bytes(), mark.as_bytes()) {
                rest = rest.get(at + mark.len()..).unwrap_or_default();
                let name = rest.split(['"', '\'', '\n']).next().unwrap_or_default();
                found.insert(folded(name));
            }
        }
        Self(found)
    }

    /// True where a link to this anchor leads somewhere: case, and how renderers squeeze dashes, do not matter.
    #[must_use]
    pub fn has(&self, anchor: &str) -> bool {
        let anchor = folded(anchor.trim_start_matches("user-content-"));
        anchor.is_empty() || anchor == "top" || self.0.contains(&anchor)
    }
}

/// The anchor that GitHub gives a heading: letters, digits, `-` and `_`; spaces become dashes.
fn anchor_of(title: &str) -> String {
    title
        .chars()
        .filter_map(|c| match c {
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
            c if c.is_whitespace() => Some('-'),
            _ => None,
        })
        .collect()
}

/// Lower case, with single dashes and none at the ends.
fn folded(anchor: &str) -> String {
    anchor.to_lowercase().split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn targets(text: &str) -> Vec<String> {
        links(text).into_iter().map(|link| link.target).collect()
    }

    #[test]
    fn finds_links_and_images_outside_of_code() {
        let text = "See [a](x.md) and `[b](y.md)` ![c](i.png) [d][e]\n\n[e]: z.md\n\n```\n[f](g.md)\n```\n";
        assert_eq!(targets(text), ["x.md", "i.png", "z.md"]);
        let text =
            "---\nid: [x](y)\n---\n\n<https://a.b> [1](<a b.md> \"title\") note[^1]\n\n[^1]: nothing here\n";
        assert_eq!(targets(text), ["https://a.b", "a b.md"]);
    }

    #[test]
    fn knows_what_lies_in_the_repository() {
        let local = |target| local_parts(target);
        assert_eq!(local("../a%20b.md#The-end"), Some(("../a b.md".to_owned(), Some("The-end".to_owned()))));
        assert_eq!(local("#x"), Some((String::new(), Some("x".to_owned()))));
        for target in ["", "https://x.y", "mailto:a@b.c", "//x.y/z", "{link}", "____.md", "docs/${X}.md"] {
            assert_eq!(local(target), None, "{target}");
        }
    }

    #[test]
    fn anchors_are_those_of_renderers() {
        let text = "# PRD-1: A & B\n\n## API `GET /x`\n\n## Notes\n\n## Notes\n\n<a id=\"Own\"></a>\n\n## Last {#end}\n";
        let anchors = Anchors::of(text, &Outline::parse(text));
        for anchor in
            ["prd-1-a--b", "prd-1-a-b", "api-get-x", "notes", "Notes-1", "own", "end", "last", "top", ""]
        {
            assert!(anchors.has(anchor), "{anchor} of {anchors:?}");
        }
        assert!(!anchors.has("notes-2") && !anchors.has("scope"));
    }

    proptest! {
        #[test]
        fn a_text_without_local_links_has_none(text in "(?:\\[a\\]|\\(|\\)|<|>|:|\n| |https?://|x\\.md|#y|!|`){0,20}") {
            let local = links(&text).into_iter().any(|link| local_parts(&link.target).is_some());
            prop_assert!(may_have_local_links(&text) || !local);
        }

        #[test]
        fn never_panics_and_names_real_ranges(text in "[\\[\\]()<>#%a-c2 .\\n:!`-]{0,60}") {
            for link in links(&text) {
                prop_assert!(text.get(link.span.clone()).is_some());
                let _ = local_parts(&link.target);
            }
            prop_assert!(Anchors::of(&text, &Outline::parse(&text)).has(""));
        }
    }
}
