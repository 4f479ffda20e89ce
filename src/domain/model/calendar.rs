//! Working days and the dates that people write.
//!
//! Working days are Monday to Friday. A day number counts working days from today: work of *n* days that
//! begins today ends on the *n*-th working day, and day 0 is today itself.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// True for Monday to Friday.
#[must_use]
pub fn is_working_day(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The date on which *n* working days of work end that begin on `today` (or on the next working day):
/// the *n*-th working day from `today` on, and `today` itself for *n* = 0.
///
/// `None` beyond the calendar's end.
#[must_use]
pub fn date_of_day(today: NaiveDate, n: i64) -> Option<NaiveDate> {
    if n <= 0 {
        return Some(today);
    }
    let mut date = today;
    while !is_working_day(date) {
        date = date.succ_opt()?;
    }
    let weeks = u64::try_from((n - 1) / 5).ok()?;
    let mut date = date.checked_add_days(Days::new(weeks.checked_mul(7)?))?;
    for _ in 0..(n - 1) % 5 {
        date = date.succ_opt()?;
        while !is_working_day(date) {
            date = date.succ_opt()?;
        }
    }
    Some(date)
}

/// How many working days lie in `today..=date`; negative for a date before today, counting `date..today`.
///
/// The inverse of [`date_of_day`] on working days.
#[must_use]
pub fn day_of_date(today: NaiveDate, date: NaiveDate) -> i64 {
    if date < today {
        -working_days(date, today)
    } else {
        working_days(today, date) + i64::from(is_working_day(date))
    }
}

/// Working days in the half-open range `from..to`; 0 where it is empty.
#[must_use]
pub fn working_days(from: NaiveDate, to: NaiveDate) -> i64 {
    let span = (to - from).num_days();
    if span <= 0 {
        return 0;
    }
    let weeks = span / 7;
    let first = i64::from(from.weekday().num_days_from_monday());
    let rest = (0..span % 7).filter(|offset| (first + offset) % 7 < 5).count();
    weeks * 5 + i64::try_from(rest).unwrap_or(0)
}

/// Reads a target: a date, a month (`2025-06`, `June 2025`), a week (`2025-W23`) or a quarter
/// (`Q2 2025`, `Q2-2025`, `2025-Q2`); the last three give their last working day.
///
/// Text may follow in brackets or after a comma. `None` for anything else.
#[must_use]
pub fn read_target(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    if let Some(date) = read_date(text) {
        return Some(date);
    }
    let folded = text.to_lowercase();
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let (first, second) = (*words.first()?, *words.get(1)?);
    if read_year(first).is_some()
        && words.get(2).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    {
        return None; // a whole date that the calendar does not have
    }
    let year_and = |year: &str, part: &str| -> Option<NaiveDate> {
        let year = read_year(year)?;
        if let Some(quarter) = part.strip_prefix('q') {
            let quarter: u32 = quarter.parse().ok().filter(|q| (1..=4).contains(q))?;
            return last_working_day_of_month(year, quarter * 3);
        }
        if let Some(week) = part.strip_prefix('w') {
            return NaiveDate::from_isoywd_opt(year, week.parse().ok()?, Weekday::Fri);
        }
        let month = if part.len() <= 2 && part.chars().all(|c| c.is_ascii_digit()) {
            part.parse().ok()
        } else {
            read_month(part)
        };
        last_working_day_of_month(year, month?)
    };
    year_and(first, second).or_else(|| year_and(second, first))
}

/// Reads a date at the beginning of a text: `2025-06-13`, `2025/06/13`, `13 June 2025`, `June 13, 2025`.
#[must_use]
pub fn read_date(text: &str) -> Option<NaiveDate> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(3).collect();
    let &[a, b, c] = words.as_slice() else { return None };
    let day_text = |word: &str| -> Option<u32> {
        word.trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .parse()
            .ok()
            .filter(|day| (1..=31).contains(day))
    };
    if let Some(year) = read_year(a) {
        let month = b.parse().ok().or_else(|| read_month(&b.to_lowercase()))?;
        let day: String = c.chars().take_while(char::is_ascii_digit).collect();
        return NaiveDate::from_ymd_opt(year, month, day.parse().ok()?);
    }
    let year = read_year(c)?;
    if let Some(month) = read_month(&b.to_lowercase()) {
        return NaiveDate::from_ymd_opt(year, month, day_text(a)?);
    }
    NaiveDate::from_ymd_opt(year, read_month(&a.to_lowercase())?, day_text(b)?)
}

fn read_year(word: &str) -> Option<i32> {
    (word.len() == 4).then(|| word.parse().ok()).flatten().filter(|year| (1970..=2999).contains(year))
}

fn read_month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if word.len() < 3 {
        return None;
    }
    let at = MONTHS.iter().position(|month| month.starts_with(word))?;
    u32::try_from(at + 1).ok()
}

fn last_working_day_of_month(year: i32, month: u32) -> Option<NaiveDate> {
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let mut date = NaiveDate::from_ymd_opt(year, month, 1)
        .and_then(|_| NaiveDate::from_ymd_opt(next_year, next_month, 1))?
        .pred_opt()?;
    while !is_working_day(date) {
        date = date.pred_opt()?;
    }
    Some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn work_of_n_days_ends_on_the_nth_working_day() {
        let monday = date("2025-06-02");
        for (n, end) in [
            (0, "2025-06-02"),
            (1, "2025-06-02"),
            (3, "2025-06-04"),
            (5, "2025-06-06"),
            (10, "2025-06-13"),
            (20, "2025-06-27"),
        ] {
            assert_eq!(date_of_day(monday, n), Some(date(end)), "{n} days");
        }
        assert_eq!(date_of_day(date("2025-06-07"), 1), Some(date("2025-06-09")));
        assert_eq!(date_of_day(monday, i64::MAX), None);
    }

    #[test]
    fn reads_targets() {
        for (text, read) in [
            ("2025-06-13", "2025-06-13"),
            ("2025-06-13 (launch)", "2025-06-13"),
            ("June 2025", "2025-06-30"),
            ("2025-08", "2025-08-29"),
            ("2025-W23", "2025-06-06"),
            ("Q2 2025", "2025-06-30"),
            ("Q2-2025", "2025-06-30"),
            ("2025 Q4", "2025-12-31"),
            ("June 13, 2025", "2025-06-13"),
            ("13th June 2025", "2025-06-13"),
        ] {
            assert_eq!(read_target(text), Some(date(read)), "{text}");
        }
        for text in ["", "soon", "v2.0", "Q5 2025", "2025-13", "2025-W60", "TBD", "2025-02-30"] {
            assert_eq!(read_target(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn day_and_date_are_inverse(start in 0_i64..4000, n in 1_i64..2000) {
            let today = date("2020-01-01") + chrono::Duration::days(start);
            let end = date_of_day(today, n).unwrap();
            prop_assert!(is_working_day(end));
            prop_assert_eq!(day_of_date(today, end), n);
        }

        #[test]
        fn working_days_add_up(start in 0_i64..4000, a in 0_i64..300, b in 0_i64..300) {
            let from = date("2020-01-01") + chrono::Duration::days(start);
            let middle = from + chrono::Duration::days(a);
            let to = middle + chrono::Duration::days(b);
            prop_assert_eq!(working_days(from, to), working_days(from, middle) + working_days(middle, to));
        }
    }
}
