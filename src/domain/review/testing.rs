//! What the tests of the review share: models of texts, the good PRDs and the templates.

use std::sync::LazyLock;

use super::checks::check::Check;
use super::document::Document;
use crate::domain::markdown::read::{Reading, read_prd};
use crate::domain::model::id::IdFormat;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// Complete PRDs of different kinds, in different dialects, written by hand.
pub(crate) const GOOD: [(&str, &str); 9] = [
    ("notification", include_str!("../../../tests/fixtures/prds/good/SVC-133-notification-service.md")),
    ("carts", include_str!("../../../tests/fixtures/prds/good/PRD-021-saved-carts.md")),
    ("export", include_str!("../../../tests/fixtures/prds/good/PRD-007-csv-export.md")),
    ("history", include_str!("../../../tests/fixtures/prds/good/DATA-014-split-order-history.md")),
    ("erasure", include_str!("../../../tests/fixtures/prds/good/COMP-031-erasure-requests.md")),
    ("build cache", include_str!("../../../tests/fixtures/prds/good/INFRA-208-build-cache.md")),
    ("migrate", include_str!("../../../tests/fixtures/prds/good/CLI-009-config-migrate.md")),
    ("refund", include_str!("../../../tests/fixtures/prds/good/BUG-4412-double-refund.md")),
    ("pricing", include_str!("../../../tests/fixtures/prds/good/SVC-061-extract-pricing.md")),
];

/// The templates of `prd new`.
const TEMPLATES: [(&str, &str); 3] = [
    ("feature", include_str!("../../../templates/prd/feature.md")),
    ("microservice", include_str!("../../../templates/prd/microservice.md")),
    ("quick", include_str!("../../../templates/prd/quick.md")),
];

/// The ten dimensions of teams that run services.
pub(crate) const TEN: [&str; 10] = [
    "Clarity & Scope",
    "Technical Feasibility",
    "API Design & Contracts",
    "Dependencies & Integration",
    "Acceptance Criteria",
    "Risk Assessment",
    "Service Mesh Compatibility",
    "Observability & Monitoring",
    "Performance & Scalability",
    "Deployment Strategy",
];

/// The ids of the tests' repository.
pub(crate) static FORMAT: LazyLock<IdFormat> = LazyLock::new(|| IdFormat::new("SVC", "-", 3).unwrap());

/// The model of a text, as a draft with the id of its file's name.
pub(crate) fn prd(text: &str) -> Prd {
    let path = RepoPath::new("docs/prds/draft/SVC-001-some-text.md").unwrap();
    match read_prd(&path, State::Draft, text.as_bytes(), &FORMAT) {
        Reading::Prd(prd) => *prd,
        Reading::Stray(stray) => panic!("no id in {}", stray.path),
    }
}

/// How often a check finds something in a text.
pub(crate) fn count_of(check: &Check, text: &str) -> usize {
    let prd = prd(text);
    (check.run)(&Document::new(&prd, text)).len()
}

/// All templates, written out for a PRD of which nothing but the id, the title and the header is known.
pub(crate) fn unfilled() -> Vec<(&'static str, String)> {
    let mut environment = minijinja::Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    let values = minijinja::context! {
        id => "SVC-001", title => "Refund service", slug => "refund-service", service => "refund-service",
        team => "Checkout", owner => "Dana Reyes", priority => "P1", created => "2026-11-02",
        target => "2026-12-18", estimate => "3 days", depends_on => "None",
    };
    TEMPLATES
        .iter()
        .map(|(name, text)| (*name, environment.render_str(text, values.clone()).unwrap()))
        .collect()
}
