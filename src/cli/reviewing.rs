//! What `review` and `approve` look at besides the PRD: the configuration's wishes, contracts, decisions.

use super::error::CommandError;
use super::linking::{Surroundings, linked_path};
use super::session::Session;
use crate::domain::config::schema::{Config, Strictness as Configured};
use crate::domain::markdown::outline::Outline;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::review::facts::Facts;
use crate::domain::review::report::{Review, review};
use crate::domain::review::settings::{Settings, Strictness};
use crate::domain::review::{decision, guard};

/// What the configuration asks of a review.
pub(super) fn settings(config: &Config, has_decision_elsewhere: bool, facts: Facts) -> Settings {
    let review = &config.prd_workflow.review;
    Settings {
        dimensions: config.dimension_names(),
        minimum: review.minimum_grade,
        grading_enabled: review.grading_enabled,
        calibration_questions: review.calibration_questions,
        strictness: match config.agents.prd_reviewer.strictness {
            Configured::Lenient => Strictness::Lenient,
            Configured::Balanced => Strictness::Balanced,
            Configured::Strict => Strictness::Strict,
        },
        require_api_contract: review.require_api_contract,
        require_architecture_decision: review.require_architecture_decision,
        has_decision_elsewhere,
        rubrics: review.rubrics.clone(),
        facts,
    }
}

/// Grades a text of a PRD.
///
/// # Errors
/// The configuration of the PRD's service does not load.
pub(super) fn grade(
    session: &Session,
    decisions: &Decisions,
    surroundings: &Surroundings<'_>,
    prd: &Prd,
    text: &str,
) -> Result<Review, CommandError> {
    let config = session.config_for(prd)?;
    let decided = decisions.cover(session, prd, text);
    Ok(review(prd, text, &settings(&config, decided, surroundings.facts(prd, text))))
}

/// The accepted architecture decision records of a repository, read once for a command.
#[derive(Debug)]
pub(super) struct Decisions(Vec<String>);

impl Decisions {
    /// Reads the folders in which decision records lie.
    pub(super) fn load(session: &Session) -> Self {
        let folders = decision::FOLDERS.iter().filter_map(|folder| RepoPath::new(folder).ok());
        let paths = folders.flat_map(|folder| session.files().names_in(&folder));
        Self(
            paths
                .filter(|path| path.as_str().ends_with(".md"))
                .filter_map(|path| accepted(session, &path))
                .collect(),
        )
    }

    /// True where one of them names the PRD, or the PRD links to an accepted one anywhere.
    pub(super) fn cover(&self, session: &Session, prd: &Prd, text: &str) -> bool {
        let format = session.config().id_format();
        let outline = Outline::parse(text);
        let folder = prd.path.parent();
        self.0.iter().any(|record| decision::names(record, &prd.id, format))
            || guard::adr_links(text, &outline)
                .iter()
                .filter_map(|link| linked_path(folder.as_ref(), link))
                .any(|path| accepted(session, &path).is_some())
    }
}

/// The text of a decision record that is accepted.
fn accepted(session: &Session, path: &RepoPath) -> Option<String> {
    let bytes = session.files().read(path).ok()??;
    String::from_utf8(bytes).ok().filter(|text| decision::is_accepted(text))
}

/// True where the text holds a contract, or links to a contract file that is there.
pub(super) fn has_contract(session: &Session, prd: &Prd, text: &str) -> bool {
    let outline = Outline::parse(text);
    let folder = prd.path.parent();
    guard::has_contract_block(text, &outline)
        || guard::contract_links(text, &outline)
            .filter_map(|link| linked_path(folder.as_ref(), link))
            .any(|path| session.files().read(&path).is_ok_and(|bytes| bytes.is_some()))
}
