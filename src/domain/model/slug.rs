//! The readable part of a PRD's file name.

use std::fmt;

use super::packed::packed_newtype;
use serde::Serialize;

/// A slug: lower-case words joined by dashes, never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Slug(String);

/// The longest slug that is made from a title, in characters.
const LONGEST: usize = 60;

impl Slug {
    /// Makes a slug of any text: letters and digits are kept in lower case, all else becomes one dash,
    /// and words beyond 60 characters are dropped. A text without letters or digits gives `untitled`.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let mut slug = String::new();
        let mut length = 0;
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let word: String = word.to_lowercase();
            let more = word.chars().count();
            if length > 0 && length + more + 1 > LONGEST {
                break;
            }
            if length > 0 {
                slug.push('-');
                length += 1;
            }
            slug.extend(word.chars().take(LONGEST));
            length += more;
        }
        if slug.is_empty() { Self("untitled".to_owned()) } else { Self(slug) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

packed_newtype!(Slug);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_made_of_any_text() {
        for (text, slug) in [
            ("Checkout Service: Extraction!", "checkout-service-extraction"),
            ("  --  ", "untitled"),
            ("Größe & Maß", "größe-maß"),
            ("-rf", "rf"),
            ("$(touch x) `y`", "touch-x-y"),
        ] {
            assert_eq!(Slug::from_text(text).as_str(), slug);
        }
        assert!(Slug::from_text(&"word ".repeat(40)).as_str().len() <= LONGEST);
        assert_eq!(Slug::from_text(&"x".repeat(400)).as_str().len(), LONGEST);
    }
}
