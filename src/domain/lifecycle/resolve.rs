//! `resolve`: an id that two files have after a merge, and a PRD that two branches have moved.
//!
//! No text is lost: a version that is put away lies beside the one that counts, unless the two say the same.

use super::edits::TransitionError;
use super::event::{Event, RecordKind, record_file};
use super::guard::Guards;
use super::plan::{Action, Plan, TextHash};
use super::snapshot::{Records, Snapshot};
use super::table::Transition;
use crate::domain::markdown::edit::field;
use crate::domain::markdown::edit::section::set_title_id;
use crate::domain::markdown::identity;
use crate::domain::markdown::outline::Outline;
use crate::domain::markdown::read::{Reading, content_hash, read_prd};
use crate::domain::model::field::FieldName;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// A file of a doubled id.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// Its model.
    pub prd: &'a Prd,
    /// Its text.
    pub text: &'a str,
}

/// What a doubled id is.
#[derive(Debug, Clone)]
pub enum Double<'a> {
    /// One PRD in several folders: these files.
    Folders(Vec<&'a Prd>),
    /// Different PRDs that took one number: one file of each.
    Numbers(Vec<&'a Prd>),
}

/// The first thing to settle about the files of one id: one PRD in several folders comes before two with one number.
/// `None` where there is one file only.
///
/// Files are of one PRD where their names, less id and date, are the same.
#[must_use]
pub fn first_double<'a>(files: &[&'a Prd]) -> Option<Double<'a>> {
    if files.len() < 2 {
        return None;
    }
    for prd in files {
        let same: Vec<&Prd> = files.iter().filter(|other| other.slug == prd.slug).copied().collect();
        if same.len() > 1 {
            return Some(Double::Folders(same));
        }
    }
    Some(Double::Numbers(files.to_vec()))
}

/// The file of a PRD in several folders that counts: the one in the state that the last recorded move led to, else the
/// one furthest on in the life cycle. `None` where two are in that state.
#[must_use]
pub fn kept<'a>(files: &[&'a Prd], records: &Records) -> Option<&'a Prd> {
    let recorded = files
        .first()
        .and_then(|prd| records.events.get(&prd.id)?.iter().rev().find_map(|event| event.to))
        .filter(|state| files.iter().any(|prd| prd.state == *state));
    let state = recorded.or_else(|| files.iter().map(|prd| prd.state).max())?;
    let mut of_state = files.iter().filter(|prd| prd.state == state);
    of_state.next().filter(|_| of_state.next().is_none()).copied()
}

/// Plans to keep one file of a PRD that lies in several folders.
///
/// A file that says the same goes; one that says something else is put away beside the kept one, under a name that is
/// no PRD's.
///
/// # Errors
/// [`TransitionError`] where a name is taken or the workflow is disabled.
pub fn keep_one(
    snapshot: &Snapshot<'_>,
    kept: Version<'_>,
    others: &[Version<'_>],
) -> Result<Plan, TransitionError> {
    require_enabled(snapshot, &kept.prd.id)?;
    let mut actions = Vec::new();
    let mut notes = Vec::new();
    for other in others {
        let (path, replaces) = (other.prd.path.clone(), TextHash::of(other.text.as_bytes()));
        if content_hash(other.text) == content_hash(kept.text) {
            notes.push(format!("{path} says the same, and goes"));
            actions.push(Action::RemoveFile { path, replaces });
            continue;
        }
        let hash = content_hash(other.text);
        let mark = hash.get(..6).unwrap_or(&hash);
        let name = format!("_{}.{}-{mark}.md", kept.prd.path.file_stem(), other.prd.state);
        let folder = kept.prd.path.parent().ok_or(TransitionError::NoFolder(kept.prd.state))?;
        let to = folder.join(&name)?;
        notes.push(format!(
            "{path} says something else: it is {to} now; take over what is wanted, and remove it"
        ));
        actions.push(Action::MoveFile { from: path, to, content: other.text.to_owned(), replaces });
    }
    Ok(plan(&kept.prd.id, kept.prd.state, actions, notes))
}

/// Plans to give a PRD another number, reserved for it, because another has its own.
///
/// # Errors
/// [`TransitionError`] where its header cannot be edited, or the new name is taken.
pub fn renumber(
    snapshot: &Snapshot<'_>,
    younger: Version<'_>,
    elder: &Prd,
    id: &PrdId,
) -> Result<Plan, TransitionError> {
    let prd = younger.prd;
    let folder = prd.path.parent().ok_or(TransitionError::NoFolder(prd.state))?;
    let to = folder.join(&format!("{id}-{}.md", prd.slug))?;
    let format = snapshot.portfolio.format();
    let mut text = younger.text.to_owned();
    if prd.field(&FieldName::Id).is_some() {
        text = field::set_field(&text, &FieldName::Id, &id.to_string())
            .map_err(|source| TransitionError::Edit { path: prd.path.clone(), source })?;
    }
    let title =
        Outline::parse(&text).headings.first().map(|heading| heading.text.clone()).unwrap_or_default();
    if format.find(&title).iter().any(|found| found.id == prd.id) {
        text = set_title_id(&text, id, format);
    }
    let mut guards = Guards::new();
    let reads = match read_prd(&to, prd.state, text.as_bytes(), format) {
        Reading::Prd(read) => read.id == *id,
        Reading::Stray(_) => false,
    };
    guards.require_always(
        reads,
        "id-not-written",
        format!("{} keeps its id in a place that cannot be edited", prd.path),
        format!("write {id} into it by hand"),
    );
    guards.require_always(
        !snapshot.portfolio.prds().iter().any(|other| other.path == to),
        "path-taken",
        format!("{to} is there already"),
        "rename one of the two files",
    );
    guards.decide(&format!("renumber {}", prd.path), &super::guard::Override::default())?;
    require_enabled(snapshot, id)?;
    let mut notes = vec![format!("{} stays with {}", prd.id, elder.path)];
    for other in snapshot.portfolio.prds().iter().filter(|other| other.path != prd.path) {
        for declared in other.dependencies.iter().filter(|declared| declared.id == prd.id) {
            notes.push(format!(
                "{} names {} ({}:{}): that is {} now; where {} is meant, write {id}",
                other.id, prd.id, other.path, declared.line, elder.title, prd.title
            ));
        }
    }
    if let Some(branch) = &prd.branch {
        notes.push(format!("its branch {branch} keeps its name"));
    }
    let event = Event {
        schema: 1,
        time: snapshot.now,
        prd: id.clone(),
        event: Transition::New,
        from: None,
        to: Some(prd.state),
        actor: snapshot.actor.clone(),
        acting_as: None,
        reason: Some(format!("renumbered from {}, which {} has", prd.id, elder.path)),
        forced: Vec::new(),
        archived: None,
        superseded_by: None,
    };
    let records = snapshot.config.directories().records();
    let (path, content) = record_file(&records, RecordKind::Events, id, snapshot.now, &event)?;
    let moved = Action::MoveFile {
        from: prd.path.clone(),
        to,
        content: text,
        replaces: TextHash::of(younger.text.as_bytes()),
    };
    Ok(plan(id, prd.state, vec![moved, Action::WriteFile { path, content, replaces: None }], notes))
}

fn plan(id: &PrdId, state: State, actions: Vec<Action>, notes: Vec<String>) -> Plan {
    Plan {
        prd: Some(id.clone()),
        command: "resolve".to_owned(),
        from: Some(state),
        to: Some(state),
        actions,
        forced: Vec::new(),
        reason: None,
        notes,
    }
}

fn require_enabled(snapshot: &Snapshot<'_>, id: &PrdId) -> Result<(), TransitionError> {
    let mut guards = Guards::new();
    guards.require_workflow(snapshot.config);
    guards.decide(&format!("resolve {id}"), &super::guard::Override::default())?;
    Ok(())
}

/// A side of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What is merged into.
    Ours,
    /// What is merged.
    Theirs,
}

/// Of two moves of one PRD, the one that follows on the other: exactly one of the two states is reached from the other by
/// a step forward. `None` where neither is, or both are.
#[must_use]
pub fn later(ours: State, theirs: State, has_review: bool) -> Option<Side> {
    let forward = |from: State, to: State| {
        Transition::ALL
            .into_iter()
            .filter(|step| {
                !matches!(
                    step,
                    Transition::Reject | Transition::Pause | Transition::Reopen | Transition::Restore
                )
            })
            .any(|step| step.sources(has_review).contains(&from) && step.target(has_review) == Some(to))
    };
    match (forward(ours, theirs), forward(theirs, ours)) {
        (true, false) => Some(Side::Theirs),
        (false, true) => Some(Side::Ours),
        (true, true) | (false, false) => None,
    }
}

/// A conflict of one PRD in the middle of a merge: the paths that the three sides have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoMoves {
    /// Where both have it from.
    pub base: RepoPath,
    /// Where ours has moved it.
    pub ours: RepoPath,
    /// Where theirs has moved it.
    pub theirs: RepoPath,
}

/// The PRDs that both sides of a merge have moved, by path; `entries` are the index's entries in conflict, with their
/// stages.
#[must_use]
pub fn moved_twice(
    entries: &[(RepoPath, u8)],
    state_of: impl Fn(&RepoPath) -> Option<State>,
    id_of: impl Fn(&RepoPath) -> Option<PrdId>,
) -> Vec<TwoMoves> {
    let mut found = Vec::new();
    for (base, _) in entries.iter().filter(|(path, stage)| *stage == 1 && state_of(path).is_some()) {
        let same = |path: &RepoPath| {
            path.file_name() == base.file_name() || id_of(path).is_some_and(|id| id_of(base) == Some(id))
        };
        let at = |wanted: u8| {
            let mut of_stage = entries
                .iter()
                .filter(|(path, stage)| *stage == wanted && same(path) && state_of(path).is_some());
            of_stage.next().filter(|_| of_stage.next().is_none()).map(|(path, _)| path.clone())
        };
        if let (Some(ours), Some(theirs)) = (at(2), at(3))
            && ours != theirs
        {
            found.push(TwoMoves { base: base.clone(), ours, theirs });
        }
    }
    found
}

/// The id that a file's name has.
#[must_use]
pub fn id_of(path: &RepoPath, format: &crate::domain::model::id::IdFormat) -> Option<PrdId> {
    identity::read_file_name(path, format).id
}

#[cfg(test)]
mod tests {
    use super::super::world::{World, has};
    use super::*;

    #[test]
    fn the_move_that_follows_the_other_wins_and_a_fork_is_nobodys() {
        use State::{Archived, Complete, Draft, InProgress, Ready, Review};
        for (ours, theirs, side) in [
            (InProgress, Complete, Some(Side::Theirs)),
            (Archived, InProgress, Some(Side::Ours)),
            (Draft, Review, Some(Side::Theirs)),
            (Draft, Ready, None),
            (Ready, Complete, None),
            (Ready, InProgress, Some(Side::Theirs)),
        ] {
            assert_eq!(later(ours, theirs, true), side, "{ours} and {theirs}");
        }
        assert_eq!(later(Draft, Ready, false), Some(Side::Theirs));
    }

    fn world_with(more: &str, text: &str) -> World {
        let mut world =
            World::of(&[(State::Draft, "**Owner**: Ada"), (State::Ready, "**Depends On**: PRD-001")]);
        world.files.insert(RepoPath::new(more).unwrap(), text.to_owned());
        world
    }

    fn versions<'a>(world: &'a World, prds: &'a [Prd]) -> Vec<Version<'a>> {
        prds.iter().map(|prd| Version { prd, text: &world.files[&prd.path] }).collect()
    }

    fn doubles(world: &World) -> Vec<Prd> {
        world.portfolio().prds().iter().filter(|prd| prd.id == world.id(1)).cloned().collect()
    }

    #[test]
    fn of_two_folders_the_later_state_is_kept_and_no_text_is_lost() {
        for (text, lost) in
            [("# PRD-001: Thing 1\n\n**Owner**: Ada\n\n## Summary\n\nIt is.\n", true), ("# Other\n", false)]
        {
            let mut world = world_with("docs/prds/review/PRD-001-thing-1.md", text);
            let prds = doubles(&world);
            let files: Vec<&Prd> = prds.iter().collect();
            let Some(Double::Folders(files)) = first_double(&files) else { panic!() };
            let keep = kept(&files, &Records::default()).unwrap().path.clone();
            assert_eq!(keep.as_str(), "docs/prds/review/PRD-001-thing-1.md");
            let before = world.clone();
            let versions = versions(&before, &prds);
            let [old, new] = versions.as_slice() else { panic!() };
            let plan = world.step(2, |snapshot, _| keep_one(snapshot, *new, &[*old])).unwrap();
            assert_eq!(has(&plan, |action| matches!(action, Action::RemoveFile { .. })), lost);
            assert_eq!(doubles(&world).len(), 1);
            let old_text = &before.files[&old.prd.path];
            assert!(lost || world.files.values().any(|text| text == old_text), "{:?}", world.files.keys());
        }
    }

    #[test]
    fn the_younger_of_two_prds_gets_another_number_everywhere_in_its_file() {
        let text = "# PRD-001: Coupons\n\n**PRD ID**: PRD-001\n\n## Summary\n\nNot PRD-001's carts.\n";
        let mut world = world_with("docs/prds/draft/PRD-001-coupons.md", text);
        let prds = doubles(&world);
        let files: Vec<&Prd> = prds.iter().collect();
        assert!(matches!(first_double(&files), Some(Double::Numbers(_))));
        let younger = prds.iter().find(|prd| prd.slug.as_str() == "coupons").unwrap();
        let elder = prds.iter().find(|prd| prd.slug.as_str() != "coupons").unwrap();
        let before = world.clone();
        let version = Version { prd: younger, text: &before.files[&younger.path] };
        let id = world.id(9);
        let plan = world.step(2, |snapshot, _| renumber(snapshot, version, elder, &id)).unwrap();
        assert_eq!(
            world.text(9),
            "# PRD-009: Coupons\n\n**PRD ID**: PRD-009\n\n## Summary\n\nNot PRD-001's carts.\n"
        );
        assert_eq!(doubles(&world).len(), 1);
        assert!(plan.notes.iter().any(|note| note.contains("PRD-002 names PRD-001")), "{:?}", plan.notes);
    }

    #[test]
    fn two_moves_are_told_from_an_index_in_conflict() {
        let path = |text: &str| RepoPath::new(text).unwrap();
        let entries = [
            (path("draft/PRD-001-a.md"), 3),
            (path("ready/PRD-001-a.md"), 2),
            (path("review/PRD-001-a.md"), 1),
            (path("review/PRD-002-b.md"), 1),
            (path("review/PRD-002-b.md"), 2),
            (path("review/PRD-002-b.md"), 3),
            (path("src/x"), 1),
        ];
        let state = |path: &RepoPath| State::from_status_word(path.as_str().split('/').next()?);
        let found =
            moved_twice(&entries, state, |path| id_of(path, &crate::domain::model::id::IdFormat::default()));
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].ours.as_str(), found[0].theirs.as_str()),
            ("ready/PRD-001-a.md", "draft/PRD-001-a.md")
        );
    }
}
