//! Days and lists in words.

use chrono::{Datelike, NaiveDate};

/// Working days as people say them: `3 days`, `1 week`, `3 weeks 2 days`; a week is five.
#[must_use]
pub fn duration(days: i64) -> String {
    let count = |number: i64, one: &str| {
        if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
    };
    match (days / 5, days % 5) {
        (0, days) => count(days, "day"),
        (weeks, 0) => count(weeks, "week"),
        (weeks, days) => format!("{} {}", count(weeks, "week"), count(days, "day")),
    }
}

/// A date with its day of the week: `Fri 2025-06-20`.
#[must_use]
pub fn date(date: NaiveDate) -> String {
    format!("{} {date}", date.weekday())
}

/// When something is there: `today`, `in 3 days`.
#[must_use]
pub fn in_days(days: i64) -> String {
    if days <= 0 { "today".to_owned() } else { format!("in {}", duration(days)) }
}

/// A list: `A`, `A and B`, `A, B and C`.
#[must_use]
pub fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let mut words: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    let Some(last) = words.pop() else { return String::new() };
    if words.is_empty() { last } else { format!("{} and {last}", words.join(", ")) }
}

/// A list that stops after five and says how many more there are.
#[must_use]
pub fn short_list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let mut words: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if words.len() > 6 {
        let more = words.len() - 5;
        words.truncate(5);
        words.push(format!("{more} more"));
    }
    list(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_weeks_and_days() {
        let words = [0, 1, 4, 5, 6, 10, 17, 20].map(duration);
        let expected =
            ["0 days", "1 day", "4 days", "1 week", "1 week 1 day", "2 weeks", "3 weeks 2 days", "4 weeks"];
        assert_eq!(words, expected);
    }

    #[test]
    fn lists_end_with_and() {
        assert_eq!(list(["A"]), "A");
        assert_eq!(list(["A", "B", "C"]), "A, B and C");
        assert_eq!(short_list(1..=6), "1, 2, 3, 4, 5 and 6");
        assert_eq!(short_list(1..=7), "1, 2, 3, 4, 5 and 2 more");
    }
}
