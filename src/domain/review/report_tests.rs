use super::*;
use crate::domain::model::grade::Letter;
use crate::domain::review::dimension::resolve::DEFAULT_SEVEN;
use crate::domain::review::settings::Strictness;
use crate::domain::review::testing::{GOOD, TEN, prd, unfilled};
use crate::domain::review::verdict::verdicts_of;

fn settings(names: &[&str]) -> Settings {
    Settings { dimensions: names.iter().map(|name| (*name).to_owned()).collect(), ..Settings::default() }
}

fn seven() -> Settings {
    settings(&DEFAULT_SEVEN)
}

fn ten() -> Settings {
    settings(&TEN)
}

fn grade(text: &str, settings: &Settings) -> Review {
    review(&prd(text), text, settings)
}

fn letter(review: &Review) -> Letter {
    review.grade.unwrap().letter()
}

/// A review in a few lines, for the message of a failed assertion.
fn shown(review: &Review) -> String {
    let mut text = format!("{} {:?}\n", review.grade.unwrap(), review.score.unwrap());
    for dimension in &review.dimensions {
        let slots: Vec<String> =
            dimension.slots.iter().map(|slot| format!("{}={}", slot.id, slot.fill)).collect();
        text += &format!("  {:?} {}: {}\n", dimension.score.unwrap(), dimension.name, slots.join(" "));
        for finding in &dimension.findings {
            text += &format!(
                "      {}:{} {} -{} {:?}\n",
                finding.line, finding.column, finding.rule, finding.penalty, finding.excerpt
            );
        }
    }
    text
}

/// The section names of the good PRDs, and words to fill them with.
fn filled_with(sentence: impl Fn(usize) -> String) -> String {
    let sections = [
        "Problem",
        "Goals",
        "In scope",
        "Out of scope",
        "Terms",
        "User experience",
        "Technical approach",
        "Dependencies",
        "API contracts",
        "Synchronous and event communication",
        "Service mesh",
        "Deployment and rollout",
        "Observability",
        "Performance targets",
        "Acceptance criteria",
        "Risks",
        "Rollback",
        "Alternatives and simplification",
    ];
    let mut text = "# SVC-001: Refund service\n\n**Owner**: Dana Reyes\n**Estimate**: 3 days\n**Target**: 2026-12-18\n**Depends On**: None\n"
        .to_owned();
    let mut at = 0;
    let mut next = || {
        at += 1;
        sentence(at)
    };
    for section in sections {
        text += &format!("\n## {section}\n\n{} {} {}\n\n", next(), next(), next());
        for _ in 0..4 {
            text += &format!("- [ ] {}\n", next());
        }
    }
    text
}

/// A small generator of numbers: the tests need the same words in every run.
fn pick(seed: usize, length: usize) -> usize {
    let mixed = seed.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(3_037_000_493);
    (mixed >> 33) % length
}

#[test]
fn an_unfilled_template_is_an_f() {
    for (name, text) in unfilled() {
        for settings in [seven(), ten()] {
            let review = grade(&text, &settings);
            assert_eq!(letter(&review), Letter::F, "{name}: {}", shown(&review));
        }
    }
}

#[test]
fn a_good_prd_is_an_a_or_b() {
    for (name, text) in GOOD {
        let review = grade(text, &seven());
        assert!(letter(&review) >= Letter::B, "{name} by seven: {}", shown(&review));
    }
    let review = grade(GOOD[0].1, &ten());
    assert!(letter(&review) >= Letter::B, "{}", shown(&review));
    assert!(review.questions.len() <= 2, "{:#?}", review.questions);
}

#[test]
fn random_words_are_at_most_a_d() {
    let words: Vec<&str> =
        GOOD[0].1.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).collect();
    let random = |offset: usize| {
        filled_with(|at| {
            let sentence: Vec<&str> = (0..12)
                .map(|word| {
                    words[pick(offset + at * 31 + word * 7, words.len())].trim_matches(['*', '|', '`', '.'])
                })
                .collect();
            format!("{}.", sentence.join(" "))
        })
    };
    for offset in [1, 1000, 77_777] {
        for settings in [seven(), ten()] {
            let review = grade(&random(offset), &settings);
            assert!(letter(&review) <= Letter::D, "{}", shown(&review));
        }
    }
    let nouns =
        ["banana", "river", "table", "engine", "window", "garden", "stone", "cloud", "paper", "purple"];
    let text = filled_with(|at| {
        let sentence: Vec<&str> = (0..9).map(|word| nouns[pick(at * 13 + word, nouns.len())]).collect();
        format!("{}.", sentence.join(" "))
    });
    assert!(letter(&grade(&text, &seven())) <= Letter::D);
}

#[test]
fn a_sentence_said_a_thousand_times_is_at_most_a_d() {
    let sentence =
        "When the provider fails for 5 minutes, the team sees an alert because p95 exceeds 200 ms.";
    let text = filled_with(|_| [sentence; 8].join(" "));
    for settings in [seven(), ten()] {
        let review = grade(&text, &settings);
        assert!(letter(&review) <= Letter::D, "{}", shown(&review));
    }
    assert!(grade(&text, &seven()).findings().iter().any(|finding| finding.rule == "filler-text"));
}

#[test]
fn another_topics_text_loses_a_little_and_is_found_out() {
    let text = GOOD[1].1.replacen("# PRD-021: Saved carts", "# PRD-021: Invoice archive", 1);
    let (good, other) = (grade(GOOD[1].1, &seven()), grade(&text, &seven()));
    assert!(other.findings().iter().any(|finding| finding.rule == "title-unrelated"));
    assert!(other.score.unwrap().points() < good.score.unwrap().points());
    assert!(letter(&other) >= Letter::B, "more than a band: {}", shown(&other));
}

/// A defect put into a good PRD: what to replace, by what, the rule that finds it, the dimensions that it lowers.
const DEFECTS: [(usize, &str, &str, &str, &[&str]); 9] = [
    (
        0,
        "- [ ] An event that is delivered twice sends one mail and leaves one row\n",
        "- [ ] An event that is delivered twice sends one mail and leaves one row\n- [ ] Good quality for all people\n",
        "criterion-not-observable",
        &["criteria"],
    ),
    (
        0,
        "- [ ] An event that is delivered twice sends one mail and leaves one row\n",
        "- [ ] An event that is delivered twice sends one mail and leaves one row\n- [ ] An event that is delivered twice sends one mail and leaves one row\n",
        "duplicate-criterion",
        &["criteria"],
    ),
    (0, "**Target**: 2026-12-18\n", "", "missing-target", &["feasibility"]),
    (0, "**Owner**: Dana Reyes\n", "", "missing-owner", &["scope"]),
    (
        0,
        "| Addresses appear in logs | low | a privacy incident | A masking filter with a test; logs are reviewed in the canary | Imre Kovacs |",
        "| Addresses appear in logs | low | a privacy incident | | Imre Kovacs |",
        "risk-without-mitigation",
        &["risk"],
    ),
    (
        0,
        "- Traces: the `traceparent`",
        "- Metrics of various kinds are added later\n- Traces: the `traceparent`",
        "vague-word",
        &["observability"],
    ),
    (
        0,
        "- Traces: the `traceparent`",
        "- Alert: ____\n- Traces: the `traceparent`",
        "placeholder-left",
        &["observability"],
    ),
    (
        0,
        "| Growth | Three times",
        "| Latency | Median response time under 300 | by hand |\n| Growth | Three times",
        "number-without-unit",
        &["performance"],
    ),
    (
        0,
        "- Logs are structured JSON",
        "- Counters are kept where possible\n- Logs are structured JSON",
        "escape-clause",
        &["observability"],
    ),
];

#[test]
fn each_defect_lowers_its_dimensions_and_no_other() {
    for (fixture, from, to, rule, lowered) in &DEFECTS {
        let good = GOOD[*fixture].1;
        assert!(good.contains(from), "{rule}: the fixture has changed");
        let (before, after) = (grade(good, &ten()), grade(&good.replacen(from, to, 1), &ten()));
        assert!(after.findings().iter().any(|finding| finding.rule == *rule), "{rule} is not found");
        for (old, new) in before.dimensions.iter().zip(&after.dimensions) {
            let (old_score, new_score) = (old.score.unwrap().points(), new.score.unwrap().points());
            if lowered.contains(&old.resolved_as) {
                assert!(
                    new_score < old_score,
                    "{rule}: {} stays at {old_score}: {}",
                    old.name,
                    shown(&after)
                );
            } else {
                assert!(
                    (new_score - old_score).abs() < 0.5,
                    "{rule}: {} from {old_score} to {new_score}",
                    old.name
                );
            }
        }
    }
}

/// The text with each `## ` section in reverse order, the part before the first one left in its place.
fn reversed(text: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.get(1..).and_then(|tail| tail.find("\n## ")) {
        let (part, tail) = rest.split_at(at + 2);
        parts.push(part);
        rest = tail;
    }
    let last = format!("{}\n\n", rest.trim_end());
    parts.push(&last);
    parts[1..].reverse();
    parts.concat()
}

#[test]
fn order_line_ends_and_heading_levels_change_nothing() {
    for (name, text) in GOOD {
        for settings in [seven(), ten()] {
            let scores = |text: &str| -> Vec<(String, Option<Score>)> {
                let review = grade(text, &settings);
                let dimensions =
                    review.dimensions.iter().map(|dimension| (dimension.name.clone(), dimension.score));
                dimensions.chain([("overall".to_owned(), review.score)]).collect()
            };
            let plain = scores(text);
            assert_eq!(scores(&text.replace('\n', "\r\n")), plain, "{name}: line ends");
            assert_eq!(scores(&text.replace("\n##", "\n###")), plain, "{name}: heading levels");
            assert_eq!(scores(&reversed(text)), plain, "{name}: order");
            assert_eq!(scores(&text.replace("\n## ", "\n## 🚀 ")), plain, "{name}: emoji");
        }
    }
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    for (_, text) in GOOD {
        let json = |_: usize| serde_json::to_string(&grade(text, &ten())).unwrap();
        let first = json(0);
        assert!((1..4).all(|again| json(again) == first));
    }
}

#[test]
fn removing_a_section_never_raises_and_its_own_dimension_falls() {
    for (section, dimension) in [
        ("## Observability", "observability"),
        ("## Performance targets", "performance"),
        ("## API contracts", "api"),
        ("## Acceptance criteria", "criteria"),
        ("## Synchronous and event communication", "mesh"),
    ] {
        let good = GOOD[0].1;
        let start = good.find(&format!("\n{section}\n")).unwrap() + 1;
        let end = good[start + 3..].find("\n## ").map_or(good.len(), |at| start + 3 + at + 1);
        let text = format!("{}{}", &good[..start], &good[end..]);
        let (before, after) = (grade(good, &ten()), grade(&text, &ten()));
        assert!(after.score.unwrap().points() < before.score.unwrap().points(), "{section}");
        let of = |review: &Review| {
            review.dimensions.iter().find(|own| own.resolved_as == dimension).unwrap().score.unwrap().points()
        };
        assert!(of(&after) < of(&before) - 10.0, "{section}: {} to {}", of(&before), of(&after));
    }
}

#[test]
fn adding_real_content_never_lowers() {
    for (heading, more) in [
        ("## Observability\n\n", "- Metrics: bounced mails by domain (counter), kept for 30 days\n"),
        (
            "## Risks and rollback\n\n",
            "A name may be escaped wrongly, which is unlikely; a test with 40 names prevents it, owned by Dana.\n\n",
        ),
        (
            "Should hold two weeks after launch:\n\n",
            "- [ ] A bounced mail is shown with the status `failed` within 5 minutes\n",
        ),
        ("### In scope\n\n", "- A nightly job that deletes rows older than 90 days\n"),
    ] {
        let good = GOOD[0].1;
        assert!(good.contains(heading), "the fixture has changed");
        let text = good.replacen(heading, &format!("{heading}{more}"), 1);
        let (before, after) = (grade(good, &ten()), grade(&text, &ten()));
        for (old, new) in before.dimensions.iter().zip(&after.dimensions) {
            assert!(new.score >= old.score, "{more}: {} {}", old.name, shown(&after));
        }
    }
}

#[test]
fn a_comment_silences_a_finding_where_it_stands() {
    let text = "# SVC-001: Mail\n\n## Scope\n\n<!-- prd-ignore: vague-word the providers have names in the contract -->\n- Mail goes to various providers\n- Mail goes to several people\n";
    let review = grade(text, &seven());
    assert_eq!(
        review.suppressed,
        [Suppressed {
            rule: "vague-word",
            line: 6,
            reason: "the providers have names in the contract".to_owned()
        }]
    );
    let vague: Vec<usize> = review
        .findings()
        .iter()
        .filter(|finding| finding.rule == "vague-word")
        .map(|finding| finding.line)
        .collect();
    assert_eq!(vague, [7]);
}

#[test]
fn a_bad_scope_holds_the_rest_down() {
    let good = GOOD[0].1;
    let start = good.find("## Summary and impact").unwrap();
    let end = good.find("## Service dependency graph").unwrap();
    let review = grade(&format!("{}{}", &good[..start], &good[end..]), &ten());
    assert_eq!(review.capped_by.as_deref(), Some("Clarity & Scope"), "{}", shown(&review));
    assert!(letter(&review) <= Letter::D);
}

#[test]
fn an_unknown_dimension_is_graded_by_its_own_section() {
    let section = "\n## Regulatory compliance in Japan\n\n- The service stores addresses in the region ap-northeast-1 only, as the APPI demands\n- Deletion requests are answered within 14 days by Dana Reyes\n- Consent is recorded with a date when the account is created\n";
    let custom = settings(&["Regulatory Compliance in Japan"]);
    let without = grade("# SVC-001: Mail\n\n## Scope\n\n- Mail is sent when an order is placed\n", &custom);
    let with = grade(&format!("# SVC-001: Mail\n{section}"), &custom);
    assert_eq!(with.dimensions[0].resolved_as, "custom");
    assert!(without.dimensions[0].score.unwrap().points() < 1.0);
    assert!(with.dimensions[0].score.unwrap().points() > 80.0, "{}", shown(&with));
}

#[test]
fn an_answer_fills_its_slot_and_settles_its_question() {
    use crate::domain::review::calibration::{Answer, write_answers};
    let text = "# SVC-001: Mail\n\n## Performance\n\nThe service sends mail when orders arrive.\n";
    let only = settings(&["Performance & Scalability"]);
    let before = grade(text, &only);
    let question = before.questions.iter().find(|question| question.id == "performance/targets").unwrap();
    assert_eq!((question.line, question.answer.as_deref()), (3, None));
    let answer = Answer {
        id: question.id.clone(),
        question: question.text.clone(),
        text: "The latency of a mail is under 200 ms at p95.".to_owned(),
    };
    let after = grade(&write_answers(text, &[answer]), &only);
    let fill = |review: &Review| {
        review.dimensions[0].slots.iter().find(|slot| slot.id == "performance/targets").unwrap().fill
    };
    assert!(fill(&before) < 0.1 && fill(&after) >= 0.9, "{} {}", fill(&before), fill(&after));
    assert!(
        after
            .questions
            .iter()
            .any(|question| question.id == "performance/targets" && question.answer.is_some())
    );
    let open = |review: &Review| review.questions.iter().filter(|question| question.answer.is_none()).count();
    assert!(open(&after) <= if after.passed { 6 } else { 7 }, "{}", open(&after));
}

#[test]
fn what_does_not_apply_costs_nothing_but_never_more_than_half() {
    use crate::domain::review::calibration::{Answer, write_answers};
    let only = settings(&["Service Mesh Compatibility"]);
    let text = "# SVC-001: Mail\n\n## Mesh\n\nThe service speaks HTTP/2 on port 8080.\n";
    let not = |slot: &str| Answer {
        id: format!("mesh/{slot}"),
        question: "Which?".to_owned(),
        text: format!("N/A: the {slot} is decided by the platform team"),
    };
    let all = write_answers(text, &[not("resilience"), not("identity"), not("traffic")]);
    let weights: Vec<u32> = grade(&all, &only).dimensions[0].slots.iter().map(|slot| slot.weight).collect();
    assert_eq!(weights, [25, 0, 25, 0]);
    assert!(grade(&all, &only).score.unwrap().points() > grade(text, &only).score.unwrap().points());
}

#[test]
fn strictness_and_switches_do_what_they_say() {
    let text = "# SVC-001: Mail\n\n## Scope\n\n- Mail goes to various providers when an order is placed\n";
    let with = |strictness| grade(text, &Settings { strictness, ..seven() });
    let severity = |review: &Review| {
        review.findings().iter().find(|finding| finding.rule == "vague-word").map(|finding| finding.severity)
    };
    assert_eq!(severity(&with(Strictness::Lenient)), None);
    assert_eq!(severity(&with(Strictness::Balanced)), Some(Severity::Hint));
    assert_eq!(severity(&with(Strictness::Strict)), Some(Severity::Warning));
    let off = grade(text, &Settings { grading_enabled: false, calibration_questions: false, ..seven() });
    assert!(off.passed && off.grade.is_none() && off.questions.is_empty() && !off.findings().is_empty());
    let required = Settings { require_api_contract: true, require_architecture_decision: true, ..ten() };
    let rules: Vec<&str> = grade(text, &required).findings().iter().map(|finding| finding.rule).collect();
    assert!(rules.contains(&"contract-missing") && rules.contains(&"adr-missing"));
    let elsewhere = Settings { has_decision_elsewhere: true, ..required };
    assert!(!grade(text, &elsewhere).findings().iter().any(|finding| finding.rule == "adr-missing"));
}

#[test]
fn wording_costs_little_however_much_of_it_there_is() {
    let vague = "- Mail goes to various providers, several people and numerous others as needed\n";
    let more: String = (0..20)
        .map(|at| format!("- Order {at} goes to various people, as needed, if possible, etc.\n"))
        .collect();
    let text = GOOD[0].1.replacen("### Out of scope", &format!("{vague}{more}\n### Out of scope"), 1);
    let (before, after) = (grade(GOOD[0].1, &ten()), grade(&text, &ten()));
    let scope = |review: &Review| review.dimensions[0].score.unwrap().points();
    assert!(scope(&before) - scope(&after) <= 6.5, "{} {}", scope(&before), scope(&after));
}

#[test]
fn an_empty_text_is_graded_and_asked_about() {
    for text in ["", "# SVC-001: X", "\u{feff}# SVC-001: X\r\n\r\n## Scope\r\n"] {
        let review = grade(text, &ten());
        assert_eq!(letter(&review), Letter::F);
        assert_eq!(review.questions.len(), 7);
        assert!(review.open_critical().count() > 0);
    }
}

#[test]
fn what_the_text_says_for_the_most_part_needs_no_answer_before_an_approval() {
    let critical = |criteria: &str| {
        let review = grade(&format!("# SVC-001: X\n\n## Acceptance criteria\n\n{criteria}"), &seven());
        let asked: Vec<String> = review.open_critical().map(|question| question.id.clone()).collect();
        asked.contains(&"criteria/exist".to_owned())
    };
    let enough = "- [ ] `tides` prints 12 ports\n- [ ] `tides --port` prints 1 port\n- [ ] `tides` of 1900 ends with code 2\n";
    assert!(!critical(enough), "nobody asked for an order among them");
    assert!(critical("- [ ] `tides` prints 12 ports\n"));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(# |## (Risks|Scope|Goals|Calibration|Acceptance criteria)\n|- \\[ \\] |\\*\\*Q \\(a/b\\)\\*\\*: |N/A: |\\| a \\| b \\||`|\\[|\\]\\(|<!-- prd-ignore: |-->|____|[a-zä✅ .:\r\n]{1,12}){0,40}") {
        let review = grade(&text, &ten());
        proptest::prop_assert!(review.questions.len() <= 7 + text.matches("**Q").count());
        for finding in review.findings() {
            proptest::prop_assert!(finding.line >= 1 && finding.column >= 1);
        }
    }
}

#[test]
fn many_are_graded_side_by_side_as_each_alone() {
    let good = GOOD.into_iter().map(|(name, text)| (name, text.to_owned()));
    let texts: Vec<_> = good.chain(unfilled()).map(|(name, text)| (name, prd(&text), text)).collect();
    for settings in [ten(), Settings { grading_enabled: false, ..ten() }] {
        let read =
            || texts.iter().map(|(_, prd, text)| (Document::new(prd, text), settings.clone())).collect();
        let (verdicts, reviews) = (verdicts_of(read()), reviews_of(read()));
        assert_eq!((verdicts.len(), reviews.len()), (texts.len(), texts.len()));
        for (((name, prd, text), verdict), beside) in texts.iter().zip(verdicts).zip(reviews) {
            let whole = review(prd, text, &settings);
            assert_eq!(beside, whole, "{name}");
            assert_eq!((verdict.id, verdict.title), (whole.id.clone(), whole.title.clone()), "{name}");
            assert_eq!(
                (verdict.grade, verdict.score, verdict.passed),
                (whole.grade, whole.score, whole.passed),
                "{name}"
            );
            assert_eq!(verdict.findings, whole.findings().len(), "{name}");
        }
    }
}
