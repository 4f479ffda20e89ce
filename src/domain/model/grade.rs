//! Scores and grades.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A score of 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
pub struct Score(f64);

impl Score {
    /// A score; values outside of 0 to 100 are clamped, and what is no number is 0.
    #[must_use]
    pub const fn new(points: f64) -> Self {
        if points.is_nan() { Self(0.0) } else { Self(points.clamp(0.0, 100.0)) }
    }

    /// The points, 0 to 100.
    #[must_use]
    pub const fn points(self) -> f64 {
        self.0
    }

    /// Rounded half up, as grades are.
    #[must_use]
    pub fn rounded(self) -> u8 {
        (0..=100_u8).rev().find(|whole| f64::from(*whole) <= self.0 + 0.5 + 1e-9).unwrap_or(0)
    }

    /// A 90–100, B 80–89, C 70–79, D 60–69, F below; `+` for the top three points of a band and `-` for its
    /// bottom three, but no `A+` and neither for F.
    #[must_use]
    pub fn grade(self) -> Grade {
        let points = self.rounded();
        let letter = match points {
            90.. => Letter::A,
            80..=89 => Letter::B,
            70..=79 => Letter::C,
            60..=69 => Letter::D,
            _ => return Grade { letter: Letter::F, mark: Mark::None },
        };
        let mark = match points % 10 {
            _ if points == 100 => Mark::None,
            0..=2 => Mark::Minus,
            7..=9 if letter != Letter::A => Mark::Plus,
            _ => Mark::None,
        };
        Grade { letter, mark }
    }
}

/// The band of a grade; `F` sorts lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Letter {
    /// Below 60.
    F,
    /// 60–69.
    D,
    /// 70–79.
    C,
    /// 80–89.
    B,
    /// 90–100.
    A,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Mark {
    Minus,
    None,
    Plus,
}

/// A grade: `A`, `A-`, `B+` … `D-`, `F`. Better grades sort higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, JsonSchema)]
#[schemars(with = "String", extend("pattern" = "^ *([Aa]-?|[BCDbcd][+-]?|[Ff]) *$"))]
pub struct Grade {
    letter: Letter,
    mark: Mark,
}

impl Grade {
    /// A plain letter, without a mark.
    #[must_use]
    pub const fn plain(letter: Letter) -> Self {
        Self { letter, mark: Mark::None }
    }

    /// The band.
    #[must_use]
    pub const fn letter(self) -> Letter {
        self.letter
    }

    /// True where a PRD of this grade passes a configured minimum: `B` admits its whole band, `B-` too;
    /// `B+` admits `B+` and better.
    #[must_use]
    pub fn passes(self, minimum: Self) -> bool {
        match minimum.mark {
            Mark::None => self.letter >= minimum.letter,
            Mark::Minus | Mark::Plus => self >= minimum,
        }
    }
}

impl Ord for Grade {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.letter, self.mark).cmp(&(other.letter, other.mark))
    }
}

impl PartialOrd for Grade {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.mark {
            Mark::Minus => "-",
            Mark::None => "",
            Mark::Plus => "+",
        };
        f.pad(&format!("{:?}{mark}", self.letter))
    }
}

/// A text that is no grade.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a grade; the grades are A, A-, B+, B, B-, … D-, F")]
pub struct UnknownGrade(String);

impl FromStr for Grade {
    type Err = UnknownGrade;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownGrade(text.to_owned());
        let mut chars = text.trim().chars();
        let letter = match chars.next().map(|c| c.to_ascii_uppercase()) {
            Some('A') => Letter::A,
            Some('B') => Letter::B,
            Some('C') => Letter::C,
            Some('D') => Letter::D,
            Some('F') => Letter::F,
            _ => return Err(unknown()),
        };
        let mark = match chars.as_str() {
            "" => Mark::None,
            "+" if letter != Letter::A && letter != Letter::F => Mark::Plus,
            "-" if letter != Letter::F => Mark::Minus,
            _ => return Err(unknown()),
        };
        Ok(Self { letter, mark })
    }
}

impl Serialize for Grade {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Grade {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_have_their_marks() {
        for (points, grade) in [
            (100.0, "A"),
            (93.0, "A"),
            (92.4, "A-"),
            (90.0, "A-"),
            (89.5, "A-"),
            (89.4, "B+"),
            (87.0, "B+"),
            (86.0, "B"),
            (83.0, "B"),
            (82.0, "B-"),
            (79.5, "B-"),
            (60.0, "D-"),
            (59.4, "F"),
            (0.0, "F"),
        ] {
            assert_eq!(Score::new(points).grade().to_string(), grade, "{points}");
        }
        assert_eq!(Score::new(f64::NAN).rounded(), 0);
    }

    #[test]
    fn a_plain_letter_admits_its_whole_band() {
        let grade = |text: &str| text.parse::<Grade>().unwrap();
        assert!(grade("B-").passes(grade("B")));
        assert!(!grade("C+").passes(grade("B")));
        assert!(!grade("B").passes(grade("B+")));
        for text in ["A+", "F-", "E", "", "BB"] {
            assert!(text.parse::<Grade>().is_err(), "{text}");
        }
    }
}
