//! Check boxes, numbered criteria, and what task tables say about effort.

use super::document::Document;
use super::outline::{Block, BlockKind, Cell};
use super::section_name::{fold_name, item_kind};
use crate::domain::model::checklist::{BoxState, Checklist, Item, ItemKind};
use crate::domain::model::effort::Effort;
use crate::domain::model::field::FieldName;

/// Everything in a text that can be ticked off.
#[must_use]
pub fn read_checklist(text: &str) -> Checklist {
    checklist(&Document::new(text))
}

pub(super) fn checklist(document: &Document<'_>) -> Checklist {
    let kinds = heading_kinds(document);
    let mut items = Vec::new();
    // The kind that a line such as `**Acceptance Criteria:**` gives to the list below it.
    let mut label: Option<(Option<usize>, ItemKind)> = None;
    for block in &document.outline.blocks {
        let by_heading = block.heading.and_then(|at| kinds.get(at).copied().flatten());
        let by_label = label.filter(|(heading, _)| *heading == block.heading).map(|(_, kind)| kind);
        let kind = within(by_heading, by_label).unwrap_or(ItemKind::Other);
        match &block.kind {
            BlockKind::ListItem { task: Some(state), task_span, .. } => {
                let span = task_span.clone();
                items.push(item(document, block, &block.text, kind, Some((*state, span.unwrap_or(0..0)))));
            }
            BlockKind::ListItem { ordered, .. } => {
                if let Some(kind) = label_kind(document, block) {
                    label = Some((block.heading, kind));
                } else if kind == ItemKind::Criterion && is_criterion(block, *ordered) {
                    let text = block.text.replace('✅', "");
                    items.push(item(document, block, &text, kind, None));
                }
            }
            BlockKind::Paragraph if block.depth == 0 => {
                label = label_kind(document, block).map(|kind| (block.heading, kind));
            }
            BlockKind::TableRow { cells } => items.extend(row_item(document, block, cells, kind)),
            BlockKind::Paragraph
            | BlockKind::TableHeader { .. }
            | BlockKind::Code { .. }
            | BlockKind::Quote
            | BlockKind::Html => {}
        }
    }
    Checklist { items }
}

/// For each heading the kind of the boxes below it: its own, else that of the heading it lies under.
fn heading_kinds(document: &Document<'_>) -> Vec<Option<ItemKind>> {
    let mut above: Vec<(u8, Option<ItemKind>)> = Vec::new();
    document
        .outline
        .headings
        .iter()
        .zip(&document.names)
        .map(|(heading, name)| {
            while above.last().is_some_and(|(level, _)| *level >= heading.level) {
                above.pop();
            }
            let inherited = above.last().and_then(|(_, kind)| *kind);
            let own = if heading.level == 1 { None } else { item_kind(name) };
            let kind = within(inherited, own);
            above.push((heading.level, kind));
            kind
        })
        .collect()
}

/// The kind below a name that says `own`, itself below one that says `outer`.
///
/// "Must hold at launch:" or "Phase 1" below the acceptance criteria groups criteria and makes no rollout or task of
/// them: nobody would see any more that they are open.
const fn within(outer: Option<ItemKind>, own: Option<ItemKind>) -> Option<ItemKind> {
    match (outer, own) {
        (
            Some(ItemKind::Criterion | ItemKind::Done),
            None | Some(ItemKind::Rollout | ItemKind::Milestone | ItemKind::Task | ItemKind::Other),
        )
        | (_, None) => outer,
        _ => own,
    }
}

/// The kind that a line without a box gives to the items below it: all in bold, or with a colon at its end.
fn label_kind(document: &Document<'_>, block: &Block) -> Option<ItemKind> {
    if block.span.len() > 240 {
        return None;
    }
    let source = document.source(block);
    let bold = source.contains("**") && source.trim_end().trim_end_matches(':').ends_with("**");
    let is_label = block.text.chars().count() <= 60 && (bold || block.text.ends_with(':'));
    if is_label { item_kind(&fold_name(&block.text)) } else { None }
}

fn is_criterion(block: &Block, ordered: bool) -> bool {
    (ordered && block.depth == 1) || block.text.contains('✅')
}

fn item(
    document: &Document<'_>,
    block: &Block,
    text: &str,
    kind: ItemKind,
    state: Option<(BoxState, std::ops::Range<usize>)>,
) -> Item {
    let section = document.outline.heading_of(block).map_or_else(String::new, |heading| heading.text.clone());
    let (state, span) = state.map_or((None, None), |(state, span)| (Some(state), Some(span)));
    Item { line: block.line, text: text.trim().to_owned(), section, kind, state, span }
}

/// A table row with a cell that is a box and nothing else; its text is that of its longest other cell.
fn row_item(document: &Document<'_>, block: &Block, cells: &[Cell], kind: ItemKind) -> Option<Item> {
    let (cell, state) = cells.iter().find_map(|cell| Some((cell, box_state(&cell.text)?)))?;
    let text = cells.iter().filter(|other| other.span != cell.span).max_by_key(|other| other.text.len())?;
    Some(item(document, block, &text.text, kind, Some((state, cell.span.clone()))))
}

/// What a text holds that is one box and nothing else.
pub(super) fn box_state(text: &str) -> Option<BoxState> {
    match text {
        "[ ]" => Some(BoxState::Open),
        "[x]" | "[X]" => Some(BoxState::Done),
        "[~]" | "[-]" => Some(BoxState::Begun),
        _ => None,
    }
}

/// The sum of the estimates in task tables; `None` where there is no such table or none of its estimates can be read.
pub(super) fn estimate_of_tasks(document: &Document<'_>) -> Option<Effort> {
    let mut efforts = Vec::new();
    let mut column = None;
    for block in &document.outline.blocks {
        match &block.kind {
            BlockKind::TableHeader { cells } => column = estimate_column(cells),
            BlockKind::TableRow { cells } => {
                if let Some(cell) = column.and_then(|column: usize| cells.get(column))
                    && !is_total(cells)
                {
                    efforts.extend(Effort::read(&cell.text));
                }
            }
            BlockKind::Paragraph
            | BlockKind::ListItem { .. }
            | BlockKind::Code { .. }
            | BlockKind::Quote
            | BlockKind::Html => {}
        }
    }
    Effort::total(&efforts)
}

/// True for the row of a sum.
fn is_total(cells: &[Cell]) -> bool {
    cells.iter().take(2).any(|cell| {
        let name = fold_name(&cell.text);
        name == "total" || name == "sum" || name.starts_with("total ")
    })
}

/// The column of estimates in a table of tasks.
fn estimate_column(cells: &[Cell]) -> Option<usize> {
    let names: Vec<FieldName> = cells.iter().map(|cell| FieldName::fold(&cell.text)).collect();
    let of_tasks = names.iter().any(|name| {
        let FieldName::Other(name) = name else { return false };
        matches!(
            name.as_str(),
            "task"
                | "tasks"
                | "step"
                | "steps"
                | "work item"
                | "story"
                | "user story"
                | "item"
                | "phase"
                | "description"
                | "deliverable"
                | "subtask"
        )
    });
    let at = names.iter().position(|name| {
        matches!(name, FieldName::Estimate | FieldName::EstimatedEffort | FieldName::Effort)
            || matches!(name, FieldName::Other(name) if matches!(name.as_str(), "duration" | "est" | "time" | "estimated time" | "time estimate" | "days" | "hours"))
    });
    at.filter(|_| of_tasks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::effort::EffortUnits;

    fn read(text: &str) -> Vec<(usize, String, ItemKind, Option<BoxState>)> {
        let items = read_checklist(text).items;
        for item in &items {
            if let Some(span) = &item.span {
                assert!(box_state(&text[span.clone()]).is_some());
            }
        }
        items.into_iter().map(|item| (item.line, item.text, item.kind, item.state)).collect()
    }

    #[test]
    fn the_section_tells_the_kind_of_a_box() {
        let text = "# T\n\n## 2. Acceptance Criteria\n\n- [ ] a **b**\n  - [~] c\n\n### Extra\n\n1. [x] d\n\n## Work\n\n- [X] e\n\n\
### Phase 1 tasks\n\n* [-] f\n\n## Milestones\n- [ ] g\n## Definition of Done\n- [ ] h\n## Rollout\n- [ ] i\n```\n- [ ] j\n```\n";
        let read = read(text);
        let short: Vec<(&str, ItemKind, Option<BoxState>)> =
            read.iter().map(|i| (i.1.as_str(), i.2, i.3)).collect();
        let (open, begun, done) = (Some(BoxState::Open), Some(BoxState::Begun), Some(BoxState::Done));
        assert_eq!(
            short,
            [
                ("a b", ItemKind::Criterion, open),
                ("c", ItemKind::Criterion, begun),
                ("d", ItemKind::Criterion, done),
                ("e", ItemKind::Other, done),
                ("f", ItemKind::Task, begun),
                ("g", ItemKind::Milestone, open),
                ("h", ItemKind::Done, open),
                ("i", ItemKind::Rollout, open),
            ]
        );
    }

    #[test]
    fn a_bold_line_tells_the_kind_of_the_list_below() {
        let text = "# T\n\n## Story 1\n\n**Acceptance Criteria:**\n\n- [ ] a\n\nText.\n\n- [ ] b\n\n## Story 2\n\n- [ ] c\n";
        let kinds: Vec<ItemKind> = read(text).into_iter().map(|item| item.2).collect();
        assert_eq!(kinds, [ItemKind::Criterion, ItemKind::Other, ItemKind::Other]);
    }

    #[test]
    fn groups_of_criteria_stay_criteria() {
        let text = "# T\n\n## Acceptance criteria\n\nMust hold at launch:\n\n- [ ] a\n\n### Phase 1\n\n- [ ] b\n\n\
### Definition of done\n\n- [ ] c\n\n## Tasks\n\n**Rollout:**\n\n- [ ] d\n\n### Success criteria\n\n- [ ] e\n";
        let kinds: Vec<ItemKind> = read(text).into_iter().map(|item| item.2).collect();
        let (criterion, done) = (ItemKind::Criterion, ItemKind::Done);
        assert_eq!(kinds, [criterion, criterion, done, ItemKind::Rollout, criterion]);
    }

    #[test]
    fn numbered_criteria_are_not_known_to_be_done() {
        let text =
            "# T\n\n## Success Criteria\n\n1. ✅ Logs in\n2. Logs out\n- plain\n\n## Steps\n\n1. ✅ walk\n";
        let read = read(text);
        let short: Vec<(&str, Option<BoxState>)> = read.iter().map(|i| (i.1.as_str(), i.3)).collect();
        assert_eq!(short, [("Logs in", None), ("Logs out", None)]);
    }

    #[test]
    fn boxes_in_tables_count() {
        let text = "# T\n\n## Tasks\n\n| Done | Task |\n|---|---|\n| [x] | Build it |\n| [ ] | Ship it |\n";
        let read = read(text);
        assert_eq!(read[0], (7, "Build it".to_owned(), ItemKind::Task, Some(BoxState::Done)));
        assert_eq!(read.len(), 2);
    }

    #[test]
    fn estimates_of_tasks_are_summed() {
        let text = "| # | Task | Estimate |\n|---|---|---|\n| 1 | a | 3h |\n| 2 | b | 1-2d |\n| 3 | c | ? |\n| | **Total** | 99d |\n";
        let days = estimate_of_tasks(&Document::new(text)).unwrap().days(&EffortUnits::default()).unwrap();
        assert_eq!((days.low.to_string(), days.high.to_string()), ("3/2".to_owned(), "5/2".to_owned()));
        assert_eq!(estimate_of_tasks(&Document::new("| Risk | Estimate |\n|---|---|\n| a | 3d |\n")), None);
    }
}
