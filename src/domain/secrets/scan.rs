//! Looking for secrets in the lines that a commit adds, as gitleaks does: keyword, expression, entropy, exceptions.
//! What is found is never said itself, only where it is.

use std::collections::BTreeMap;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::rules::{Allow, Condition, Rule, Target, rules};
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::path::RepoPath;

/// A line with this comment is not looked at: the one that gitleaks knows, so that there are no two.
pub const ALLOW: &str = "gitleaks:allow";

/// Lines that follow each other in a file, and are new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The file.
    pub path: RepoPath,
    /// The number of the first line, from 1.
    pub line: usize,
    /// The lines.
    pub text: String,
}

/// The paths that are not scanned, as `.gitignore` would spell them.
///
/// # Errors
/// The first pattern that is none, with the reason.
pub fn ignored(patterns: &[String]) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new("");
    for pattern in patterns {
        builder.add_line(None, pattern).map_err(|error| format!("`{pattern}`: {error}"))?;
    }
    builder.build().map_err(|error| error.to_string())
}

/// All secrets in what was added, by place; each is an error.
#[must_use]
pub fn findings(added: &[Added], ignored: &Gitignore) -> Vec<Finding> {
    let set = rules();
    let mut found: BTreeMap<(RepoPath, usize, usize), (&Rule, String)> = BTreeMap::new();
    for part in added {
        let path = part.path.as_str();
        if ignored.matched_path_or_any_parents(path, false).is_ignore()
            || set.allow.iter().any(|allow| allow.paths.iter().any(|wanted| wanted.is_match(path)))
        {
            continue;
        }
        let lower = part.text.to_lowercase();
        for rule in &set.rules {
            if !(rule.keywords.is_empty()
                || rule
                    .keywords
                    .iter()
                    .any(|word| memchr::memmem::find(lower.as_bytes(), word.as_bytes()).is_some()))
                || rule.path.as_ref().is_some_and(|wanted| !wanted.is_match(path))
            {
                continue;
            }
            for (at, secret) in rule.secrets(part, &set.allow) {
                let before = &part.text[..at];
                let line = part.line + before.matches('\n').count();
                let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
                let key = (part.path.clone(), line, column);
                // A rule that knows whose secret it is says more than the general one.
                let better = |(known, _): &(&Rule, String)| known.is_generic() && !rule.is_generic();
                if found.get(&key).is_none_or(better) {
                    found.insert(key, (rule, secret.to_owned()));
                }
            }
        }
    }
    let named: Vec<(RepoPath, usize)> = found
        .iter()
        .filter(|(_, (rule, _))| !rule.is_generic())
        .map(|((path, line, _), _)| (path.clone(), *line))
        .collect();
    found.retain(|(path, line, _), (rule, _)| !rule.is_generic() || !named.contains(&(path.clone(), *line)));
    found
        .into_iter()
        .map(|((path, line, column), (rule, _))| {
            let what = rule.description.trim_end_matches('.');
            let message = format!("this may be a secret ({}): {what}", rule.id);
            Finding::new("secret", Severity::Error, Place { path, line, column }, message).hint(format!(
                "take it out and replace it where it is valid; where it is none, write `{ALLOW}` in the line, or add the \
                 path to security.ignore_patterns"
            ))
        })
        .collect()
}

impl Rule {
    fn is_generic(&self) -> bool {
        self.id.starts_with("generic")
    }

    /// The secrets in a text, each with where it begins.
    fn secrets<'t>(&self, part: &'t Added, everywhere: &[Allow]) -> Vec<(usize, &'t str)> {
        let Some(regex) = self.regex.get() else { return Vec::new() };
        let mut found = Vec::new();
        for captures in regex.captures_iter(part.text.as_bytes()) {
            let Some(whole) = captures.get(0) else { continue };
            let group = match self.group {
                Some(group) => captures.get(group),
                None => captures.iter().skip(1).flatten().find(|group| !group.is_empty()),
            };
            let secret = group.unwrap_or(whole);
            // A class of bytes may end inside of a character, which is no secret's then.
            let text_of = |start: usize, end: usize| part.text.get(start..end);
            let Some(text) = text_of(secret.start(), secret.end()) else { continue };
            let Some(match_text) = text_of(whole.start(), whole.end()) else { continue };
            let text = text.trim_matches('\n');
            let line = lines_of(&part.text, whole.start(), whole.end());
            if line.contains(ALLOW)
                || (self.entropy > 0.0 && entropy(text) <= self.entropy)
                || (self.is_generic() && !text.bytes().any(|byte| byte.is_ascii_digit()))
            {
                continue;
            }
            let context = Context { path: part.path.as_str(), secret: text, whole: match_text, line };
            if !self.allow.iter().chain(everywhere).any(|allow| allow.covers(&context)) {
                found.push((secret.start(), text));
            }
        }
        found
    }
}

struct Context<'t> {
    path: &'t str,
    secret: &'t str,
    whole: &'t str,
    line: &'t str,
}

impl Allow {
    fn covers(&self, context: &Context<'_>) -> bool {
        let target = match self.target {
            Target::Secret => context.secret,
            Target::Match => context.whole,
            Target::Line => context.line,
        };
        let lower = context.secret.to_lowercase();
        let checks = [
            (!self.paths.is_empty()).then(|| self.paths.iter().any(|path| path.is_match(context.path))),
            (!self.regexes.is_empty()).then(|| self.regexes.iter().any(|regex| regex.is_match(target))),
            (!self.stopwords.is_empty())
                .then(|| self.stopwords.iter().any(|word| lower.contains(word.as_str()))),
        ];
        let mut checks = checks.into_iter().flatten();
        match self.condition {
            Condition::Or => checks.any(|covers| covers),
            Condition::And => checks.all(|covers| covers),
        }
    }
}

/// The whole lines of a span.
fn lines_of(text: &str, start: usize, end: usize) -> &str {
    let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let to = text[end..].find('\n').map_or(text.len(), |at| end + at);
    &text[from..to]
}

/// Shannon's entropy of a text, in bits a character.
fn entropy(text: &str) -> f64 {
    let mut counts: BTreeMap<char, u32> = BTreeMap::new();
    let mut all = 0_u32;
    for c in text.chars() {
        *counts.entry(c).or_default() += 1;
        all += 1;
    }
    let share = |count: &u32| f64::from(*count) / f64::from(all);
    counts.values().map(|count| -share(count) * share(count).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str, ignore: &[&str]) -> Vec<(String, usize)> {
        let added = Added { path: RepoPath::new(path).unwrap(), line: 10, text: text.to_owned() };
        let patterns: Vec<String> = ignore.iter().map(|pattern| (*pattern).to_owned()).collect();
        findings(&[added], &ignored(&patterns).unwrap())
            .into_iter()
            .map(|finding| {
                let rule = finding.message.split(['(', ')']).nth(1).unwrap().to_owned();
                (rule, finding.place.line)
            })
            .collect()
    }

    /// Put together here, so that the source holds no secret.
    fn key() -> String {
        ["AKIA", "Z7Q2MXN4", "TWBVLKCP"].concat()
    }

    #[test]
    fn finds_what_people_paste() {
        let aws = format!("one\naws_key = \"{}\"\n", key());
        assert_eq!(found("a.py", &aws, &[]), [("aws-access-token".to_owned(), 11)]);
        let github = format!("token: {}{}\n", "ghp_", "x7Kq2Zt9Lw4Rv8Ym3Nb6Hc1Jd5Fg0PsAeUiO");
        assert_eq!(found("a.yml", &github, &[]), [("github-pat".to_owned(), 10)]);
        let private = format!(
            "-----BEGIN {0} PRIVATE KEY-----\n{1}\n{1}\n-----END {0} PRIVATE KEY-----\n",
            "RSA", "MIIEpAIBAAKCAQEA0Zx8q7v2Wm5nRt9Lk3Jh6Gf1Ds4AyUiOpQwErTyUiOpAsDf"
        );
        assert_eq!(found("id_rsa", &private, &[]), [("private-key".to_owned(), 10)]);
        let generic = format!("api_key = \"{}\"\n", "8f14e45fceea167a5a36dedd4bea2543");
        assert_eq!(found("a.toml", &generic, &[]), [("generic-api-key".to_owned(), 10)]);
    }

    #[test]
    fn passes_over_examples_comments_and_ignored_paths() {
        let example = "key = AKIAIOSFODNN7EXAMPLE\n";
        assert_eq!(found("a.py", example, &[]), []);
        let aws = format!("aws_key = \"{}\" # {ALLOW}\n", key());
        assert_eq!(found("a.py", &aws, &[]), []);
        let aws = format!("aws_key = \"{}\"\n", key());
        assert_eq!(found("tests/fixtures/a.py", &aws, &["tests/fixtures/"]), []);
        assert_eq!(found("node_modules/x/a.js", &aws, &[]), []);
        assert_eq!(found("a.py", "password = get_password()\nlet token = &self.token;\n", &[]), []);
    }

    #[test]
    fn what_is_found_is_not_repeated() {
        let added =
            Added { path: RepoPath::new("a").unwrap(), line: 1, text: format!("k = \"{}\"\n", key()) };
        let found = findings(&[added], &ignored(&[]).unwrap());
        assert_eq!(found.len(), 1);
        assert!(!format!("{found:?}").contains(&key()));
    }

    #[test]
    fn entropy_is_shannons() {
        assert!((entropy("aaaa") - 0.0).abs() < 1e-9);
        assert!((entropy("abab") - 1.0).abs() < 1e-9);
        assert!((entropy("abcd") - 2.0).abs() < 1e-9);
    }
}
