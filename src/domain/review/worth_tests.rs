use crate::domain::review::document::Document;
use crate::domain::review::testing::prd;

fn concreteness(sentence: &str) -> u32 {
    let text = format!("# SVC-001: X\n\n## Approach\n\n{sentence}\n");
    let prd = prd(&text);
    Document::new(&prd, &text).statements[0].concreteness
}

#[test]
fn what_every_document_could_say_is_worth_little() {
    for sentence in [
        "The platform is built with modern technology and uses services.",
        "Metrics are collected for everything that matters.",
        "Alternatives were considered and rejected.",
    ] {
        assert!(concreteness(sentence) <= 550, "{sentence}: {}", concreteness(sentence));
    }
    for sentence in [
        "Rows of `order_line` are copied by primary key.",
        "A courier scans the parcel within 30 seconds.",
        "Shoppers who fill a cart on the phone find it empty at the desk.",
        "The pallets are weighed by Mina Okafor.",
    ] {
        assert!(concreteness(sentence) >= 900, "{sentence}: {}", concreteness(sentence));
    }
}

fn soundness(text: &str) -> u32 {
    let prd = prd(text);
    Document::new(&prd, text).soundness
}

#[test]
fn a_small_stock_of_words_is_no_text() {
    let stock =
        ["retry", "canary", "gateway", "latency", "broker", "ledger", "token", "shard", "quota", "proxy"];
    let mut text = "# SVC-001: X\n\n## Approach\n\n".to_owned();
    for at in 0..60_usize {
        let word = |shift: usize| stock[(at * 7 + shift * 3 + at / 10) % stock.len()];
        text += &format!(
            "- The {} of the {} is {at} ms for each {} and {}\n",
            word(0),
            word(1),
            word(2),
            word(3)
        );
    }
    assert_eq!(soundness(&text), 0);
}

#[test]
fn a_text_that_denies_everything_is_none_and_one_that_denies_a_third_is() {
    let lines = |share: usize| -> String {
        let words =
            ["parcel", "courier", "window", "ladder", "harbour", "invoice", "pallet", "crane", "ticket"];
        let line = |at: usize| {
            let not = if at % 9 < share { "is not" } else { "is" };
            format!(
                "- The {} {not} moved to the {} before {at} o'clock\n",
                words[at % 9],
                words[(at + 4) % 9]
            )
        };
        (0..36).map(line).collect()
    };
    let text = |share| format!("# SVC-001: X\n\n## Approach\n\n{}", lines(share));
    assert_eq!(soundness(&text(9)), 0);
    let third = super::affirmation(&Document::new(&prd(&text(3)), &text(3)).statements);
    assert_eq!(third, 1000);
}
