//! Which services a text says use which: Mermaid diagrams and lists of consumers.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::outline::{Block, BlockKind, Outline};

/// One service uses another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Who uses the other.
    pub user: End,
    /// Who is used.
    pub used: End,
    /// Line of the text, from 1.
    pub line: usize,
    /// Where it is said.
    pub origin: Origin,
}

/// One end of a mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The service of the text.
    Own,
    /// Another, by the names that it may have, the best first.
    Named(Vec<String>),
}

/// Where a mention stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A Mermaid diagram.
    Diagram,
    /// A list of consumers.
    Consumers,
}

/// Headings under which consumers are listed.
const CONSUMERS: [&str; 5] =
    ["consumers", "consumed by", "api consumers", "known consumers", "contract consumers"];

/// True for a text that may mention anything: parsing others would find nothing.
#[must_use]
pub fn may_mention(text: &str) -> bool {
    text.contains("mermaid") || text.contains("onsume")
}

/// All mentions of a text, in order.
#[must_use]
pub fn mentions(text: &str) -> Vec<Mention> {
    let outline = Outline::parse(text);
    let mut found = Vec::new();
    for block in &outline.blocks {
        match &block.kind {
            BlockKind::Code { language, fenced: true } if language.eq_ignore_ascii_case("mermaid") => {
                diagram(block, &mut found);
            }
            BlockKind::ListItem { .. } if is_consumer(&outline, block) => {
                found.extend(consumer(&block.text, block.line));
            }
            BlockKind::TableRow { cells } if is_consumer(&outline, block) => {
                found.extend(cells.first().and_then(|cell| consumer(&cell.text, block.line)));
            }
            BlockKind::Code { .. }
            | BlockKind::ListItem { .. }
            | BlockKind::TableRow { .. }
            | BlockKind::Paragraph
            | BlockKind::TableHeader { .. }
            | BlockKind::Quote
            | BlockKind::Html => {}
        }
    }
    found
}

fn is_consumer(outline: &Outline, block: &Block) -> bool {
    let heading = outline.heading_of(block);
    heading.is_some_and(|heading| CONSUMERS.contains(&heading.text.trim().to_lowercase().as_str()))
}

/// `checkout-service — charges cards`: the name before what is said of it.
fn consumer(text: &str, line: usize) -> Option<Mention> {
    let name = [" — ", " – ", " - ", ": ", ",", " ("]
        .iter()
        .filter_map(|end| text.find(end))
        .min()
        .map_or(text, |end| text.get(..end).unwrap_or(text));
    let name = name.trim().trim_matches('`').trim_end_matches(':').trim();
    let user = End::Named(vec![name.to_owned()]);
    (!name.is_empty()).then_some(Mention { user, used: End::Own, line, origin: Origin::Consumers })
}

fn diagram(block: &Block, found: &mut Vec<Mention>) {
    let lines: Vec<(usize, &str)> = (block.line + 1..).zip(block.text.lines()).collect();
    let mut rest = lines.iter().skip_while(|(_, line)| {
        let line = line.trim();
        line.is_empty() || line.starts_with("%%") || line == "---" || line.contains(": ")
    });
    let kind = rest.next().map_or("", |(_, line)| line.split_whitespace().next().unwrap_or_default());
    let lines: Vec<(usize, &str)> = rest.copied().collect();
    match kind {
        "flowchart" | "graph" => flowchart(&lines, found),
        "sequenceDiagram" => sequence(&lines, found),
        _ => {}
    }
}

/// A node: its id, its text in brackets of any shape, its class.
static NODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"^\s*([\p{L}\p{N}_.]+(?:-[\p{L}\p{N}_.]+)*)(?:[\[({>]+[/\\]?("[^"]*"|[^\])}"]*?)[/\\]?[\])}]+)?(?::::\w+)?\s*"#,
    )
    .ok()
});

/// A line with a head at its end, and perhaps at its beginning; with a text in it or behind it.
static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(<)?(?:--+>|==+>|-\.+->|--\s[^>|]*?--+>|==\s[^>|]*?==+>|-\.\s[^>|]*?\.+->)\s*(?:\|[^|]*\|)?",
    )
    .ok()
});

/// A line without a head: it says nothing of who uses whom, and the chain goes on behind it.
static BARE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:---+|===+|-\.+-|--[ox])\s*(?:\|[^|]*\|)?").ok());

/// First words of statements that hold no lines.
const OTHER: [&str; 8] = ["subgraph", "end", "style", "classDef", "class", "click", "linkStyle", "direction"];

fn flowchart(lines: &[(usize, &str)], found: &mut Vec<Mention>) {
    let (Some(node), Some(link), Some(bare)) = (NODE.as_ref(), LINK.as_ref(), BARE.as_ref()) else { return };
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    let mut pairs: Vec<(String, String, usize)> = Vec::new();
    for (line, text) in lines {
        for statement in text.split(';') {
            let first = statement.split_whitespace().next().unwrap_or_default();
            if OTHER.contains(&first) || first.starts_with("%%") {
                continue;
            }
            let mut rest = statement;
            let mut left: Vec<String> = Vec::new();
            // How the nodes that come next are joined to those before: with a head forth, and back.
            let mut heads = (false, false);
            loop {
                let mut right = Vec::new();
                while let Some(part) = node.captures(rest) {
                    let id = part.get(1).map_or("", |id| id.as_str()).to_owned();
                    if let Some(label) = part.get(2) {
                        labels.entry(id.clone()).or_insert_with(|| label.as_str().to_owned());
                    }
                    right.push(id);
                    rest = rest.get(part.get(0).map_or(0, |all| all.end())..).unwrap_or_default();
                    match rest.strip_prefix('&') {
                        Some(more) => rest = more,
                        None => break,
                    }
                }
                for (one, other) in left.iter().flat_map(|one| right.iter().map(move |other| (one, other))) {
                    if heads.0 {
                        pairs.push((one.clone(), other.clone(), *line));
                    }
                    if heads.1 {
                        pairs.push((other.clone(), one.clone(), *line));
                    }
                }
                if right.is_empty() {
                    break;
                }
                left = right;
                if let Some(found) = link.captures(rest) {
                    heads = (true, found.get(1).is_some());
                    rest = rest.get(found.get(0).map_or(0, |all| all.end())..).unwrap_or_default();
                } else if let Some(found) = bare.find(rest) {
                    heads = (false, false);
                    rest = rest.get(found.end()..).unwrap_or_default();
                } else {
                    break;
                }
            }
        }
    }
    let end = |id: String| {
        let label = labels.get(&id).map(|label| told(label));
        End::Named(label.into_iter().filter(|label| !label.is_empty()).chain([id]).collect())
    };
    found.extend(pairs.into_iter().map(|(user, used, line)| Mention {
        user: end(user),
        used: end(used),
        line,
        origin: Origin::Diagram,
    }));
}

/// The first line of a label, without quotes.
fn told(label: &str) -> String {
    let label = label.trim().trim_matches('"');
    label.split("<br").next().unwrap_or_default().trim().trim_matches('`').to_owned()
}

/// A message with a solid line, which calls; one with a dashed line answers.
static MESSAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\s*(\S(?:.*?\S)??)\s*(-->>|->>|-->|->|--\)|-\))\s*[+-]?\s*([^:]+?)\s*:").ok()
});

fn sequence(lines: &[(usize, &str)], found: &mut Vec<Mention>) {
    let Some(message) = MESSAGE.as_ref() else { return };
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (_, line) in lines {
        let declared =
            line.trim().strip_prefix("participant ").or_else(|| line.trim().strip_prefix("actor "));
        if let Some((id, name)) = declared.and_then(|declared| declared.split_once(" as ")) {
            names.insert(id.trim().to_owned(), told(name));
        }
    }
    let end = |id: &str| End::Named(names.get(id).cloned().into_iter().chain([id.to_owned()]).collect());
    for (line, text) in lines {
        let Some(part) = message.captures(text) else { continue };
        let (Some(from), Some(arrow), Some(to)) = (part.get(1), part.get(2), part.get(3)) else { continue };
        if !arrow.as_str().starts_with("--") {
            let (user, used) = (end(from.as_str()), end(to.as_str()));
            found.push(Mention { user, used, line: *line, origin: Origin::Diagram });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, String, usize)> {
        let name = |end: &End| match end {
            End::Own => "own".to_owned(),
            End::Named(names) => names.join("|"),
        };
        mentions(text).iter().map(|found| (name(&found.user), name(&found.used), found.line)).collect()
    }

    fn pair(user: &str, used: &str, line: usize) -> (String, String, usize) {
        (user.to_owned(), used.to_owned(), line)
    }

    #[test]
    fn flowcharts_say_who_uses_whom() {
        let text = "# P\n\n```mermaid\nflowchart LR\n  %% note\n  C[checkout-service] -->|REST| P(\"payment-service<br/>v2\")\n  \
                    P --> Q & R\n  refund-service -- calls --> P\n  A --- B\n  style A fill:#fff\n  S <--> T;U ==> V\n```\n";
        assert_eq!(
            told(text),
            [
                pair("checkout-service|C", "payment-service|P", 6),
                pair("payment-service|P", "Q", 7),
                pair("payment-service|P", "R", 7),
                pair("refund-service", "payment-service|P", 8),
                pair("S", "T", 11),
                pair("T", "S", 11),
                pair("U", "V", 11),
            ]
        );
    }

    #[test]
    fn calls_count_and_answers_do_not() {
        let text = "```mermaid\nsequenceDiagram\n  participant P as payment-service\n  checkout-service->>+P: charge\n  \
                    P-->>-checkout-service: 201\n```\n";
        assert_eq!(told(text), [pair("checkout-service", "payment-service|P", 4)]);
        assert!(told("```mermaid\nstateDiagram-v2\n  A --> B\n```\n").is_empty());
    }

    #[test]
    fn consumers_are_listed_under_their_heading() {
        let text = "# P\n\n## Consumers\n\n- `checkout-service` — charges\n- refund_service: refunds\n\n\
                    | Service | Why |\n| --- | --- |\n| ledger | books |\n\n## Other\n\n- nobody\n";
        assert_eq!(
            told(text),
            [pair("checkout-service", "own", 5), pair("refund_service", "own", 6), pair("ledger", "own", 10)]
        );
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_drawn_nothing_panics(body in "[A-C\\[\\](){}<>=.|&; \n-]{0,80}") {
            drop(mentions(&format!("```mermaid\nflowchart LR\n{body}\n```\n")));
            drop(mentions(&format!("```mermaid\nsequenceDiagram\n{body}\n```\n")));
        }
    }
}
