//! Which repository on GitHub is meant: read from the addresses that a push goes to.

use std::fmt;

use serde::Serialize;

/// `owner/name` of a repository. Case does not matter for equality.
#[derive(Debug, Clone, Serialize)]
#[serde(into = "String")]
pub struct RepositoryName {
    owner: String,
    name: String,
}

impl RepositoryName {
    /// Reads `owner/name`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (owner, name) = text.split_once('/')?;
        let name = name.strip_suffix(".git").unwrap_or(name);
        let is_plain = |part: &str| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        (is_plain(owner) && is_plain(name)).then(|| Self { owner: owner.to_owned(), name: name.to_owned() })
    }

    /// The user or organisation that owns it.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl PartialEq for RepositoryName {
    fn eq(&self, other: &Self) -> bool {
        self.owner.eq_ignore_ascii_case(&other.owner) && self.name.eq_ignore_ascii_case(&other.name)
    }
}

impl Eq for RepositoryName {}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

impl From<RepositoryName> for String {
    fn from(name: RepositoryName) -> Self {
        name.to_string()
    }
}

/// A repository on a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The host: `github.com`.
    pub host: String,
    /// The repository.
    pub repository: RepositoryName,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.repository, self.host)
    }
}

/// Why no repository is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRepository {
    /// No remote leads to GitHub.
    #[error("no remote of this repository leads to GitHub{}", seen(.hosts))]
    NoRemote {
        /// The hosts that remotes do lead to.
        hosts: Vec<String>,
    },
    /// Several could be meant.
    #[error("a push could go to {}: which repository gets the issues is not clear", .0.join(" or to "))]
    Ambiguous(Vec<String>),
}

fn seen(hosts: &[String]) -> String {
    if hosts.is_empty() { String::new() } else { format!(" (they lead to {})", hosts.join(", ")) }
}

/// The repository that pushes go to, of those on a known host.
///
/// # Errors
/// [`NoRepository`]: none of the addresses leads to a known host, or several do and differ.
pub fn of_remotes(urls: &[String], known_hosts: &[String]) -> Result<Place, NoRepository> {
    let mut places: Vec<Place> = Vec::new();
    let mut hosts: Vec<String> = Vec::new();
    for place in urls.iter().filter_map(|url| read(url)) {
        if !known_hosts.iter().any(|host| host.eq_ignore_ascii_case(&place.host)) {
            hosts.push(place.host);
        } else if !places.contains(&place) {
            places.push(place);
        }
    }
    hosts.sort();
    hosts.dedup();
    match places.as_slice() {
        [] => Err(NoRepository::NoRemote { hosts }),
        [place] => Ok(place.clone()),
        several => {
            let mut names: Vec<String> = several.iter().map(ToString::to_string).collect();
            names.sort();
            Err(NoRepository::Ambiguous(names))
        }
    }
}

/// Reads `https://host/owner/name.git`, `ssh://git@host:22/owner/name` and `git@host:owner/name.git`.
/// What a user or a password stands before the host is left out.
#[must_use]
pub fn read(url: &str) -> Option<Place> {
    let (host, path) = match url.split_once("://") {
        Some(("https" | "http" | "ssh" | "git" | "git+ssh" | "ssh+git", rest)) => rest.split_once('/')?,
        Some(_) => return None,
        // A colon behind a slash belongs to a path, and one letter before it is a drive.
        None => url.split_once(':').filter(|(host, _)| !host.contains('/') && host.len() > 1)?,
    };
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host).to_lowercase();
    let host = match host.as_str() {
        "ssh.github.com" | "www.github.com" => "github.com".to_owned(),
        _ => host,
    };
    let repository = RepositoryName::parse(path.trim_matches('/'))?;
    (!host.is_empty()).then_some(Place { host, repository })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_address_is_read() {
        for url in [
            "https://github.com/acme/shop.git",
            "https://github.com/acme/shop",
            "https://github.com/acme/shop/",
            "https://user:secret@github.com/acme/shop.git",
            "ssh://git@github.com/acme/shop.git",
            "ssh://git@ssh.github.com:443/acme/shop.git",
            "git@github.com:acme/shop.git",
            "git@GitHub.com:acme/shop",
            "github.com:acme/shop",
            "git://github.com/acme/shop.git",
        ] {
            let place = read(url).unwrap_or_else(|| panic!("{url}"));
            assert_eq!(place.to_string(), "acme/shop on github.com", "{url}");
        }
        for url in [
            "/srv/git/acme/shop",
            "../shop",
            "C:\\work\\shop",
            "c:/acme/shop",
            "file:///acme/shop",
            "https://github.com/acme",
            "https://github.com/acme/shop/tree",
            "https://github.com/../shop",
            "https://github.com/acme/$(x)",
            "",
        ] {
            assert_eq!(read(url), None, "{url}");
        }
    }

    #[test]
    fn only_a_known_host_is_github() {
        let hosts = ["github.com".to_owned(), "git.corp.example".to_owned()];
        let of = |url: &str| of_remotes(&[url.to_owned()], &hosts);
        assert_eq!(of("git@git.corp.example:a/b").unwrap().to_string(), "a/b on git.corp.example");
        for url in [
            "https://gitlab.com/a/b",
            "https://github.com.evil.example/a/b",
            "https://github.com@evil.example/a/b",
        ] {
            assert!(matches!(of(url), Err(NoRepository::NoRemote { hosts }) if hosts.len() == 1), "{url}");
        }
        assert_eq!(of_remotes(&[], &hosts), Err(NoRepository::NoRemote { hosts: Vec::new() }));
    }

    #[test]
    fn two_that_differ_are_ambiguous_and_two_that_do_not_are_one() {
        let hosts = ["github.com".to_owned()];
        let [one, same, fork] =
            ["https://github.com/acme/shop", "git@github.com:Acme/Shop.git", "git@github.com:ada/shop.git"]
                .map(str::to_owned);
        assert!(of_remotes(&[one.clone(), same], &hosts).is_ok());
        let error = of_remotes(&[one, fork], &hosts).unwrap_err();
        assert!(
            error.to_string().contains("acme/shop on github.com or to ada/shop on github.com"),
            "{error}"
        );
    }
}
