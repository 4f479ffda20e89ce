use super::*;
use crate::domain::review::text::words;

fn reads(text: &str) -> bool {
    reading(text, &words(text), &StatementKind::Prose) == Reading::Sound
}

#[test]
fn tells_language_from_words_in_a_row() {
    for text in [
        "Shoppers wait four minutes for a receipt because mails are sent by hand.",
        "The service keeps what it was told, and an hour later it forgets.",
        "A user with an HTTP client and a one-time token can read it.",
    ] {
        assert!(reads(text), "{text}");
    }
    for text in [
        "Banana river quickly mountain table purple engine window garden stone cloud paper.",
        "The of receipt and mails an wait the is for.",
        "Orders the by because sent a are hand minutes of.",
    ] {
        assert!(!reads(text), "{text}");
    }
}

#[test]
fn notes_are_thin_and_no_filler() {
    for text in [
        "**Tradeoffs**: Integration tests require network access, CI needs secrets.",
        "Docker Postgres adds CI complexity, startup time, flaky builds.",
    ] {
        assert_eq!(reading(text, &words(text), &StatementKind::Prose), Reading::Thin, "{text}");
    }
    let names = "banana river table engine window garden stone cloud paper purple";
    assert_eq!(reading(names, &words(names), &StatementKind::Prose), Reading::Filler);
}

#[test]
fn finds_measures_and_percentiles() {
    for text in
        ["under 200 ms", "99.9%", "5 per cent", "300ms", "at 300 requests/s", "€ 40", "3 working days"]
    {
        assert!(has_measure(&words(text)), "{text}");
    }
    for text in ["version 2", "section 3.1", "no number", "ms"] {
        assert!(!has_measure(&words(text)), "{text}");
    }
    assert!(has_percentile(&words("p95 under")) && has_percentile(&words("the 99th percentile")));
    assert!(!has_percentile(&words("p1 and people")));
}
