//! Header fields: keys as people write them, folded to what `prd` knows.

use std::ops::Range;

use super::packed::{Packed, packed_enum, packed_struct};
use serde::{Serialize, Serializer};

/// The syntax a field was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// `**Priority**: P0`
    Bold,
    /// `- **Priority**: P0` or `- Priority: P0`
    ListItem,
    /// `| **Priority** | P0 |`
    TableRow,
    /// `Priority: P0`
    Plain,
    /// YAML front matter.
    FrontMatter,
    /// `## Priority: P0`
    Heading,
}

macro_rules! field_names {
    ($($(#[$doc:meta])* $name:ident = $title:literal $(| $alias:literal)*;)*) => {
        /// A key that `prd` gives a meaning, or any other.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FieldName {
            $($(#[$doc])* $name,)*
            /// A key without a meaning to `prd`, folded: kept and shown.
            Other(String),
        }

        impl FieldName {
            /// All keys with a meaning.
            pub const KNOWN: &'static [Self] = &[$(Self::$name),*];

            /// Folds case, spacing, dashes and underscores of a key as written.
            #[must_use]
            pub fn fold(key: &str) -> Self {
                let folded = fold_key(key.trim_end().strip_suffix("(s)").unwrap_or(key));
                match folded.as_str() {
                    $($title $(| $alias)* => Self::$name,)*
                    _ => Self::Other(folded),
                }
            }

            fn folded(&self) -> &str {
                match self {
                    $(Self::$name => $title,)*
                    Self::Other(folded) => folded,
                }
            }
        }
    };
}

field_names! {
    /// `PRD ID` or `ID`
    Id = "prd id" | "id" | "prd" | "prd number";
    /// `Title`
    Title = "title";
    /// `Status`
    Status = "status" | "state";
    /// `Priority`
    Priority = "priority";
    /// `Type`
    Type = "type";
    /// `Complexity`
    Complexity = "complexity";
    /// `Team`
    Team = "team" | "lead team";
    /// `Teams`
    Teams = "teams";
    /// `Service`
    Service = "service" | "service name";
    /// `Services`
    Services = "services" | "affected services";
    /// `Owner`
    Owner = "owner" | "owners";
    /// `Author`
    Author = "author" | "authors";
    /// `Assignee`
    Assignee = "assignee" | "assigned to";
    /// `Reviewer`
    Reviewer = "reviewer" | "reviewers";
    /// `Created`
    Created = "created" | "date" | "date created" | "created date";
    /// `Target`
    Target = "target" | "target date" | "due" | "due date" | "deadline";
    /// `Target Release`
    TargetRelease = "target release" | "release";
    /// `Milestone`
    Milestone = "milestone";
    /// `Timeline`
    Timeline = "timeline";
    /// `Effort`
    Effort = "effort";
    /// `Estimated Effort`
    EstimatedEffort = "estimated effort";
    /// `Estimate`
    Estimate = "estimate";
    /// `Remaining`
    Remaining = "remaining" | "remaining work" | "remaining effort";
    /// `Progress`
    Progress = "progress";
    /// `Blocked`
    Blocked = "blocked";
    /// `Contract ETA`
    ContractEta = "contract eta";
    /// `Started`
    Started = "started" | "start date" | "started date" | "date started";
    /// `Completed Date`
    CompletedDate = "completed date" | "completed" | "date completed" | "completion date";
    /// `Branch`
    Branch = "branch";
    /// `Worktree`
    Worktree = "worktree";
    /// `PR`
    PullRequest = "pr" | "pull request";
    /// `GitHub Issue`
    Issue = "github issue" | "issue";
    /// `Grade`
    Grade = "grade" | "review grade";
    /// `Approved`
    Approved = "approved" | "approved by";
    /// `Depends On`
    DependsOn = "depends on" | "depends" | "requires" | "prerequisites";
    /// `Blocked By`
    BlockedBy = "blocked by";
    /// `Dependencies`
    Dependencies = "dependencies" | "dependency";
    /// `Blocks`
    Blocks = "blocks" | "blocking";
    /// `Provides For`
    ProvidesFor = "provides for" | "required by" | "needed by";
    /// `Parent`
    Parent = "parent" | "parent prd" | "epic";
    /// `Children`
    Children = "children" | "child prds";
    /// `Superseded By`
    SupersededBy = "superseded by";
    /// `Tags`
    Tags = "tags" | "labels";
    /// `Lead`, or another word for who answers: stands for the owner where no owner is named
    Lead = "lead" | "dri" | "directly responsible individual" | "responsible" | "responsible person" | "driver"
        | "accountable" | "product owner" | "product manager" | "product lead" | "project lead" | "project manager"
        | "project owner" | "tech lead" | "technical lead" | "engineering lead" | "pm" | "po" | "contact"
        | "contact person" | "prepared by" | "written by" | "business owner" | "sponsor" | "maintainer" | "champion" | "in charge" | "person in charge" | "who";
    /// `Delivery`, or another word for when it is there: stands for the target where none is named
    Delivery = "delivery" | "delivery date" | "date of delivery" | "delivered by" | "go live" | "go live date"
        | "launch" | "launch date" | "planned launch" | "target launch" | "ship" | "ship by" | "ship date"
        | "planned for" | "planned release" | "release date" | "timing" | "eta" | "expected" | "expected date"
        | "expected delivery" | "finish by" | "finish date" | "end date" | "due by" | "due on" | "target quarter"
        | "target completion" | "target delivery" | "target milestone" | "quarter" | "deliver by" | "planned date"
        | "planned completion" | "latest" | "in production by" | "live by" | "needed on" | "ready by" | "ships" | "when" | "finish";
    /// `Size`, or another word for how much work it is: stands for the estimate where none is named
    Size = "size" | "sizing" | "t shirt" | "t shirt size" | "tshirt" | "tshirt size" | "points" | "story points"
        | "person days" | "man days" | "days" | "weeks" | "level of effort" | "loe" | "estimation" | "effort estimate"
        | "estimated size" | "estimated time" | "estimated duration" | "estimated days" | "time estimate"
        | "engineering effort" | "development effort" | "dev effort" | "expected effort" | "planned effort"
        | "total effort" | "duration" | "workload" | "work estimate" | "rough estimate" | "work" | "timebox" | "time box" | "how much";
    /// `Related PRDs`
    Related = "related prds" | "related prd" | "related" | "references" | "see also";
}

/// A text in lower case, with single spaces between its words and no decoration.
#[must_use]
pub fn fold_key(key: &str) -> String {
    let mut folded = String::with_capacity(key.len());
    let mut in_word = false;
    for c in key.chars() {
        if !c.is_alphanumeric() {
            in_word = false;
            continue;
        }
        if !in_word && !folded.is_empty() {
            folded.push(' ');
        }
        in_word = true;
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
        } else {
            folded.extend(c.to_lowercase());
        }
    }
    folded
}

impl FieldName {
    /// The key as `prd` writes it: `GitHub Issue`.
    #[must_use]
    pub fn title(&self) -> String {
        const SPECIAL: [(FieldName, &str); 5] = [
            (FieldName::Id, "PRD ID"),
            (FieldName::PullRequest, "PR"),
            (FieldName::Issue, "GitHub Issue"),
            (FieldName::ContractEta, "Contract ETA"),
            (FieldName::Related, "Related PRDs"),
        ];
        if let Some((_, title)) = SPECIAL.iter().find(|(name, _)| name == self) {
            return (*title).to_owned();
        }
        let capital = |word: &str| -> String {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        };
        self.folded().split(' ').map(capital).collect::<Vec<_>>().join(" ")
    }

    /// The key as front matter and JSON write it: `github_issue`.
    #[must_use]
    pub fn snake(&self) -> String {
        if *self == Self::Id { "id".to_owned() } else { self.folded().replace(' ', "_") }
    }

    /// True for the fields that `prd` writes itself: they are no part of the text that a review grades.
    #[must_use]
    pub const fn is_written_by_prd(&self) -> bool {
        matches!(
            self,
            Self::Status
                | Self::Started
                | Self::CompletedDate
                | Self::Branch
                | Self::Worktree
                | Self::PullRequest
                | Self::Issue
                | Self::Grade
                | Self::Approved
                | Self::SupersededBy
        )
    }
}

impl Serialize for FieldName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.snake())
    }
}

/// One header field with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The folded key.
    pub name: FieldName,
    /// The key as written.
    pub key: String,
    /// The value, one line, without Markdown emphasis around it; a YAML list is joined with `, `.
    pub value: String,
    /// The syntax.
    pub dialect: Dialect,
    /// Line, from 1.
    pub line: usize,
    /// Bytes of the value; empty where it has none.
    #[serde(skip)]
    pub span: Range<usize>,
    /// Bytes of the whole line or lines, line end included.
    #[serde(skip)]
    pub lines: Range<usize>,
}

packed_enum!(Dialect { Bold, ListItem, TableRow, Plain, FrontMatter, Heading });
packed_struct!(Field { name, key, value, dialect, line, span, lines });

/// A known key by its place among them, any other by a place beyond and its text.
impl Packed for FieldName {
    fn pack(&self, out: &mut Vec<u8>) {
        let at = Self::KNOWN.iter().position(|name| name == self);
        at.unwrap_or(Self::KNOWN.len()).pack(out);
        if let Self::Other(folded) = self {
            folded.pack(out);
        }
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        let at = usize::unpack(input)?;
        if at == Self::KNOWN.len() {
            String::unpack(input).map(Self::Other)
        } else {
            Self::KNOWN.get(at).cloned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_folded_and_written() {
        assert_eq!(FieldName::fold("depends_on"), FieldName::DependsOn);
        assert_eq!(FieldName::fold("PRD  ID"), FieldName::Id);
        assert_eq!(FieldName::fold("GitHub-Issue"), FieldName::Issue);
        assert_eq!(FieldName::fold("Author(s)"), FieldName::Author);
        assert_eq!(FieldName::fold("Sprint Goal"), FieldName::Other("sprint goal".to_owned()));
        for name in FieldName::KNOWN {
            assert_eq!(&FieldName::fold(&name.title()), name);
            assert_eq!(&FieldName::fold(&name.snake()), name);
        }
    }
}
