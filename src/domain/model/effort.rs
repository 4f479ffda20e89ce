//! Efforts as people write them, and exact working days.

use std::fmt;

use super::number_word::read_number_word;
use super::packed::{packed_enum, packed_struct};
use num_rational::Ratio;
use serde::{Serialize, Serializer};

/// An exact amount of working days.
pub type ExactDays = Ratio<i64>;

/// The largest amount that is read, in its own unit: beyond it a number is a slip.
const LARGEST: i64 = 100_000;

/// A T-shirt size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Size {
    /// Extra small.
    XS,
    /// Small.
    S,
    /// Medium.
    M,
    /// Large.
    L,
    /// Extra large.
    XL,
}

impl Size {
    /// The name, as config spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::XS => "XS",
            Self::S => "S",
            Self::M => "M",
            Self::L => "L",
            Self::XL => "XL",
        }
    }
}

/// What an hour, a point and a size are worth in days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffortUnits {
    /// Hours in a working day; more than 0.
    pub hours_per_day: ExactDays,
    /// Days for a story point; points are no estimate without it.
    pub days_per_point: Option<ExactDays>,
    /// Days for each size; a size that is missing is no estimate.
    pub days_per_size: Vec<(Size, ExactDays)>,
}

impl Default for EffortUnits {
    fn default() -> Self {
        Self { hours_per_day: Ratio::from_integer(6), days_per_point: None, days_per_size: Vec::new() }
    }
}

/// One amount of work in mixed units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Amount {
    hours: ExactDays,
    days: ExactDays,
    points: ExactDays,
    size: Option<Size>,
}

/// An effort with both its ends; they are equal where one amount was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effort {
    low: Amount,
    high: Amount,
    text: Box<str>,
}

/// A range of working days, `low` ≤ `high`, neither negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRange {
    /// The least.
    pub low: ExactDays,
    /// The most.
    pub high: ExactDays,
}

impl DayRange {
    /// No days at all.
    pub const NONE: Self = Self { low: ExactDays::ZERO, high: ExactDays::ZERO };

    /// The mean of both ends: what the schedule uses.
    #[must_use]
    pub fn mean(self) -> ExactDays {
        (self.low + self.high) / 2
    }
}

impl std::ops::Add for DayRange {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }
    }
}

impl Effort {
    /// Reads `3d`, `3 days`, `2w`, `16 weeks`, `0.5-1 day`, `6–8 weeks`, `~2h`, `30min`, `1w 2d`, `5 points`, `M`.
    ///
    /// Text may stand behind in brackets or after a comma or full stop. A week is five days. `None` where the
    /// text does not begin with an amount, has a unit that is not known, or a number above 100,000.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let whole = text.trim();
        let head = whole.split(['(', ',', ';', '[']).next().unwrap_or_default();
        let head = head.trim().trim_start_matches(['~', '≈', '<', '±']).trim();
        let head = head.strip_prefix("about ").or_else(|| head.strip_prefix("ca. ")).unwrap_or(head);
        let text: Box<str> = whole.into();
        if let Some(size) = read_size(head) {
            let amount = Amount { size: Some(size), ..Amount::ZERO };
            return Some(Self { low: amount, high: amount, text });
        }
        let tokens = tokenize(head)?;
        let (low, high) = match tokens.iter().position(|token| *token == Token::To) {
            None => {
                let amount = read_sum(&tokens, None)?;
                (amount, amount)
            }
            Some(at) => {
                let high = read_sum(&tokens[at + 1..], None)?;
                let low = read_sum(&tokens[..at], last_unit(&tokens[at + 1..]))?;
                (low, high)
            }
        };
        Some(Self { low, high, text })
    }

    /// The effort in working days; `None` where it is in points or a size that `units` gives no worth.
    ///
    /// The ends are put in order, whichever was written first.
    #[must_use]
    pub fn days(&self, units: &EffortUnits) -> Option<DayRange> {
        let (a, b) = (self.low.days(units)?, self.high.days(units)?);
        Some(DayRange { low: a.min(b), high: a.max(b) })
    }

    /// The same effort in plain days; `None` as in [`Effort::days`].
    #[must_use]
    pub fn in_days(&self, units: &EffortUnits) -> Option<Self> {
        let days = |amount: Amount| Some(Amount { days: amount.days(units)?, ..Amount::ZERO });
        Some(Self { low: days(self.low)?, high: days(self.high)?, text: self.text.clone() })
    }

    /// The sum of several efforts, both ends apart; sizes are left out, for they have no sum of their own.
    ///
    /// `None` where nothing is left to sum.
    #[must_use]
    pub fn total(efforts: &[Self]) -> Option<Self> {
        let mut counted = 0_usize;
        let (mut low, mut high) = (Amount::ZERO, Amount::ZERO);
        for effort in efforts.iter().filter(|effort| effort.low.size.is_none() && effort.high.size.is_none())
        {
            low = low.plus(effort.low);
            high = high.plus(effort.high);
            counted += 1;
        }
        (counted > 0).then(|| Self { low, high, text: format!("sum of {counted} tasks").into() })
    }

    /// What was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Effort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Serialize for Effort {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl Amount {
    const ZERO: Self = Self { hours: Ratio::ZERO, days: Ratio::ZERO, points: Ratio::ZERO, size: None };

    fn days(&self, units: &EffortUnits) -> Option<ExactDays> {
        let mut days = self.days + self.hours / units.hours_per_day;
        if self.points != Ratio::ZERO {
            days += self.points * units.days_per_point?;
        }
        if let Some(size) = self.size {
            days += units.days_per_size.iter().find(|(known, _)| *known == size)?.1;
        }
        Some(days)
    }

    fn of(number: ExactDays, unit: Unit) -> Self {
        match unit {
            Unit::Minute => Self { hours: number / 60, ..Self::ZERO },
            Unit::Hour => Self { hours: number, ..Self::ZERO },
            Unit::Day => Self { days: number, ..Self::ZERO },
            Unit::Week => Self { days: number * 5, ..Self::ZERO },
            Unit::Point => Self { points: number, ..Self::ZERO },
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            hours: self.hours + other.hours,
            days: self.days + other.days,
            points: self.points + other.points,
            size: self.size.or(other.size),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Point,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    Number(ExactDays),
    Unit(Unit),
    To,
}

fn read_size(text: &str) -> Option<Size> {
    Some(match text.trim().to_uppercase().as_str() {
        "XS" => Size::XS,
        "S" | "SMALL" => Size::S,
        "M" | "MEDIUM" => Size::M,
        "L" | "LARGE" => Size::L,
        "XL" => Size::XL,
        _ => return None,
    })
}

fn read_unit(word: &str) -> Option<Unit> {
    Some(match word {
        "m" | "min" | "mins" | "minute" | "minutes" => Unit::Minute,
        "h" | "hr" | "hrs" | "hour" | "hours" => Unit::Hour,
        "d" | "day" | "days" | "pd" | "pds" | "md" | "mds" => Unit::Day,
        "w" | "wk" | "wks" | "week" | "weeks" | "pw" | "pws" => Unit::Week,
        "pt" | "pts" | "point" | "points" | "sp" => Unit::Point,
        _ => return None,
    })
}

/// Numbers, units and range signs of a text, up to the first full sentence; `None` at a word that is neither.
fn tokenize(text: &str) -> Option<Vec<Token>> {
    let text = text.to_lowercase();
    let mut tokens = Vec::new();
    let mut rest = text.as_str();
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { break };
        if first.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let number = rest[..end].trim_end_matches('.');
            tokens.push(Token::Number(read_number(number)?));
            rest = &rest[number.len()..];
        } else if matches!(first, '-' | '–' | '—') {
            tokens.push(Token::To);
            rest = &rest[first.len_utf8()..];
        } else if first.is_alphabetic() {
            let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            match &rest[..end] {
                "to" => tokens.push(Token::To),
                "and" | "story" | "working" | "business" | "engineering" | "person" | "dev" | "man"
                | "engineer" | "developer" | "work" | "calendar" | "ideal" => {
                    // "30 person-days" is no range.
                    rest = rest[end..].strip_prefix('-').unwrap_or(&rest[end..]);
                    continue;
                }
                word => tokens.push(match read_number_word(word) {
                    Some(number) => Token::Number(Ratio::from_integer(number.into())),
                    None => Token::Unit(read_unit(word)?),
                }),
            }
            rest = &rest[end..];
        } else if first == '.' || first == ':' {
            break;
        } else if first == '+' {
            rest = &rest[1..];
        } else {
            return None;
        }
    }
    Some(tokens)
}

/// A decimal number, exactly; at most three decimals are kept.
fn read_number(text: &str) -> Option<ExactDays> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.parse().ok().filter(|number| *number <= LARGEST)?;
    let decimals = decimals.get(..3).unwrap_or(decimals);
    if decimals.is_empty() {
        return Some(Ratio::from_integer(whole));
    }
    let scale = 10_i64.pow(u32::try_from(decimals.len()).ok()?);
    Some(Ratio::from_integer(whole) + Ratio::new(decimals.parse().ok()?, scale))
}

fn last_unit(tokens: &[Token]) -> Option<Unit> {
    tokens.iter().rev().find_map(|token| if let Token::Unit(unit) = token { Some(*unit) } else { None })
}

/// Sums `number unit` pairs; a number without a unit takes `default`.
fn read_sum(tokens: &[Token], default: Option<Unit>) -> Option<Amount> {
    let mut sum: Option<Amount> = None;
    let mut at = 0;
    while at < tokens.len() {
        let Token::Number(number) = tokens[at] else { return None };
        let unit = if let Some(Token::Unit(unit)) = tokens.get(at + 1) {
            at += 1;
            *unit
        } else {
            default?
        };
        at += 1;
        sum = Some(sum.unwrap_or(Amount::ZERO).plus(Amount::of(number, unit)));
    }
    sum
}

packed_enum!(Size { XS, S, M, L, XL });
packed_struct!(Amount { hours, days, points, size });
packed_struct!(Effort { low, high, text });

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Option<(String, String)> {
        let days = Effort::read(text)?.days(&EffortUnits::default())?;
        Some((days.low.to_string(), days.high.to_string()))
    }

    #[test]
    fn reads_durations() {
        for (text, low, high) in [
            ("3d", "3", "3"),
            ("3 days", "3", "3"),
            ("2w", "10", "10"),
            ("16 weeks", "80", "80"),
            ("0.5-1 day", "1/2", "1"),
            ("6–8 weeks", "30", "40"),
            ("~2h", "1/3", "1/3"),
            ("30min", "1/12", "1/12"),
            ("1w 2d", "7", "7"),
            ("2d - 1w", "2", "5"),
            ("3 to 5 days (two people)", "3", "5"),
            ("8-6 weeks", "30", "40"),
            ("4 weeks. Starts in May", "20", "20"),
        ] {
            assert_eq!(range(text), Some((low.to_owned(), high.to_owned())), "{text}");
        }
    }

    #[test]
    fn never_invents_an_estimate() {
        for text in
            ["", "TBD", "soon", "3", "5 points", "M", "3 bananas", "999999999 days", "-3d", "3-", "days"]
        {
            assert_eq!(range(text), None, "{text}");
        }
    }

    #[test]
    fn points_and_sizes_count_where_the_config_gives_their_worth() {
        let units = EffortUnits {
            days_per_point: Some(Ratio::new(1, 2)),
            days_per_size: vec![(Size::M, Ratio::from_integer(5))],
            ..EffortUnits::default()
        };
        let days =
            |text: &str| Effort::read(text).unwrap().days(&units).map(|range| range.mean().to_string());
        assert_eq!(days("5 points"), Some("5/2".to_owned()));
        assert_eq!(days("M"), Some("5".to_owned()));
        assert_eq!(days("XL"), None);
    }
}
