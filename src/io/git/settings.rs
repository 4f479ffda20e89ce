//! Git's configuration and the user's identity: asked of git once for a command, since each question starts a program.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use crate::domain::model::people::Person;

use super::error::GitError;
use super::repository::Git;

/// The question for all settings.
const LIST: [&str; 3] = ["config", "--null", "--list"];

/// What was asked before.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// The last value of each key, as it counts.
    values: OnceLock<BTreeMap<String, String>>,
    identity: OnceLock<Option<Person>>,
}

impl Git {
    /// The user's identity as git would write it into a commit; `None` where none was configured.
    ///
    /// Git's guess from the host's name does not count.
    ///
    /// # Errors
    /// The program could not be run.
    pub fn identity(&self) -> Result<Option<Person>, GitError> {
        let known = &self.settings().identity;
        if let Some(identity) = known.get() {
            return Ok(identity.clone());
        }
        let answer = self.git().args(["-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT"]).run()?;
        let identity = answer.is_success().then(|| read_person(&answer.line())).flatten();
        Ok(known.get_or_init(|| identity).clone())
    }

    /// A value of git's configuration as it was when one was first asked for; `None` where it is not set.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn config(&self, key: &str) -> Result<Option<String>, GitError> {
        Ok(self.values()?.get(&canonical(key)).cloned())
    }

    /// All settings as they count in a checkout, which may have some of its own.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub(super) fn settings_at(&self, checkout: &Path) -> Result<Cow<'_, BTreeMap<String, String>>, GitError> {
        if self.is_config_shared()? {
            return self.values().map(Cow::Borrowed);
        }
        let answer = self.git_at(checkout).args(LIST).require()?;
        Ok(Cow::Owned(read_list(&answer.stdout)))
    }

    fn values(&self) -> Result<&BTreeMap<String, String>, GitError> {
        let known = &self.settings().values;
        if let Some(values) = known.get() {
            return Ok(values);
        }
        let answer = self.git().args(LIST).require()?;
        Ok(known.get_or_init(|| read_list(&answer.stdout)))
    }

    /// True where some key begins with this, in lower case: `hook.`.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub(super) fn has_settings(&self, beginning: &str) -> Result<bool, GitError> {
        Ok(self.values()?.keys().any(|key| key.starts_with(beginning)))
    }

    /// True where the configuration that was asked for here is that of every checkout of the clone.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub(super) fn is_config_shared(&self) -> Result<bool, GitError> {
        Ok(!self.has_settings("extensions.worktreeconfig")? && !self.has_settings("includeif.")?)
    }

    /// A truth value of git's configuration; `None` where it is not set.
    ///
    /// # Errors
    /// The configuration cannot be read, or the value is neither true nor false.
    pub fn config_bool(&self, key: &str) -> Result<Option<bool>, GitError> {
        match self.config(key)? {
            None => Ok(None),
            Some(value) if is_true(&value) => Ok(Some(true)),
            Some(value) if is_false(&value) => Ok(Some(false)),
            // Without a value it is true, with an empty one false, and any other number than 0 is true.
            Some(_) => {
                let answer = self.git().args(["config", "--type=bool", "--get", key]).require()?;
                Ok(Some(answer.line() == "true"))
            }
        }
    }
}

/// True for the words that are true to git; what is neither true nor false may still be a number.
pub(super) fn is_true(value: &str) -> bool {
    ["true", "yes", "on", "1"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// True for the words that are false to git.
pub(super) fn is_false(value: &str) -> bool {
    ["false", "no", "off", "0"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Each entry is `section.subsection.name`, a line end and the value; or the key alone.
fn read_list(bytes: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(bytes);
    let entries = text.split_terminator('\0').map(|entry| entry.split_once('\n').unwrap_or((entry, "")));
    entries.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// A key as git lists it: section and name do not tell cases apart, what is between them does.
fn canonical(key: &str) -> String {
    match (key.split_once('.'), key.rsplit_once('.')) {
        (Some((section, _)), Some((before, name))) if before != section => {
            let between = before.get(section.len()..).unwrap_or_default();
            format!("{}{between}.{}", section.to_lowercase(), name.to_lowercase())
        }
        _ => key.to_lowercase(),
    }
}

/// Reads `Ada <ada@example.org> 1700000000 +0100`.
fn read_person(ident: &str) -> Option<Person> {
    let (name, rest) = ident.split_once('<')?;
    let (email, _) = rest.rsplit_once('>')?;
    Some(Person { name: name.trim().to_owned(), email: email.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use crate::io::git::testing::Fixture;

    #[test]
    fn a_value_is_the_one_that_git_gives() {
        let fixture = Fixture::new();
        let config = fixture.root().join(".git/config");
        let text = fs_err::read_to_string(&config).unwrap();
        let more = "[Branch \"a.B\"]\n\tPushRemote = one\n\tpushRemote = \"two\\nlines\"\n[commit]\n\tgpgSign\n\
            [core]\n\thooksPath = \n[x]\n\tnumber = 0x10\n\tno = OFF\n\tempty = \n\tbad = perhaps\n";
        fs_err::write(&config, format!("{text}{more}")).unwrap();
        let git = fixture.open();
        for key in
            ["branch.a.B.pushRemote", "branch.a.b.pushRemote", "core.hookspath", "CORE.hooksPath", "x.none"]
        {
            let answer = git.git().args(["config", "--null", "--get", key]).run().unwrap();
            let said = String::from_utf8_lossy(&answer.stdout).trim_end_matches('\0').to_owned();
            assert_eq!(git.config(key).unwrap(), answer.is_success().then_some(said), "{key}");
        }
        for (key, wanted) in [
            ("commit.gpgSign", Some(true)),
            ("x.number", Some(true)),
            ("x.no", Some(false)),
            ("x.empty", Some(false)),
            ("x.none", None),
        ] {
            assert_eq!(git.config_bool(key).unwrap(), wanted, "{key}");
        }
        assert!(git.config_bool("x.bad").is_err());
    }
}
