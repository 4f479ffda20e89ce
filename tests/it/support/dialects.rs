//! One and the same PRD, written in every way that people write PRDs.

/// What a PRD says, whatever its dialect.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    /// The id, as `SVC-128`.
    pub id: String,
    /// The title, without the id.
    pub title: String,
    /// Header fields, the keys as a person writes them: `Priority`, `Target Release`.
    pub fields: Vec<(String, String)>,
    /// Entries of `Depends On`, as `SVC-1 (contract) — reason`.
    pub depends_on: Vec<String>,
    /// Acceptance criteria: ticked, text.
    pub criteria: Vec<(bool, String)>,
}

/// A way of writing a PRD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// `**Priority**: P0`
    Bold,
    /// `**Priority:** P0`, two spaces at the end of each line.
    BoldColonInside,
    /// `- **Priority**: P0`
    BoldItems,
    /// `* Priority: P0`
    PlainItems,
    /// `| **Priority** | P0 |`
    Table,
    /// `Priority: P0`
    Plain,
    /// YAML front matter, dependencies as a list.
    FrontMatter,
    /// `## Priority: P0`
    Headings,
    /// A section "Metadata" with a list, dependencies as a section of their own.
    MetadataSection,
    /// Bold lines with Windows line ends and a byte order mark.
    Windows,
}

impl Writing {
    /// Every way.
    pub(super) const ALL: [Self; 10] = [
        Self::Bold,
        Self::BoldColonInside,
        Self::BoldItems,
        Self::PlainItems,
        Self::Table,
        Self::Plain,
        Self::FrontMatter,
        Self::Headings,
        Self::MetadataSection,
        Self::Windows,
    ];
}

/// The text of a PRD in one dialect.
pub(super) fn render(writing: Writing, facts: &Facts) -> String {
    let title = format!("# {}: {}\n\n", facts.id, facts.title);
    let depends = ("Depends On".to_owned(), facts.depends_on.join(", "));
    let mut fields: Vec<&(String, String)> = facts.fields.iter().collect();
    if !facts.depends_on.is_empty() {
        fields.push(&depends);
    }
    let lines = |shape: &dyn Fn(&str, &str) -> String| -> String {
        fields.iter().map(|(key, value)| shape(key, value)).collect()
    };
    let head = match writing {
        Writing::Bold | Writing::Windows => title + &lines(&|key, value| format!("**{key}**: {value}\n")),
        Writing::BoldColonInside => title + &lines(&|key, value| format!("**{key}:** {value}  \n")),
        Writing::BoldItems => title + &lines(&|key, value| format!("- **{key}**: {value}\n")),
        Writing::PlainItems => title + &lines(&|key, value| format!("* {key}: {value}\n")),
        Writing::Table => {
            let rows = lines(&|key, value| format!("| **{key}** | {} |\n", value.replace('|', "\\|")));
            format!("{title}| Field | Value |\n| --- | --- |\n{rows}")
        }
        Writing::Plain => title + &lines(&|key, value| format!("{key}: {value}\n")),
        Writing::FrontMatter => front_matter(facts) + &title,
        Writing::Headings => title + &lines(&|key, value| format!("## {key}: {value}\n\n")),
        Writing::MetadataSection => {
            let own: String =
                facts.fields.iter().map(|(key, value)| format!("- **{key}**: {value}\n")).collect();
            let items: String = facts.depends_on.iter().map(|entry| format!("- {entry}\n")).collect();
            let section = if items.is_empty() { items } else { format!("\n## Dependencies\n\n{items}") };
            format!("{title}## Metadata\n\n{own}{section}")
        }
    };
    let criteria: String = facts
        .criteria
        .iter()
        .map(|(done, text)| format!("- [{}] {text}\n", if *done { 'x' } else { ' ' }))
        .collect();
    let text = format!("{head}\n## Problem\n\nIt hurts.\n\n## Acceptance Criteria\n\n{criteria}");
    if writing == Writing::Windows { format!("\u{feff}{}", text.replace('\n', "\r\n")) } else { text }
}

fn front_matter(facts: &Facts) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut text = "---\n".to_owned();
    for (key, value) in &facts.fields {
        text += &format!("{}: {}\n", key.to_lowercase().replace(' ', "_"), quote(value));
    }
    if !facts.depends_on.is_empty() {
        text += "depends_on:\n";
    }
    for entry in &facts.depends_on {
        text += &format!("  - {}\n", quote(entry));
    }
    text + "---\n"
}
