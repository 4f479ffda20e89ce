//! What in a repository's configuration could run a program or send data: it needs the user's approval of its
//! exact text, once for each repository and content.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::key::KeyPath;
use super::layers::Loaded;
use super::validate::{host, is_loopback};

/// One setting that needs approval.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Approval {
    /// The key.
    pub key: KeyPath,
    /// Its exact text: the command, the address, the pattern.
    pub text: String,
}

/// What needs approval, and what of it has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrustReport {
    /// One for each text, sorted by key.
    pub texts: Vec<Text>,
    /// The hash that approves all of them for one run; absent where nothing needs approval.
    pub hash: Option<String>,
}

/// A text that needs approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    /// The key.
    pub key: KeyPath,
    /// The exact text.
    pub text: String,
    /// True where the user approved it.
    pub approved: bool,
}

/// Keys whose texts run as programs, receive data, or say what is copied out of the repository's folder.
const GUARDED: [&str; 13] = [
    "notifications.slack.webhook_url",
    "prd_workflow.review.reviewer_command",
    "prd_workflow.worktree.copy",
    "prd_workflow.worktree.link",
    "prd_workflow.worktree.post_create",
    "quality.code_complexity.command",
    "quality.gates",
    "quality.linting.command",
    "quality.performance.command",
    "quality.testing.commands.contract",
    "quality.testing.commands.e2e",
    "quality.testing.commands.integration",
    "quality.testing.commands.unit",
];

/// The key of the API's address: guarded where its host is a foreign one.
const API: &str = "prd_workflow.github.api_url";

/// Everything that needs approval, sorted by key.
///
/// Only what lies in the repository does: the user's own file, variables and flags are the user's word.
/// `own_hosts` are hosts that the user trusts by the environment (`GH_HOST`); GitHub's own and this machine are
/// trusted always.
#[must_use]
pub fn needs_approval(loaded: &Loaded, own_hosts: &[&str]) -> Vec<Approval> {
    let mut approvals = Vec::new();
    for key in GUARDED.iter().chain([&API]).map(|key| KeyPath::parse(key)) {
        if !loaded.origin(&key).layer.is_in_repository() {
            continue;
        }
        match loaded.value(&key) {
            Some(Value::Array(list)) => {
                for (index, element) in list.iter().enumerate() {
                    approvals.push(approval(&key.child(index.to_string()), element));
                }
            }
            Some(Value::String(url)) if key == KeyPath::parse(API) && is_trusted(url, own_hosts) => {}
            Some(Value::Null) | None => {}
            Some(value) => approvals.push(approval(&key, value)),
        }
    }
    approvals.sort();
    approvals
}

/// The SHA-256 of approvals in lower-case hexadecimal; `None` where there are none. It changes with every change
/// of a key or a text.
#[must_use]
pub fn content_hash(approvals: &[Approval]) -> Option<String> {
    if approvals.is_empty() {
        return None;
    }
    let mut hasher = Sha256::new();
    for approval in approvals {
        for part in [approval.key.to_string(), approval.text.clone()] {
            hasher.update(part.len().to_string());
            hasher.update([0]);
            hasher.update(part);
        }
    }
    Some(hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// A text as it stands; anything else (a gate) as JSON, so that none of its parts can change unseen.
fn approval(key: &KeyPath, value: &Value) -> Approval {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Approval { key: key.clone(), text }
}

fn is_trusted(url: &str, own_hosts: &[&str]) -> bool {
    let Some(host) = host(url) else { return false };
    let is_own = |own: &&str| {
        let own = own.to_lowercase();
        host == own || host == format!("api.{own}")
    };
    let is_secure = url.starts_with("https://");
    is_loopback(url) || (is_secure && (host == "api.github.com" || own_hosts.iter().any(is_own)))
}

#[cfg(test)]
mod tests {
    use super::super::layers::{FileLayer, Sources, load};
    use super::*;

    const RISKY: &str = r#"{
        "prd_workflow": {
            "worktree": {"post_create": ["make setup", "npm test"], "copy": [".env"]},
            "review": {"reviewer_command": "llm"},
            "github": {"api_url": "https://evil.example"}
        },
        "quality": {"linting": {"command": "make lint"}, "gates": [{"name": "a", "command": "sh x"}]},
        "notifications": {"slack": {"webhook_url": "https://hooks.example/x"}}
    }"#;

    fn approvals(text: &str, own_hosts: &[&str]) -> Vec<Approval> {
        let sources = Sources { repository: Some(FileLayer::new("c.json", text)), ..Sources::default() };
        needs_approval(&load(&sources).unwrap(), own_hosts)
    }

    #[test]
    fn whatever_runs_or_sends_needs_approval() {
        let found: Vec<String> = approvals(RISKY, &[])
            .into_iter()
            .map(|approval| format!("{}={}", approval.key, approval.text))
            .collect();
        assert_eq!(
            found,
            [
                "notifications.slack.webhook_url=https://hooks.example/x",
                "prd_workflow.github.api_url=https://evil.example",
                "prd_workflow.review.reviewer_command=llm",
                "prd_workflow.worktree.copy.0=.env",
                "prd_workflow.worktree.post_create.0=make setup",
                "prd_workflow.worktree.post_create.1=npm test",
                "quality.gates.0={\"name\":\"a\",\"command\":\"sh x\"}",
                "quality.linting.command=make lint",
            ]
        );
    }

    #[test]
    fn the_users_own_settings_need_none() {
        let sources = Sources { user: Some(FileLayer::new("u.json", RISKY)), ..Sources::default() };
        assert_eq!(needs_approval(&load(&sources).unwrap(), &[]), Vec::new());
    }

    #[test]
    fn known_hosts_need_none() {
        let with = |url: &str, own: &[&str]| {
            approvals(&format!(r#"{{"prd_workflow": {{"github": {{"api_url": "{url}"}}}}}}"#), own).len()
        };
        for url in
            ["https://api.github.com", "http://127.0.0.1:4000", "http://localhost:1/", "http://[::1]:80"]
        {
            assert_eq!(with(url, &[]), 0, "{url}");
        }
        assert_eq!(with("https://git.corp.example/api/v3", &["git.corp.example"]), 0);
        for url in [
            "https://git.corp.example/api/v3",
            "http://api.github.com",
            "https://api.github.com.evil.example",
            "https://api.github.com@evil.example",
            "http://localhost.evil.example",
        ] {
            assert_eq!(with(url, &[]), 1, "{url}");
        }
    }

    #[test]
    fn every_guarded_key_is_known_and_every_command_guarded() {
        let keys = super::super::effects::keys();
        for key in GUARDED.iter().chain([&API]) {
            assert!(keys.iter().any(|known| known == key), "{key}");
        }
        let risky = |key: &&String| key.contains("command") || key.contains("url") || key.contains("gates");
        for key in keys.iter().filter(risky) {
            assert!(GUARDED.contains(&key.as_str()) || key == API, "{key}");
        }
    }

    #[test]
    fn the_hash_changes_with_every_change() {
        let hash = |text: &str| content_hash(&approvals(text, &[]));
        assert_eq!(hash("{}"), None);
        assert_eq!(hash(RISKY), hash(&RISKY.replace("        ", " ")));
        assert_ne!(hash(RISKY), hash(&RISKY.replace("sh x", "sh y")));
        assert_ne!(hash(RISKY), hash(&RISKY.replace("\"make setup\", \"npm test\"", "\"make setup\"")));
        assert_eq!(hash(RISKY).map(|text| text.len()), Some(64));
    }
}
