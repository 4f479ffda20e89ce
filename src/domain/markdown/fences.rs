//! Code fences that do not close where their author meant them to.

use super::document::{Document, Problem};
use super::outline::BlockKind;

/// Fences that never close, and fences that close at a fence inside of them: what follows is then read the wrong
/// way round, code as text and headings as code.
pub(super) fn problems(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let fenced = |kind: &BlockKind| matches!(kind, BlockKind::Code { fenced: true, .. });
    for block in document.outline.blocks.iter().filter(|block| fenced(&block.kind)) {
        let source = document.source(block);
        let mut offset = block.span.start;
        let mut lines = source.split_inclusive('\n');
        let first = lines.next().unwrap_or_default();
        offset += first.len();
        let Some((mark, length, _)) = fence(first) else { continue };
        let mut closed = false;
        let mut inner = None;
        let mut swallowed = 0;
        for line in lines {
            closed = false;
            if let Some((other, run, info)) = fence(line)
                && other == mark
                && run >= length
            {
                closed = !info;
                if info && inner.is_none() {
                    inner = Some(offset);
                }
            }
            swallowed += usize::from(line.starts_with("## ") || line.starts_with("### "));
            offset += line.len();
        }
        if !closed {
            let message = match swallowed {
                0 => "this code block is never closed".to_owned(),
                1 => "this code block is never closed and swallows a heading".to_owned(),
                _ => format!("this code block is never closed and swallows {swallowed} headings"),
            };
            problems.push(
                Problem::warning("unclosed-fence", block.span.start, message)
                    .hint("close it with a line of the same marks"),
            );
        } else if let Some(at) = inner {
            let line = document.lines.line(at);
            let message =
                format!("a code block begins inside this one on line {line}, so this one closes too early");
            problems.push(
                Problem::warning("fence-closes-early", block.span.start, message)
                    .hint("use one more mark for the outer block than for those inside of it"),
            );
        }
    }
    problems
}

/// Mark, length and whether words follow, where a line is a fence.
fn fence(line: &str) -> Option<(char, usize, bool)> {
    let line = line.trim_start_matches([' ', '\t', '>']);
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = line.trim_start_matches(mark);
    let length = line.len() - rest.len();
    let info = rest.trim();
    (length >= 3 && !info.contains(mark)).then_some((mark, length, !info.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<(&'static str, usize)> {
        let document = Document::new(text);
        problems(&document)
            .iter()
            .map(|problem| (problem.rule, document.lines.line(problem.offset)))
            .collect()
    }

    #[test]
    fn nested_fences_are_fine() {
        assert_eq!(rules("````md\n```rust\nx\n```\n````\n## A\n\n```\ny\n```\n"), []);
        assert_eq!(rules("~~~md\n```rust\nx\n```\n~~~\n"), []);
        assert_eq!(rules("- a\n  ```sh\n  ls\n  ```\n"), []);
    }

    #[test]
    fn a_fence_that_closes_early_is_named() {
        let text = "# T\n\n```md\n# A\n```rust\nx\n```\n## Swallowed\n```\n## Later\n";
        assert_eq!(rules(text), [("fence-closes-early", 3), ("unclosed-fence", 9)]);
    }

    #[test]
    fn a_fence_that_never_closes_is_named() {
        assert_eq!(rules("# T\n\n```\n## A\n"), [("unclosed-fence", 3)]);
        assert_eq!(rules("```"), [("unclosed-fence", 1)]);
    }
}
