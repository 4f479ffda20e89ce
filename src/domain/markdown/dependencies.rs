//! What a PRD says it depends on and what depends on it.

use std::collections::BTreeSet;
use std::ops::Range;

use super::dependency_names::{Context, dependency_columns, field_direction, mapping, section_context};
use super::document::{Document, Problem};
use super::entries::{self, Entries};
use super::entry_words::name_meaning;
use super::front_matter;
use super::header_line::strip_list_mark;
use super::outline::{Block, BlockKind, Cell};
use super::section_name::fold_name;
use crate::domain::model::dependency::{Declared, DependencyKind, Direction, External};
use crate::domain::model::field::{Dialect, Field, FieldName};
use crate::domain::model::id::{IdFormat, PrdId};
use crate::domain::model::repository::qualified_at;

/// What a document declares.
#[derive(Debug, Default)]
pub(super) struct Declarations {
    pub(super) declared: Vec<Declared>,
    pub(super) external: Vec<External>,
    /// Ids that name another repository.
    pub(super) elsewhere: Vec<Declared>,
    pub(super) problems: Vec<Problem>,
    /// Where each id stands, once for each time it is said.
    pub(super) places: Vec<Written>,
    /// Where lists are, also empty ones and those that say "None".
    pub(super) lists: Vec<List>,
}

/// One time that a dependency is written down.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) id: PrdId,
    pub(super) direction: Direction,
    /// Bytes of the entry, reason included.
    pub(super) span: Range<usize>,
    /// Index of the list that holds it.
    pub(super) list: usize,
}

/// A text that lists dependencies.
#[derive(Debug, Clone)]
pub(super) struct List {
    pub(super) direction: Direction,
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    pub(super) holder: Holder,
    /// True where it says that there is nothing.
    pub(super) none: bool,
}

/// What a list lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// The value of a header field, by its index.
    Field(usize),
    /// A line of the front matter's list.
    FrontMatterItem(usize),
    /// An item of a Markdown list.
    Item,
    /// A paragraph.
    Text,
    /// A cell of a table.
    Cell,
    /// A part of front matter that maps kinds, directions or ids to what belongs to them.
    Mapping,
}

/// The dependencies of a PRD's text: ids in both directions, and prerequisites without an id.
#[must_use]
pub fn read_dependencies(text: &str, format: &IdFormat) -> (Vec<Declared>, Vec<External>) {
    let found = declarations(&Document::new(text), format);
    (found.declared, found.external)
}

pub(super) fn declarations(document: &Document<'_>, format: &IdFormat) -> Declarations {
    let mut reader = Reader { document, format, found: Declarations::default() };
    for (at, field) in document.fields.iter().enumerate() {
        if let Some((direction, kind)) = field_direction(&field.name) {
            reader.field(at, field, &Context { direction, kind, ..Context::default() });
        }
    }
    reader.sections();
    reader.bold_lines();
    reader.tables();
    reader.found
}

struct Reader<'a> {
    document: &'a Document<'a>,
    format: &'a IdFormat,
    found: Declarations,
}

impl Reader<'_> {
    fn field(&mut self, at: usize, field: &Field, context: &Context) {
        if field.value.is_empty() {
            self.items_below(field.span.start, context);
            return;
        }
        let source = self.document.text.get(field.span.clone()).unwrap_or_default();
        if field.dialect == Dialect::FrontMatter && source.starts_with('-') {
            self.front_matter_items(Holder::FrontMatterItem(at), field.span.start, source, context);
            return;
        }
        if field.dialect == Dialect::FrontMatter && self.front_matter_mapping(&field.span, context) {
            return;
        }
        if field.dialect == Dialect::FrontMatter
            && let Some(inner) = source.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
        {
            let start = field.span.start + 1 + (inner.len() - inner.trim_start().len());
            self.list(start..start + inner.trim().len(), Holder::Field(at), context);
            return;
        }
        let placeholder = source.starts_with(['[', '{', '<']) && self.format.find(source).is_empty();
        if !placeholder {
            self.list(field.span.clone(), Holder::Field(at), context);
        }
    }

    /// The items of a list in front matter; an item may be a mapping (`id: SVC-1`, `kind: soft`) over several lines.
    fn front_matter_items(&mut self, holder: Holder, start: usize, source: &str, context: &Context) {
        let mut items: Vec<Range<usize>> = Vec::new();
        let mut offset = start;
        for line in source.split_inclusive('\n') {
            let content = line.trim_start();
            let item = content.strip_prefix('-').map(str::trim_start);
            if content.starts_with('#') {
                offset += line.len();
                continue;
            }
            let begin = offset + line.len() - item.unwrap_or(content).len();
            let end = offset + line.trim_end().len();
            offset += line.len();
            match (item, items.last_mut()) {
                (Some(_), _) if begin < end => items.push(begin..end),
                (None, Some(last)) if begin < end => last.end = end,
                (Some(_) | None, _) => {}
            }
        }
        for item in items {
            let text = self.document.text.get(item.clone()).unwrap_or_default();
            match mapping(text) {
                Some((id, kind, reason)) => {
                    self.single(&id, kind, reason, item, holder, context);
                }
                None => {
                    self.list(item, holder, context);
                }
            }
        }
    }

    /// Declares what one item or key spells, a list by itself. False where that is no id.
    fn single(
        &mut self,
        spelled: &str,
        kind: Option<DependencyKind>,
        reason: Option<String>,
        span: Range<usize>,
        holder: Holder,
        context: &Context,
    ) -> bool {
        let elsewhere = qualified_at(spelled).map(|(id, _)| id);
        let is_elsewhere = elsewhere.is_some();
        let Some(id) = elsewhere.or_else(|| self.format.parse(spelled)) else { return false };
        let (direction, kind, list) = (context.direction, kind.or(context.kind), self.found.lists.len());
        self.found.lists.push(List { direction, span: span.clone(), holder, none: false });
        if !is_elsewhere {
            self.declare(&id, direction, kind, reason, span, list);
            return true;
        }
        if direction == Direction::DependsOn {
            let line = self.document.lines.line(span.start);
            self.found.external.push(External { text: id.to_string(), line });
        }
        self.declare_elsewhere(&id, direction, kind, reason, span, list);
        true
    }

    /// A mapping, whose keys are kinds, directions or ids: `soft: [SVC-1]`, `SVC-2: contract`. False where it is none.
    fn front_matter_mapping(&mut self, span: &Range<usize>, context: &Context) -> bool {
        let text = self.document.text;
        let source = text.get(span.clone()).unwrap_or_default();
        let in_braces = source.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let is_below =
            text.get(..span.start).is_some_and(|before| before.trim_end_matches(' ').ends_with('\n'));
        let (start, parts): (usize, Vec<&str>) = match in_braces {
            Some(inner) => (span.start + 1, inner.split_inclusive(',').collect()),
            None if is_below => (span.start, mapping_parts(source)),
            None => return false,
        };
        let mut at = start;
        let mut pairs = Vec::new();
        for part in parts {
            let begin = at + (part.len() - part.trim_start().len());
            at += part.len();
            let part = part.trim().trim_end_matches(',');
            if part.is_empty() || part.starts_with('#') {
                continue;
            }
            let Some((key, colon)) = front_matter::top_level_key(part) else { return false };
            let mut value = part.get(colon + 1..).unwrap_or_default().trim_end();
            while let Some((before, last)) = value.rsplit_once('\n')
                && last.trim_start().starts_with('#')
            {
                value = before.trim_end();
            }
            let value_at = begin + colon + 1 + (value.len() - value.trim_start().len());
            pairs.push((key, begin..begin + part.len(), value_at, value.trim()));
        }
        for (key, whole, value_at, value) in &pairs {
            let kind: Option<DependencyKind> = front_matter::scalar(value).parse().ok();
            let reason = kind.is_none().then(|| front_matter::scalar(value)).filter(|text| !text.is_empty());
            if self.single(key, kind, reason, whole.clone(), Holder::Mapping, context) {
                continue;
            }
            let (direction, kind, ignored) = name_meaning(&fold_name(key)).unwrap_or_default();
            let context = Context {
                direction: direction.unwrap_or(context.direction),
                kind: kind.or(context.kind),
                ignored: ignored || context.ignored,
                ..*context
            };
            if value.starts_with('-') {
                self.front_matter_items(Holder::Mapping, *value_at, value, &context);
            } else if let Some(inner) = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                let begin = value_at + 1 + (inner.len() - inner.trim_start().len());
                self.list(begin..begin + inner.trim().len(), Holder::Mapping, &context);
            } else {
                self.list(*value_at..value_at + value.len(), Holder::Mapping, &context);
            }
        }
        !pairs.is_empty()
    }

    /// Reads one text that lists dependencies.
    fn list(&mut self, span: Range<usize>, holder: Holder, context: &Context) -> Option<Entries> {
        if context.ignored {
            return None;
        }
        let source = self.document.text.get(span.clone())?;
        let flat;
        let text = if source.contains(['\n', '\r']) {
            flat = source.replace(['\n', '\r'], " ");
            flat.as_str()
        } else {
            source
        };
        let entries = entries::parse(text, self.format);
        let index = self.found.lists.len();
        let direction = context.direction;
        self.found.lists.push(List { direction, span: span.clone(), holder, none: entries.none });
        for entry in &entries.ids {
            let place = span.start + entry.span.start..span.start + entry.span.end;
            let direction = entry.direction.unwrap_or(direction);
            let kind = entry.kind.or(context.kind);
            self.declare(&entry.id, direction, kind, entry.reason.clone(), place, index);
        }
        for entry in &entries.elsewhere {
            let place = span.start + entry.span.start..span.start + entry.span.end;
            let direction = entry.direction.unwrap_or(direction);
            let kind = entry.kind.or(context.kind);
            self.declare_elsewhere(&entry.id, direction, kind, entry.reason.clone(), place, index);
        }
        if direction == Direction::DependsOn && !context.ids_only {
            for (text, place) in &entries.external {
                let line = self.document.lines.line(span.start + place.start);
                if !self.found.external.iter().any(|external| external.text == *text) {
                    self.found.external.push(External { text: text.clone(), line });
                }
            }
        }
        Some(entries)
    }

    fn declare(
        &mut self,
        id: &PrdId,
        direction: Direction,
        kind: Option<DependencyKind>,
        reason: Option<String>,
        span: Range<usize>,
        list: usize,
    ) {
        let line = self.document.lines.line(span.start);
        let written = Written { id: id.clone(), direction, span, list };
        self.found.places.push(written);
        let known =
            self.found.declared.iter_mut().find(|known| known.id == *id && known.direction == direction);
        if let Some(known) = known {
            if let Some(kind) = kind.filter(|_| known.kind == DependencyKind::Complete) {
                known.kind = kind;
            }
            known.reason = known.reason.take().or(reason);
        } else {
            let kind = kind.unwrap_or_default();
            self.found.declared.push(Declared { id: id.clone(), direction, kind, reason, line });
        }
    }

    fn declare_elsewhere(
        &mut self,
        id: &PrdId,
        direction: Direction,
        kind: Option<DependencyKind>,
        reason: Option<String>,
        span: Range<usize>,
        list: usize,
    ) {
        let line = self.document.lines.line(span.start);
        self.found.places.push(Written { id: id.clone(), direction, span, list });
        let same = |known: &Declared| known.id == *id && known.direction == direction;
        if !self.found.elsewhere.iter().any(same) {
            let kind = kind.unwrap_or_default();
            self.found.elsewhere.push(Declared { id: id.clone(), direction, kind, reason, line });
        }
    }

    /// The items of the list that stands below a key without a value.
    fn items_below(&mut self, after: usize, context: &Context) {
        let blocks = &self.document.outline.blocks;
        let first = blocks.partition_point(|block| block.span.end < after);
        let first = blocks
            .iter()
            .skip(first)
            .position(|block| block.span.start > after)
            .map_or(blocks.len(), |at| at + first);
        let own_depth = first
            .checked_sub(1)
            .and_then(|at| blocks.get(at))
            .filter(|block| block.span.contains(&after) || block.span.end == after)
            .map_or(0, |block| block.depth);
        let headings = &self.document.outline.headings;
        let heading = headings.partition_point(|heading| heading.span.start <= after).checked_sub(1);
        for block in blocks.iter().skip(first) {
            if block.depth <= own_depth || block.is_code() || block.heading != heading {
                break;
            }
            self.item(block, context);
        }
    }

    fn item(&mut self, block: &Block, context: &Context) -> Option<Entries> {
        if !matches!(block.kind, BlockKind::ListItem { .. }) {
            return None;
        }
        let source = self.document.source(block);
        let mut text = strip_list_mark(source).unwrap_or(source);
        if let BlockKind::ListItem { task_span: Some(span), .. } = &block.kind {
            text = self.document.text.get(span.end..block.span.end).unwrap_or_default().trim_start();
        }
        let text = text.trim_end();
        let start = block.span.end - text.len();
        self.list(start..block.span.end, Holder::Item, context)
    }

    /// Sections whose name is that of a field of dependencies.
    fn sections(&mut self) {
        let headings = &self.document.outline.headings;
        let mut covered = 0;
        for (at, heading) in headings.iter().enumerate() {
            let name = self.document.names.get(at).map_or("", String::as_str);
            let Some(context) = section_context(name) else { continue };
            if heading.span.start < covered || heading.level == 1 || self.belongs_to_a_step(at) {
                continue;
            }
            covered = heading.section.end;
            let document = self.document;
            let mut inner = (at, context);
            let mut outer: Option<u8> = None;
            for block in document.outline.section_blocks(at) {
                let below = block.heading.unwrap_or(at);
                if below != inner.0 {
                    inner = (below, self.subsection(below, context));
                    outer = None;
                }
                self.section_block(block, &inner.1, &mut outer);
            }
        }
    }

    /// True for a section inside the description of one task, story or phase: what it names are its own steps.
    fn belongs_to_a_step(&self, at: usize) -> bool {
        let headings = &self.document.outline.headings;
        let Some(mut level) = headings.get(at).map(|heading| heading.level) else { return false };
        headings.iter().zip(&self.document.names).take(at).rev().any(|(above, name)| {
            if above.level >= level {
                return false;
            }
            level = above.level;
            let first = name.split(' ').next().unwrap_or_default();
            let numbered = name
                .split(' ')
                .nth(1)
                .is_some_and(|word| word.len() <= 3 && word.starts_with(|c: char| c.is_ascii_alphanumeric()));
            matches!(first, "task" | "story" | "phase" | "step" | "epic" | "user")
                && (numbered || first == "user")
        })
    }

    fn subsection(&self, heading: usize, outer: Context) -> Context {
        let meaning = self.document.names.get(heading).and_then(|name| name_meaning(name));
        meaning.map_or(outer, |(direction, kind, ignored)| Context {
            direction: direction.unwrap_or(outer.direction),
            kind: kind.or(outer.kind),
            ignored: ignored || outer.ignored,
            ..outer
        })
    }

    /// `outer` is the depth of the nearest item above that says nothing but what kind of items follow below it.
    fn section_block(&mut self, block: &Block, context: &Context, outer: &mut Option<u8>) {
        match &block.kind {
            BlockKind::ListItem { .. } => {
                let nested = block.depth > 1 && outer.is_none_or(|depth| block.depth <= depth);
                let label = block.text.trim_end().ends_with(':');
                if label {
                    *outer = Some(block.depth);
                }
                let context = Context { ids_only: context.ids_only || nested || label, ..*context };
                self.item(block, &context);
            }
            BlockKind::Paragraph => {
                let text = self.document.source(block);
                let entries = entries::parse(&text.replace(['\n', '\r'], " "), self.format);
                if entries.leads_with_id || entries.none {
                    let context = Context { ids_only: true, ..*context };
                    self.list(block.span.clone(), Holder::Text, &context);
                }
            }
            BlockKind::TableHeader { .. }
            | BlockKind::TableRow { .. }
            | BlockKind::Code { .. }
            | BlockKind::Quote
            | BlockKind::Html => {}
        }
    }

    /// Bold lines outside of the header, such as `**Depends on:**`, with a list below; only ids count there.
    fn bold_lines(&mut self) {
        let document = self.document;
        for block in &document.outline.blocks {
            let is_text = matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem { .. });
            if !is_text
                || block.text.len() > 60
                || !block.text.ends_with(':') && !document.source(block).starts_with("**")
            {
                continue;
            }
            let known = document.fields.iter().any(|field| field.lines.contains(&block.span.start));
            let listed = self.found.lists.iter().any(|list| block.span.contains(&list.span.start));
            let in_step = block.heading.is_some_and(|at| self.belongs_to_a_step(at));
            let Some(context) = section_context(&fold_name(&block.text)) else { continue };
            if !known && !listed && !in_step {
                self.items_below(block.span.end, &Context { ids_only: true, ..context });
            }
        }
    }

    /// A table of dependencies: the declaration where nothing else is one, else only compared with it.
    fn tables(&mut self) {
        let rows = self.table_rows();
        if rows.is_empty() {
            return;
        }
        let is_declared = self.found.lists.iter().any(|list| list.direction == Direction::DependsOn);
        if !is_declared {
            for (span, kind) in rows {
                self.list(span, Holder::Cell, &Context { kind, ..Context::default() });
            }
            return;
        }
        let of_table: BTreeSet<PrdId> = rows
            .iter()
            .filter_map(|(span, _)| self.document.text.get(span.clone()))
            .flat_map(|text| entries::parse(text, self.format).ids)
            .map(|entry| entry.id)
            .collect();
        let ids = |direction| {
            self.found
                .declared
                .iter()
                .filter(move |known| known.direction == direction)
                .map(|known| known.id.clone())
        };
        let of_field: BTreeSet<PrdId> = ids(Direction::DependsOn).collect();
        if of_table != of_field && self.found.external.is_empty() {
            let only_table: Vec<String> = of_table.difference(&of_field).map(ToString::to_string).collect();
            let only_field: Vec<String> = of_field.difference(&of_table).map(ToString::to_string).collect();
            let mut parts = Vec::new();
            if !only_table.is_empty() {
                parts.push(format!("{} only in the table", only_table.join(", ")));
            }
            if !only_field.is_empty() {
                parts.push(format!("{} only in the declaration", only_field.join(", ")));
            }
            let at = rows.first().map_or(0, |(span, _)| span.start);
            let message =
                format!("the table of dependencies differs from the declaration: {}", parts.join("; "));
            let problem = Problem::warning("dependency-table-differs", at, message);
            self.found.problems.push(problem.hint("the declaration counts; correct the one that is wrong"));
        }
    }

    /// The cells of columns named "Depends On", and in a section of dependencies of the column that names PRDs, each
    /// with the kind that its row says. Tables of tasks are left out.
    fn table_rows(&self) -> Vec<(Range<usize>, Option<DependencyKind>)> {
        let mut rows = Vec::new();
        let mut columns = None;
        for block in &self.document.outline.blocks {
            if let BlockKind::TableHeader { cells } = &block.kind {
                let section = block.heading.and_then(|at| self.document.names.get(at));
                let in_section = section.is_some_and(|name| section_context(name).is_some());
                let names: Vec<FieldName> = cells.iter().map(|cell| FieldName::fold(&cell.text)).collect();
                columns = dependency_columns(&names, in_section);
            } else if let BlockKind::TableRow { cells } = &block.kind
                && let Some((ids, kinds)) = columns
                && let Some(cell) = cells.get(ids).filter(|cell: &&Cell| !cell.text.is_empty())
            {
                let kind = kinds.and_then(|at: usize| cells.get(at));
                let word = kind.and_then(|cell| cell.text.split_whitespace().next());
                rows.push((cell.span.clone(), word.and_then(|word| word.parse().ok())));
            }
        }
        rows
    }
}

/// The lines of each key of a block that is a mapping.
fn mapping_parts(source: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    // The first key stands behind its indentation; the others have the same, and what belongs to a key has more.
    let mut indentation: Option<usize> = None;
    for line in source.split_inclusive('\n') {
        let own = line.len() - line.trim_start_matches([' ', '\t']).len();
        let is_key = front_matter::top_level_key(line.trim_start()).is_some();
        if at == 0 || is_key && *indentation.get_or_insert(own) >= own {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([source.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| source.get(*start..end)).collect()
}

#[cfg(test)]
#[path = "dependencies_tests.rs"]
mod tests;
