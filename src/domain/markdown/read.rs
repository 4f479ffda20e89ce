//! From a file's bytes to the model of its PRD.

use sha2::{Digest, Sha256};

use super::checklist::{checklist, estimate_of_tasks};
use super::decode::decode;
use super::dependencies::declarations;
use super::document::{Document, Problem};
use super::entry_words::is_none;
use super::header::{is_subtitle, title_heading};
use super::header_line::{Keys, fields_in_line};
use super::identity::{clean_title, id_in_title, read_file_name};
use super::line_index::LineIndex;
use super::section_name::may_hold_metadata;
use super::{fences, files, mojibake};
use crate::domain::model::calendar::{read_date, read_target};
use crate::domain::model::checklist::Progress;
use crate::domain::model::effort::Effort;
use crate::domain::model::field::{Dialect, Field, FieldName, fold_key};
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::id::{IdFormat, PrdId};
use crate::domain::model::packed::Packed;
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::TeamName;
use crate::domain::model::prd::{Prd, Stray};
use crate::domain::model::priority::Priority;
use crate::domain::model::slug::Slug;
use crate::domain::model::state::State;

/// The rule of text that was decoded wrongly.
pub const MIS_DECODED_TEXT: &str = "mis-decoded-text";

/// The rule of bytes that are no UTF-8.
pub const NOT_UTF8: &str = "not-utf8";

/// The rule of ids that do not agree.
pub const ID_MISMATCH: &str = "id-mismatch";

/// What a Markdown file in a state folder is.
#[derive(Debug, Clone)]
pub enum Reading {
    /// A PRD.
    Prd(Box<Prd>),
    /// A file without an id.
    Stray(Stray),
}

impl Packed for Reading {
    fn pack(&self, out: &mut Vec<u8>) {
        match self {
            Self::Prd(prd) => {
                true.pack(out);
                prd.pack(out);
            }
            Self::Stray(stray) => {
                false.pack(out);
                stray.pack(out);
            }
        }
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        Some(if bool::unpack(input)? {
            Self::Prd(Box::new(Prd::unpack(input)?))
        } else {
            Self::Stray(Stray::unpack(input)?)
        })
    }
}

/// True for the names of files that are PRDs: Markdown, and neither `README.md` nor `INDEX.md` nor hidden.
#[must_use]
pub fn is_prd_file(name: &str) -> bool {
    let name = memchr::memrchr2(b'/', b'\\', name.as_bytes()).map_or(name, |at| &name[at + 1..]);
    let Some(dot) = memchr::memrchr(b'.', name.as_bytes()) else { return false };
    let (stem, ending) = (&name[..dot], &name[dot + 1..]);
    let is_markdown = ending.eq_ignore_ascii_case("md") || ending.eq_ignore_ascii_case("markdown");
    let is_listing = ["readme", "index"].iter().any(|listing| stem.eq_ignore_ascii_case(listing));
    is_markdown && !stem.is_empty() && !is_listing && !name.starts_with(['_', '.'])
}

/// Reads one file; `state` is that of its folder. Never fails: what is odd is a finding in the PRD's problems.
#[must_use]
pub fn read_prd(path: &RepoPath, state: State, bytes: &[u8], format: &IdFormat) -> Reading {
    let decoded = decode(bytes);
    let document = Document::skimmed(&decoded.text);
    let mut problems = Vec::new();
    if let Some(at) = decoded.first_bad {
        let message = format!("byte {at} is not UTF-8; the file is read, but not edited");
        let problem = Problem::warning(NOT_UTF8, at, message);
        problems.push(Problem { severity: Severity::Error, ..problem.hint("save the file as UTF-8") });
    } else if let Some(at) = mojibake::first_mojibake(&decoded.text) {
        let message = "UTF-8 was read in another encoding and saved so".to_owned();
        problems.push(Problem::warning(MIS_DECODED_TEXT, at, message).fixable());
    }
    problems.extend(fences::problems(&document));
    let reader = Reader { document: &document, path, format };
    let title = reader.title();
    let Some(id) = reader.id(&title, &mut problems) else {
        let title = if title.text.is_empty() { path.file_stem().to_owned() } else { title.text };
        return Reading::Stray(Stray { path: path.clone(), state, title });
    };
    Reading::Prd(Box::new(reader.prd(id, title, state, problems)))
}

/// The hash of the text that a review grades, SHA-256 in hexadecimal digits.
///
/// The fields that `prd` writes itself, the byte order mark, `\r` and empty lines are left out, so that neither a
/// transition nor another system's line ends make a review stale.
#[must_use]
pub fn content_hash(text: &str) -> String {
    content_hash_with(text, &Document::skimmed(text).fields)
}

/// What the title is and where.
struct Title {
    text: String,
    id: Option<PrdId>,
    /// Bytes of the heading; 0 where there is none.
    at: usize,
    heading: bool,
}

struct Reader<'a> {
    document: &'a Document<'a>,
    path: &'a RepoPath,
    format: &'a IdFormat,
}

impl Reader<'_> {
    fn field(&self, name: &FieldName) -> Option<&Field> {
        self.document.fields.iter().find(|field| field.name == *name && !is_placeholder(&field.value))
    }

    fn text(&self, names: &[FieldName]) -> Option<String> {
        names.iter().find_map(|name| self.field(name)).map(|field| field.value.clone())
    }

    fn title(&self) -> Title {
        let outline = &self.document.outline;
        let heading = title_heading(outline);
        let mut text = String::new();
        let mut id = None;
        let mut at = 0;
        if let Some((index, heading)) = heading.and_then(|at| Some((at, outline.headings.get(at)?))) {
            text = clean_title(&heading.text, self.format);
            id = id_in_title(&heading.text, self.format).map(|(id, _)| id);
            at = heading.span.start;
            if text.is_empty() && is_subtitle(outline, Some(index), index + 1) {
                let below = outline.headings.get(index + 1).map_or("", |heading| heading.text.as_str());
                text = clean_title(below, self.format);
                id = id.or_else(|| id_in_title(below, self.format).map(|(id, _)| id));
            }
        }
        // Several headings of the first level, or one that names a section, are sections and no title.
        let sections = outline.headings.iter().filter(|heading| heading.level == 1).count() > 1
            || may_hold_metadata(&fold_key(&text))
            || fold_key(&text) == "introduction";
        if text.is_empty() || (sections && self.field(&FieldName::Title).is_some()) {
            text = self
                .text(&[FieldName::Title])
                .map_or_else(String::new, |title| clean_title(&title, self.format));
        }
        Title { text, id, at, heading: heading.is_some() }
    }

    /// The first id of metadata, file name and title, and what does not agree with it.
    fn id(&self, title: &Title, problems: &mut Vec<Problem>) -> Option<PrdId> {
        let field = self.field(&FieldName::Id);
        let in_field = field.and_then(|field| {
            let bare = || {
                field.value.trim_start_matches('#').trim().parse().ok().map(|number| self.format.id(number))
            };
            let found = self.format.parse(&field.value).or_else(bare);
            found.or_else(|| self.format.find(&field.value).into_iter().next().map(|found| found.id))
        });
        let sources = [
            ("metadata", in_field, field.map_or(0, |field| field.span.start)),
            ("file name", read_file_name(self.path, self.format).id, 0),
            ("title", title.id.clone(), title.at),
        ];
        let said: Vec<(&str, PrdId, usize)> =
            sources.into_iter().filter_map(|(source, id, at)| Some((source, id?, at))).collect();
        let (first_source, first, _) = said.first()?;
        let own = said.iter().find(|(_, id, _)| id.number() == first.number() && self.format.owns(id));
        let id = own.map_or(first, |(_, id, _)| id).clone();
        for (source, other, at) in &said {
            if other.number() != id.number() {
                let message = format!("the {source} says {other}, but the {first_source} says {id}");
                let hint = format!("write {id} in the {source}, or correct the {first_source}");
                problems.push(Problem::warning(ID_MISMATCH, *at, message).hint(&hint));
            } else if !self.format.owns(other) {
                if problems.iter().any(|problem| problem.rule == "foreign-prefix") {
                    continue;
                }
                let expected = self.format.id(other.number());
                let message =
                    format!("{other} in the {source} has another prefix than this repository's ids");
                problems.push(
                    Problem::warning("foreign-prefix", *at, message).hint(&format!("write {expected}")),
                );
            } else if *other != id {
                let message = format!("the {source} says {other}, but this is {id}");
                problems.push(Problem::warning(ID_MISMATCH, *at, message));
            }
        }
        Some(id)
    }

    fn prd(&self, id: PrdId, title: Title, state: State, mut problems: Vec<Problem>) -> Prd {
        if title.text.is_empty() {
            let message = if title.heading { "the title has no words" } else { "there is no title" };
            let problem = Problem::warning("no-title", title.at, message.to_owned());
            problems.push(problem.hint(&format!("begin the document with `# {id}: …`")));
        }
        problems.extend(self.status_drift(state));
        let named = read_file_name(self.path, self.format);
        let title_text = if title.text.is_empty() { self.path.file_stem().to_owned() } else { title.text };
        let slug = named.slug.unwrap_or_else(|| Slug::from_text(&title_text));
        let found = declarations(self.document, self.format);
        problems.extend(found.problems);
        let (team, teams) = self.teams();
        let services = self.services();
        let date = |name: &FieldName| self.field(name).and_then(|field| read_date(&field.value));
        let effort = |name: &FieldName| self.field(name).and_then(|field| Effort::read(&field.value));
        let timeline = effort(&FieldName::Timeline);
        let estimate = [FieldName::Estimate, FieldName::EstimatedEffort, FieldName::Effort, FieldName::Size]
            .iter()
            .find_map(effort)
            .or_else(|| estimate_of_tasks(self.document))
            .or_else(|| timeline.clone());
        Prd {
            title: title_text,
            slug,
            state,
            path: self.path.clone(),
            priority: self.field(&FieldName::Priority).and_then(|field| Priority::read(&field.value)),
            team,
            teams,
            service: self.text(&[FieldName::Service]).or_else(|| services.first().cloned()),
            services,
            owner: self.text(&[FieldName::Owner, FieldName::Assignee, FieldName::Lead]),
            author: self.text(&[FieldName::Author]),
            created: date(&FieldName::Created),
            started: date(&FieldName::Started),
            completed: date(&FieldName::CompletedDate),
            target: [FieldName::Target, FieldName::TargetRelease, FieldName::Milestone, FieldName::Delivery]
                .iter()
                .find_map(|name| read_target(&self.field(name)?.value)),
            milestone: self.text(&[FieldName::Milestone, FieldName::TargetRelease]),
            estimate,
            remaining: effort(&FieldName::Remaining),
            timeline,
            progress_field: self.field(&FieldName::Progress).and_then(|field| Progress::read(&field.value)),
            checklist: checklist(self.document),
            dependencies: found.declared,
            external: found.external,
            elsewhere: found.elsewhere,
            parent: self.ids(&FieldName::Parent).into_iter().next(),
            children: self.ids(&FieldName::Children),
            superseded_by: self.ids(&FieldName::SupersededBy).into_iter().next(),
            blocked: self
                .text(&[FieldName::Blocked])
                .filter(|text| !matches!(text.to_lowercase().as_str(), "no" | "false" | "not blocked")),
            contract_eta: self.field(&FieldName::ContractEta).and_then(|field| read_target(&field.value)),
            branch: self.text(&[FieldName::Branch]),
            worktree: self.text(&[FieldName::Worktree]),
            issue: self.text(&[FieldName::Issue]),
            pull_request: self.text(&[FieldName::PullRequest]),
            files: files::files(self.document),
            fields: self.document.fields.clone(),
            problems: self.findings(problems),
            id,
        }
    }

    fn ids(&self, name: &FieldName) -> Vec<PrdId> {
        let Some(field) = self.field(name) else { return Vec::new() };
        super::entries::parse(&field.value, self.format).ids.into_iter().map(|entry| entry.id).collect()
    }

    /// The lead team and all teams, the lead first.
    fn teams(&self) -> (Option<TeamName>, Vec<TeamName>) {
        let mut teams: Vec<(bool, TeamName)> = Vec::new();
        for field in [FieldName::Team, FieldName::Teams].iter().filter_map(|name| self.field(name)) {
            for part in split_list(&field.value) {
                let (name, note) = part.split_once('(').unwrap_or((part, ""));
                let lead = note.to_lowercase().contains("lead");
                let Some(team) = TeamName::new(name.trim_matches(['*', '_', '`', ' '])) else { continue };
                match teams.iter_mut().find(|(_, known)| *known == team) {
                    Some((known, _)) => *known |= lead,
                    None => teams.push((lead, team)),
                }
            }
        }
        if let Some(at) = teams.iter().position(|(lead, _)| *lead) {
            let lead = teams.remove(at);
            teams.insert(0, lead);
        }
        let teams: Vec<TeamName> = teams.into_iter().map(|(_, team)| team).collect();
        (teams.first().cloned(), teams)
    }

    fn services(&self) -> Vec<String> {
        let field = self.field(&FieldName::Services).or_else(|| self.field(&FieldName::Service));
        let parts = field.map(|field| split_list(&field.value)).unwrap_or_default();
        parts.into_iter().map(|part| part.trim_matches(['`', '*']).to_owned()).collect()
    }

    /// A status field that names another state than the folder.
    fn status_drift(&self, state: State) -> Option<Problem> {
        let field = self.field(&FieldName::Status)?;
        drifted_status(&field.value, state).map(|said| {
            let message = format!("the field says {said}, but the folder says {state}");
            Problem::warning("status-drift", field.span.start, message)
                .hint("the folder counts; `prd lint --fix` corrects the field")
                .fixable()
        })
    }

    fn findings(&self, mut problems: Vec<Problem>) -> Vec<Finding> {
        problems.sort_by(|a, b| (a.offset, a.rule).cmp(&(b.offset, b.rule)));
        problems
            .into_iter()
            .map(|problem| {
                let (line, column) = self.document.lines.place(problem.offset);
                let place = Place { path: self.path.clone(), line, column };
                Finding {
                    rule: problem.rule,
                    severity: problem.severity,
                    place,
                    message: problem.message,
                    hint: problem.hint,
                    fixable: problem.fixable,
                }
            })
            .collect()
    }
}

/// The state that a status field names, also with more text behind the word; `None` for other words and for a
/// list of choices.
#[must_use]
pub fn read_status(value: &str) -> Option<State> {
    if value.contains(" | ") || value.contains(" / ") {
        return None;
    }
    State::from_status_word(value).or_else(|| {
        let cut = value
            .find(|c: char| !c.is_ascii() || matches!(c, '(' | ',' | ';' | '|' | ':' | '.' | '['))
            .or_else(|| value.find(" - "))?;
        State::from_status_word(value.get(..cut)?)
    })
}

/// The state that a status field says where that is not the folder's; a finished PRD that was put away may go on
/// saying that it is complete.
#[must_use]
pub fn drifted_status(value: &str, state: State) -> Option<State> {
    let put_away = |said: State| state == State::Archived && said == State::Complete;
    read_status(value).filter(|said| *said != state && !put_away(*said))
}

/// True for a value that nobody filled in: empty, a dash, `None`, `[name]`, `{{name}}`, `(who drives this?)`, `TBA`,
/// `to be estimated`, `?`.
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    let wrapped = |open: char, close: char| value.starts_with(open) && value.ends_with(close);
    let mut words = value.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_lowercase();
    let second = words.next().unwrap_or_default().to_lowercase();
    is_none(value)
        || (wrapped('[', ']') && !value.contains("]("))
        || [('{', '}'), ('<', '>'), ('(', ')')].into_iter().any(|(open, close)| wrapped(open, close))
        || value.trim_end().ends_with('?')
        || matches!(
            first.as_str(),
            "tba" | "tbc" | "tbd" | "unknown" | "undecided" | "unassigned" | "yyyy" | "xx"
        )
        || matches!(
            (first.as_str(), second.as_str()),
            ("to", "be") | ("not", "yet" | "known" | "decided" | "set") | ("nobody", "yet")
        )
}

/// The parts of a list at commas and semicolons outside of brackets.
fn split_list(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(|c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(c, ',' | ';')
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
    .collect()
}

/// As [`content_hash`], where the text's fields are known.
#[must_use]
pub fn content_hash_with(text: &str, fields: &[Field]) -> String {
    let lines = LineIndex::new(text);
    let mut cuts: Vec<std::ops::Range<usize>> = fields
        .iter()
        .filter(|field| field.name.is_written_by_prd())
        .map(
            |field| if shares_line(fields, &lines, field) { field.span.clone() } else { field.lines.clone() },
        )
        .collect();
    cuts.sort_by_key(|cut| cut.start);
    let mut kept = Sha256::new();
    let mut at = super::front_matter::after_mark(text);
    for cut in cuts {
        push_lines(&mut kept, text.get(at..cut.start).unwrap_or_default());
        at = at.max(cut.end);
    }
    push_lines(&mut kept, text.get(at..).unwrap_or_default());
    let digest = kept.finalize();
    let mut hex = String::with_capacity(64);
    for byte in digest {
        for half in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    hex
}

/// Hashes the lines of a text that are not empty, without `\r` at their ends, in runs as long as can be.
fn push_lines(kept: &mut Sha256, text: &str) {
    let bytes = text.as_bytes();
    let (mut run, mut start) = (0, 0);
    let ends = memchr::memchr_iter(b'\n', bytes).map(|end| end + 1);
    for next in ends.chain((!bytes.ends_with(b"\n")).then_some(bytes.len())) {
        let line = bytes.get(start..next).unwrap_or_default();
        let empty = line.trim_ascii().is_empty();
        if empty || line.ends_with(b"\r\n") {
            let end = if empty { start } else { next - 2 };
            kept.update(bytes.get(run..end).unwrap_or_default());
            if !empty {
                kept.update(b"\n");
            }
            run = next;
        }
        start = next;
    }
    kept.update(bytes.get(run..).unwrap_or_default());
}

/// True where a field stands on one line with another.
pub(super) fn shares_line(fields: &[Field], lines: &LineIndex<'_>, field: &Field) -> bool {
    if matches!(field.dialect, Dialect::FrontMatter) {
        return false;
    }
    let mut on_line = fields
        .iter()
        .filter(|other| other.line == field.line && !matches!(other.dialect, Dialect::FrontMatter));
    if on_line.nth(1).is_some() {
        return true;
    }
    let line = lines.text_of(field.line);
    field.dialect != Dialect::TableRow && fields_in_line(line, 0, Keys::KnownOrBold).len() > 1
}

#[cfg(test)]
#[path = "../../../tests/it/support/dialects.rs"]
mod dialects;

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
