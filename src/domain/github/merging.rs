//! Whether a pull request may be merged, and precisely what it lacks.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::config::schema::MergeStrategy;

/// What somebody said of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// Who.
    pub login: String,
    /// What.
    pub verdict: Verdict,
}

/// What a review says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// It is good.
    Approved,
    /// It is not good yet.
    ChangesRequested,
    /// What was said before does not count any more.
    Dismissed,
    /// Nothing that decides.
    #[serde(other)]
    Commented,
}

/// What a machine says of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// How it ended, in GitHub's word; `None` where it did not end.
    pub ended: Option<String>,
}

/// A pull request that is open, with all that was said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who opened it: their own word does not count.
    pub author: String,
    /// True where its author does not offer it yet.
    pub is_draft: bool,
    /// Whether it goes in without a conflict; `None` where GitHub does not know yet.
    pub is_mergeable: Option<bool>,
    /// GitHub's word for all its rules together: `clean`, `blocked`, `behind` …
    pub rules: String,
    /// The branch that it goes into.
    pub base: String,
    /// The commit that it would merge.
    pub tip: String,
    /// The commit of the branch in this clone.
    pub local_tip: String,
    /// Reviews, the oldest first.
    pub opinions: Vec<Opinion>,
    /// Checks of the tip.
    pub checks: Vec<Check>,
}

/// Everything that a pull request lacks, in the order in which one would mend it; empty where it may be merged.
#[must_use]
pub fn missing(candidate: &Candidate, required_reviewers: u32) -> Vec<String> {
    let mut missing = Vec::new();
    if candidate.tip != candidate.local_tip {
        missing.push(format!(
            "it is at {} and the branch of this clone at {}",
            short(&candidate.tip),
            short(&candidate.local_tip)
        ));
    }
    if candidate.is_draft {
        missing.push("it is a draft".to_owned());
    }
    match candidate.is_mergeable {
        Some(false) => missing.push(format!("it conflicts with {}", candidate.base)),
        None => missing.push("GitHub does not know yet whether it conflicts".to_owned()),
        Some(true) => {}
    }
    missing.extend(candidate.checks.iter().filter_map(|check| match check.ended.as_deref() {
        Some("success" | "neutral" | "skipped") => None,
        Some(word) => Some(format!("the check `{}` ended with {word}", check.name)),
        None => Some(format!("the check `{}` has not ended", check.name)),
    }));
    missing.extend(opinions(candidate, required_reviewers));
    let rules = match candidate.rules.as_str() {
        "behind" => Some(format!("it lacks what is new on {}", candidate.base)),
        "blocked" if missing.is_empty() => {
            Some(format!("the rules of the branch {} are not met", candidate.base))
        }
        _ => None,
    };
    missing.extend(rules);
    missing
}

/// The last word of each person that decides is the one that counts.
fn opinions(candidate: &Candidate, required: u32) -> Vec<String> {
    let mut last: BTreeMap<String, Verdict> = BTreeMap::new();
    for opinion in &candidate.opinions {
        let is_author = opinion.login.eq_ignore_ascii_case(&candidate.author);
        if opinion.verdict != Verdict::Commented && !is_author {
            last.insert(opinion.login.to_lowercase(), opinion.verdict);
        }
    }
    let of = |wanted: Verdict| last.iter().filter(move |(_, verdict)| **verdict == wanted);
    let mut missing: Vec<String> =
        of(Verdict::ChangesRequested).map(|(login, _)| format!("{login} asked for changes")).collect();
    let approved = of(Verdict::Approved).count();
    if u32::try_from(approved).is_ok_and(|approved| approved < required) {
        missing.push(format!("{approved} of {required} approvals are there"));
    }
    missing
}

/// A commit as a person reads it.
#[must_use]
pub fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

/// The strategy in GitHub's word.
#[must_use]
pub const fn method(strategy: MergeStrategy) -> &'static str {
    match strategy {
        MergeStrategy::Squash => "squash",
        MergeStrategy::Merge => "merge",
        MergeStrategy::Rebase => "rebase",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Candidate {
        Candidate {
            author: "ada".to_owned(),
            is_draft: false,
            is_mergeable: Some(true),
            rules: "clean".to_owned(),
            base: "main".to_owned(),
            tip: "a".repeat(40),
            local_tip: "a".repeat(40),
            opinions: Vec::new(),
            checks: Vec::new(),
        }
    }

    fn opinion(login: &str, verdict: Verdict) -> Opinion {
        Opinion { login: login.to_owned(), verdict }
    }

    #[test]
    fn the_last_word_of_each_person_counts_and_the_authors_does_not() {
        use Verdict::{Approved, ChangesRequested, Commented, Dismissed};
        let with = |opinions: &[(&str, Verdict)]| {
            let opinions = opinions.iter().map(|(login, verdict)| opinion(login, *verdict)).collect();
            missing(&Candidate { opinions, ..good() }, 1)
        };
        assert_eq!(with(&[]), ["0 of 1 approvals are there"]);
        assert_eq!(with(&[("Ada", Approved)]), ["0 of 1 approvals are there"]);
        assert!(with(&[("jonas", Approved)]).is_empty());
        assert!(with(&[("jonas", ChangesRequested), ("Jonas", Approved), ("jonas", Commented)]).is_empty());
        assert_eq!(
            with(&[("jonas", Approved), ("jonas", ChangesRequested)]),
            ["jonas asked for changes", "0 of 1 approvals are there"]
        );
        assert_eq!(with(&[("jonas", Approved), ("jonas", Dismissed)]), ["0 of 1 approvals are there"]);
        assert!(missing(&good(), 0).is_empty());
    }

    #[test]
    fn what_lacks_is_named() {
        let check = |name: &str, ended: Option<&str>| Check {
            name: name.to_owned(),
            ended: ended.map(str::to_owned),
        };
        let bad = Candidate {
            is_draft: true,
            is_mergeable: Some(false),
            rules: "behind".to_owned(),
            local_tip: "b".repeat(40),
            checks: vec![
                check("build", Some("success")),
                check("lint", Some("failure")),
                check("test", None),
                check("docs", Some("skipped")),
            ],
            ..good()
        };
        assert_eq!(
            missing(&bad, 0),
            [
                "it is at aaaaaaaaaa and the branch of this clone at bbbbbbbbbb",
                "it is a draft",
                "it conflicts with main",
                "the check `lint` ended with failure",
                "the check `test` has not ended",
                "it lacks what is new on main",
            ]
        );
        let blocked = Candidate { rules: "blocked".to_owned(), ..good() };
        assert_eq!(missing(&blocked, 0), ["the rules of the branch main are not met"]);
        let unknown = Candidate { is_mergeable: None, ..good() };
        assert_eq!(missing(&unknown, 0), ["GitHub does not know yet whether it conflicts"]);
    }
}
