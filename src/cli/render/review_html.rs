//! Reviews as one HTML file that needs nothing else: no script, no font, no address.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};

use super::review::number;
use crate::domain::review::report::Review;

const TEMPLATE: &str = include_str!("../../../templates/review.html");

/// The page of one PRD or many. Every text of a PRD is escaped.
///
/// # Errors
/// A bug: the template does not fit.
pub fn page(reviews: &[Review]) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_template("review.html", TEMPLATE)?;
    let title = match reviews {
        [one] => format!("Review of {}: {}", one.id, one.title),
        many => format!("Review of {} PRDs", many.len()),
    };
    let shown: Vec<minijinja::Value> = reviews.iter().map(value_of).collect();
    let under = reviews.iter().filter(|review| !review.passed).count();
    let mut page =
        environment.get_template("review.html")?.render(context! { title, reviews => shown, under })?;
    page.push('\n');
    Ok(page)
}

fn value_of(review: &Review) -> minijinja::Value {
    let dimensions: Vec<minijinja::Value> = review
        .dimensions
        .iter()
        .filter_map(|dimension| {
            let (score, grade) = (dimension.score?, dimension.grade?);
            Some(context! {
                name => dimension.name.as_str(),
                score => number(score),
                points => number(score),
                grade => grade.to_string(),
            })
        })
        .collect();
    let findings: Vec<minijinja::Value> = review
        .findings()
        .into_iter()
        .map(|finding| {
            context! {
                severity => finding.severity.to_string(),
                line => finding.line,
                rule => finding.rule,
                message => finding.message.as_str(),
                excerpt => finding.excerpt.as_str(),
                hint => finding.hint,
            }
        })
        .collect();
    let open = review.questions.iter().filter(|question| question.answer.is_none());
    let questions: Vec<minijinja::Value> = open
        .map(|question| {
            context! {
                id => question.id.as_str(),
                text => question.text.as_str(),
                line => question.line,
                critical => question.critical,
                effect => question.effect.as_str(),
            }
        })
        .collect();
    let silenced = match review.suppressed.len() {
        0 => String::new(),
        1 => "1 finding".to_owned(),
        more => format!("{more} findings"),
    };
    context! {
        id => review.id.to_string(),
        title => review.title.as_str(),
        path => review.path.as_str(),
        grade => review.grade.map(|grade| grade.to_string()),
        score => review.score.map_or_else(|| "–".to_owned(), number),
        minimum_grade => review.minimum_grade.to_string(),
        passed => review.passed,
        capped_by => review.capped_by.as_deref(),
        dimensions,
        findings,
        questions,
        silenced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::report::review;
    use crate::domain::review::settings::Settings;
    use crate::domain::review::testing::prd;

    const EVIL: &str = "# SVC-001: <script>alert('1')</script> & \"more\"\n\n## Scope\n\n- Various <img src=x onerror=alert(2)> orders <b>etc.</b> go ____\n";

    #[test]
    fn what_a_prd_says_is_text_and_nothing_else() {
        let mut one = review(&prd(EVIL), EVIL, &Settings::default());
        one.title = "<script>alert('1')</script>".to_owned();
        one.capped_by = Some("</p><script>".to_owned());
        let many = page(&[one.clone(), one.clone()]).unwrap();
        for page in [page(&[one]).unwrap(), many, page(&[]).unwrap()] {
            assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>"), "{page}");
            assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("url("));
            for tag in [
                "main", "article", "table", "tbody", "thead", "ul", "ol", "li", "tr", "td", "h2", "h3", "p",
                "html",
            ] {
                let open =
                    page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
                assert_eq!(open, page.matches(&format!("</{tag}>")).count(), "{tag}");
            }
        }
    }

    #[test]
    fn grading_that_is_off_shows_findings_alone() {
        let off = Settings { grading_enabled: false, ..Settings::default() };
        let page = page(&[review(&prd(EVIL), EVIL, &off)]).unwrap();
        assert!(page.contains("<h3>Findings</h3>") && !page.contains("<meter"));
    }
}
