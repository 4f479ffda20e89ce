use super::*;
use crate::domain::markdown::read::{Reading, read_prd};
use crate::domain::model::id::IdFormat;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;
use crate::domain::review::document::Document;
use crate::domain::review::report::review;
use crate::domain::review::settings::Settings;
use crate::domain::review::verdict::verdicts_of;

const TEXT: &str = "# SVC-001: Mail *now*\n\n**Owner**: Dana\n**Estimate**: 3 days\n\n## Scope\n\n- Mail goes to various people | and ____\n- Several mails go out when an order is placed\n";

fn prd() -> Prd {
    let path = RepoPath::new("docs/prds/draft/SVC-001-mail.md").unwrap();
    let format = IdFormat::new("SVC", "-", 3).unwrap();
    let Reading::Prd(prd) = read_prd(&path, State::Draft, TEXT.as_bytes(), &format) else { panic!("no id") };
    *prd
}

fn reviewed(settings: &Settings) -> Review {
    review(&prd(), TEXT, settings)
}

const PLAIN: Look = Look { color: false, width: 80, evidence: false };

#[test]
fn a_terminal_gets_grade_bars_findings_and_questions() {
    let text = terminal(&reviewed(&Settings::default()), PLAIN);
    assert!(text.contains("Grade F ("), "{text}");
    assert!(text.contains("is under the minimum C"), "{text}");
    assert!(text.contains("░"), "{text}");
    assert!(
        text.contains("docs/prds/draft/SVC-001-mail.md:9:3 hint: `Several` leaves open what is meant"),
        "{text}"
    );
    assert!(text.contains("  1. ") && text.contains("(must be answered)"), "{text}");
    assert!(!text.contains('\u{1b}'));
    let colored = terminal(&reviewed(&Settings::default()), Look { color: true, ..PLAIN });
    assert!(colored.contains("\u{1b}["));
}

#[test]
fn names_are_in_line_whatever_their_letters() {
    let names = ["Scope", "リスク評価", "Übergabe & Betrieb"].map(str::to_owned).to_vec();
    let text = terminal(&reviewed(&Settings { dimensions: names, ..Settings::default() }), PLAIN);
    let columns: Vec<usize> = text
        .lines()
        .filter(|line| line.contains(['█', '░', '▌']))
        .filter_map(|line| line.find(['█', '░', '▌']).map(|at| line[..at].width()))
        .collect();
    assert_eq!(columns.len(), 3, "{text}");
    assert!(columns.windows(2).all(|pair| pair[0] == pair[1]), "{text}");
}

#[test]
fn nothing_is_graded_where_grading_is_off() {
    let off = reviewed(&Settings { grading_enabled: false, ..Settings::default() });
    let text = terminal(&off, PLAIN);
    assert!(!text.contains("Grade") && !text.contains('█') && text.contains("Findings"), "{text}");
    assert!(!markdown(&off).contains("| Dimension"));
}

#[test]
fn markdown_shows_text_as_it_was_written() {
    let text = markdown(&reviewed(&Settings::default()));
    assert!(
        text.starts_with("## Review of SVC-001: Mail \\*now\\* — F\n") || text.contains("Mail now"),
        "{text}"
    );
    assert!(text.contains("| Clarity \\& Scope | F |"), "{text}");
    assert!(text.contains("### Questions"), "{text}");
    assert!(!text.contains("people | and"), "a bar from the text would end a cell");
}

#[test]
fn evidence_is_shown_on_request_and_fits() {
    let text = terminal(&reviewed(&Settings::default()), Look { evidence: true, width: 40, ..PLAIN });
    assert!(text.contains("scope/in-scope"), "{text}");
    assert!(text.lines().filter(|line| line.contains("line 9:")).all(|line| line.width() <= 40), "{text}");
}

#[test]
fn many_reviews_are_one_line_each() {
    let prd = prd();
    let read = || (Document::new(&prd, TEXT), Settings::default());
    let text = overview(&verdicts_of(vec![read(), read()]), Some(60));
    let plain = anstream::adapter::strip_str(&text).to_string();
    assert!(plain.lines().all(|line| line.width() <= 60), "{plain}");
    assert!(plain.ends_with("2 PRDs, 2 under the minimum\n"), "{plain}");
}

#[test]
fn a_bar_has_twenty_cells() {
    for points in 0..=100_u8 {
        assert_eq!(bar(Score::new(f64::from(points))).chars().count(), BAR);
    }
}
