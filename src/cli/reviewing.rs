//! What `review` and `approve` look at besides the PRD: the configuration's wishes, contracts, decisions.

use rayon::prelude::*;

use super::app::App;
use super::args::TransitionFlags;
use super::error::CommandError;
use super::linking::{Surroundings, linked_path};
use super::session::{Reading, Session};
use super::transition;
use crate::domain::config::schema::{Config, Strictness as Configured};
use crate::domain::contract::judge;
use crate::domain::lifecycle::approve::{self, ApproveFacts};
use crate::domain::markdown::line_index::LineIndex;
use crate::domain::markdown::links::may_have_links;
use crate::domain::markdown::outline::Outline;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::report::change::Change;
use crate::domain::review::decision::Decision;
use crate::domain::review::document::{Document, Outlined};
use crate::domain::review::facts::Facts;
use crate::domain::review::guard::{ContractBlock, Linked, LinkedContract};
use crate::domain::review::report::{Review, review_of};
use crate::domain::review::settings::{Settings, Strictness};
use crate::domain::review::{decision, guard};

/// What the configuration asks of a review.
fn settings(config: &Config, beside: Beside) -> Settings {
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
        has_decision_elsewhere: beside.decisions.iter().any(Decision::is_accepted),
        decisions: Some(beside.decisions),
        linked_contracts: beside.contracts,
        rubrics: review.rubrics.clone(),
    }
}

/// The most PRDs that are read and graded side by side: all of them are asked for one thing before any is for the next, and
/// the processor then knows its way.
const AT_ONCE: usize = 16;

/// The most bytes of the texts that go side by side: longer ones would only fill the memory.
const MOST_BYTES: usize = 1_000_000;

/// Grades texts of PRDs, with all that lies around them gathered once for a command.
pub(super) struct Grader<'a> {
    session: &'a Session,
    decisions: Decisions,
    surroundings: Surroundings<'a>,
}

impl<'a> Grader<'a> {
    /// Gathers it.
    pub(super) fn new(session: &'a Session, reading: &'a Reading) -> Self {
        Self {
            session,
            decisions: Decisions::load(session),
            surroundings: Surroundings::new(session, reading),
        }
    }

    /// Grades a text.
    ///
    /// # Errors
    /// The configuration of the PRD's service does not load.
    pub(super) fn grade(&self, prd: &Prd, text: &str) -> Result<Review, CommandError> {
        let (document, settings) = self.beside(Document::with_facts(prd, text, self.facts(prd, text)))?;
        Ok(review_of(document, &settings))
    }

    /// Grades many PRDs as they are, in parallel: `reviews_of` or `verdicts_of` are told some of them at a time, and the
    /// answers are in the PRDs' order.
    ///
    /// # Errors
    /// A PRD's file cannot be read; the configuration of its service does not load.
    pub(super) fn all<T: Send>(
        &self,
        prds: &[&Prd],
        answer: impl Fn(Vec<(Document<'_>, Settings)>) -> Vec<T> + Sync,
    ) -> Result<Vec<T>, CommandError> {
        let at_once = (prds.len() / rayon::current_num_threads() / 4).clamp(1, AT_ONCE);
        let answers: Result<Vec<Vec<T>>, CommandError> =
            prds.par_chunks(at_once).map(|prds| self.some(prds, &answer)).collect();
        Ok(answers?.into_iter().flatten().collect())
    }

    /// As [`Self::all`], for so many that they can be read and graded side by side.
    fn some<T>(
        &self,
        prds: &[&Prd],
        answer: impl Fn(Vec<(Document<'_>, Settings)>) -> Vec<T>,
    ) -> Result<Vec<T>, CommandError> {
        let texts = prds.iter().map(|prd| self.session.text(&prd.path));
        let texts: Vec<String> = texts.collect::<Result<_, _>>()?;
        let bytes: usize = texts.iter().map(String::len).sum();
        let beside = if bytes > MOST_BYTES { 1 } else { AT_ONCE };
        let mut answers = Vec::with_capacity(prds.len());
        for (prds, texts) in prds.chunks(beside).zip(texts.chunks(beside)) {
            let outlined = prds.iter().zip(texts);
            let outlined = outlined.map(|(prd, text)| Outlined::new(prd, text, self.facts(prd, text)));
            let outlined: Vec<Outlined<'_>> = outlined.collect();
            let read: Vec<Document<'_>> = outlined.into_iter().map(Outlined::read).collect();
            let read = read.into_iter().map(|document| self.beside(document));
            answers.extend(answer(read.collect::<Result<_, CommandError>>()?));
        }
        Ok(answers)
    }

    fn facts(&self, prd: &Prd, text: &str) -> Facts {
        self.surroundings.facts(prd, text)
    }

    /// A document, and what it is graded by.
    fn beside<'t>(&self, document: Document<'t>) -> Result<(Document<'t>, Settings), CommandError> {
        let config = self.session.config_for(document.prd)?;
        let links = Links::of(document.text, &document.outline);
        let beside = self.decisions.beside(self.session, document.prd, &links);
        Ok((document, settings(&config, beside)))
    }
}

/// What lies beside a PRD's text: decision records and contract files.
#[derive(Debug, Clone, Default)]
pub(super) struct Beside {
    /// Decision records that name it or that it links to, by path.
    pub(super) decisions: Vec<Decision>,
    /// What its links to contract files lead to.
    pub(super) contracts: Vec<LinkedContract>,
}

/// The architecture decision records of a repository, read once for a command: which PRDs each names.
#[derive(Debug)]
pub(super) struct Decisions(Vec<(Decision, Vec<PrdId>)>);

/// Where a text's links to decision records and contracts lead.
#[derive(Debug, Clone, Default)]
pub(super) struct Links {
    decisions: Vec<String>,
    contracts: Vec<String>,
}

impl Links {
    /// Finds them.
    fn of(text: &str, outline: &Outline) -> Self {
        if !may_have_links(text) {
            return Self::default();
        }
        let contracts = guard::contract_links(text, outline).map(|(_, target)| target.to_owned());
        let mut links = Self { decisions: guard::adr_links(text, outline), contracts: Vec::new() };
        for target in contracts {
            if !links.contracts.contains(&target) {
                links.contracts.push(target);
            }
        }
        links
    }
}

impl Decisions {
    /// Reads the folders in which decision records lie: the usual ones, and `decisions` beside the state folders.
    pub(super) fn load(session: &Session) -> Self {
        let mut folders: Vec<RepoPath> =
            decision::FOLDERS.iter().filter_map(|folder| RepoPath::new(folder).ok()).collect();
        let parent = session.config().directories().common_parent();
        for name in ["adr", "decisions"] {
            folders.extend(parent.as_ref().and_then(|parent| parent.join(name).ok()));
        }
        folders.sort();
        folders.dedup();
        let files = session.files();
        let mut paths: Vec<RepoPath> = folders
            .iter()
            .flat_map(|folder| files.names_in(folder))
            .filter(|path| path.as_str().ends_with(".md"))
            .collect();
        paths.sort();
        paths.dedup();
        let format = session.config().id_format();
        let read = |path: RepoPath| {
            let record = read_text(session, &path)?;
            let named = format.find(&record).into_iter().map(|found| found.id).collect();
            Some((Decision { path, status: decision::status(&record) }, named))
        };
        Self(paths.into_iter().filter_map(read).collect())
    }

    /// What lies beside a PRD's text.
    pub(super) fn beside(&self, session: &Session, prd: &Prd, links: &Links) -> Beside {
        let folder = prd.path.parent();
        let mut decisions: Vec<Decision> = self
            .0
            .iter()
            .filter(|(_, named)| named.contains(&prd.id))
            .map(|(decision, _)| decision.clone())
            .collect();
        for link in &links.decisions {
            let Some(path) = linked_path(folder.as_ref(), link) else { continue };
            if decisions.iter().all(|known| known.path != path)
                && let Some(record) = read_text(session, &path)
            {
                decisions.push(Decision { path, status: decision::status(&record) });
            }
        }
        decisions.sort_by(|a, b| a.path.cmp(&b.path));
        Beside { decisions, contracts: linked_contracts(session, prd, links) }
    }
}

fn read_text(session: &Session, path: &RepoPath) -> Option<String> {
    String::from_utf8(session.files().read(path).ok()??).ok()
}

/// Reads the contract files that a text links to, each once.
fn linked_contracts(session: &Session, prd: &Prd, links: &Links) -> Vec<LinkedContract> {
    let folder = prd.path.parent();
    let read = |target: &String| {
        let found = match linked_path(folder.as_ref(), target) {
            None => Linked::Elsewhere,
            Some(path) => {
                let contract = read_text(session, &path).and_then(|text| judge::file(path.as_str(), &text));
                contract.map_or(Linked::Nothing, |contract| Linked::File(path, contract))
            }
        };
        LinkedContract { target: target.clone(), found }
    };
    links.contracts.iter().map(read).collect()
}

/// True where a PRD has a contract that parses, in its text or beside it.
pub(super) fn has_contract(session: &Session, prd: &Prd, text: &str) -> bool {
    let outline = Outline::parse(text);
    let blocks = guard::contract_blocks(text, &outline);
    is_contract_there(&blocks, &linked_contracts(session, prd, &Links::of(text, &outline)))
}

fn is_contract_there(blocks: &[ContractBlock], linked: &[LinkedContract]) -> bool {
    blocks.iter().any(ContractBlock::is_good) || linked.iter().any(LinkedContract::is_good)
}

/// What an approval wants to know of a PRD's text and of what lies beside it.
fn approve_facts(session: &Session, prd: &Prd, text: &str) -> ApproveFacts {
    let outline = Outline::parse(text);
    let beside = Decisions::load(session).beside(session, prd, &Links::of(text, &outline));
    let blocks = guard::contract_blocks(text, &outline);
    let flawed_block = blocks.iter().find_map(|block| {
        let (span, flaw) = (block.flaw_span.as_ref()?, block.contract.flaw.as_ref()?);
        let line = LineIndex::new(text).line(span.start);
        Some(format!("{}:{line}: this {} does not parse: {}", prd.path, block.contract.kind, flaw.message))
    });
    let flawed_link = || beside.contracts.iter().find_map(LinkedContract::problem);
    ApproveFacts {
        placeholders: guard::placeholders(&prd.path, text),
        has_contract: is_contract_there(&blocks, &beside.contracts),
        contract_problem: flawed_block.or_else(flawed_link),
        has_decision: beside.decisions.iter().any(Decision::is_accepted),
        decision_problem: (!beside.decisions.is_empty()).then(|| decision::told(&beside.decisions)),
    }
}

/// Approves a PRD.
pub(super) fn approve(
    app: &App,
    name: &str,
    flags: &TransitionFlags,
    acting_as: Option<String>,
) -> Result<Change, CommandError> {
    let request = transition::request(flags, acting_as);
    transition::change(app, name, flags, |context| {
        let facts = approve_facts(context.session, context.subject.prd, context.subject.text);
        Ok(approve::plan(&context.snapshot, context.subject, &facts, &request)?)
    })
}
