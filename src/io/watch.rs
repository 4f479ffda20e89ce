//! Waiting for files to change.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// How long nothing may change before a change counts as over: an editor or a git command makes several at once.
const QUIET: Duration = Duration::from_millis(120);

/// After this a change counts as over whatever else happens.
const PATIENCE: Duration = Duration::from_secs(2);

/// How much of a folder is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// What lies in it.
    Flat,
    /// That, and everything below.
    Deep,
}

/// Folders and files that are watched.
#[derive(Debug)]
pub struct Watcher {
    inner: RecommendedWatcher,
    events: Receiver<()>,
    watched: BTreeMap<PathBuf, Depth>,
}

/// The system does not watch.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be watched: {why}", path = path.display())]
pub struct WatchError {
    path: PathBuf,
    why: notify::Error,
}

impl Watcher {
    /// Watches nothing yet.
    ///
    /// # Errors
    /// The system gives no watcher.
    pub fn new() -> Result<Self, WatchError> {
        let (sender, events) = channel();
        let inner = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // What was only read has not changed; where events got lost, something may have.
            let counts = event.map_or(true, |event| !matches!(event.kind, EventKind::Access(_)));
            if counts {
                // Nobody waits any more when the program ends.
                let _ = sender.send(());
            }
        });
        let inner = inner.map_err(|why| WatchError { path: PathBuf::from("."), why })?;
        Ok(Self { inner, events, watched: BTreeMap::new() })
    }

    /// Watches these from now on, and nothing else. Of what is not there the nearest folder above is watched, so
    /// that its coming is seen. True where something is watched now that was not before.
    ///
    /// # Errors
    /// One cannot be watched.
    pub fn watch(&mut self, wanted: &BTreeMap<PathBuf, Depth>) -> Result<bool, WatchError> {
        let mut there: BTreeMap<PathBuf, Depth> = BTreeMap::new();
        for (path, depth) in wanted {
            let Some(nearest) = path.ancestors().find(|path| path.exists()) else { continue };
            let depth = if nearest == path { *depth } else { Depth::Flat };
            let known = there.entry(nearest.to_owned()).or_insert(depth);
            *known = (*known).max(depth);
        }
        let gone = |path: &Path, depth: Depth| there.get(path) != Some(&depth);
        for (path, _) in self.watched.iter().filter(|(path, depth)| gone(path, **depth)) {
            // What is not there any more is not watched any more.
            let _ = self.inner.unwatch(path);
        }
        let mut is_new = false;
        for (path, depth) in there.iter().filter(|(path, depth)| self.watched.get(*path) != Some(depth)) {
            is_new = true;
            let mode = match depth {
                Depth::Flat => RecursiveMode::NonRecursive,
                Depth::Deep => RecursiveMode::Recursive,
            };
            match self.inner.watch(path, mode) {
                Err(why) if path.exists() => return Err(WatchError { path: path.clone(), why }),
                Ok(()) | Err(_) => {}
            }
        }
        self.watched = there;
        Ok(is_new)
    }

    /// Waits until something has changed and nothing changes any more. False where nothing did in time.
    #[must_use]
    pub fn wait(&self, at_most: Duration) -> bool {
        if self.events.recv_timeout(at_most).is_err() {
            return false;
        }
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if matches!(
                self.events.recv_timeout(QUIET),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected)
            ) {
                break;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(10);
    const NEVER: Duration = Duration::from_millis(400);

    #[test]
    fn changes_are_seen_wherever_they_were_asked_for_and_nowhere_else() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let (deep, flat, coming) = (root.join("deep"), root.join("flat"), root.join("coming/below"));
        fs_err::create_dir_all(deep.join("a/b")).unwrap();
        fs_err::create_dir_all(flat.join("a")).unwrap();
        let mut watcher = Watcher::new().unwrap();
        let wanted = BTreeMap::from([
            (deep.clone(), Depth::Deep),
            (flat.clone(), Depth::Flat),
            (coming.clone(), Depth::Deep),
        ]);
        watcher.watch(&wanted).unwrap();
        fs_err::write(deep.join("a/b/x"), "x").unwrap();
        assert!(watcher.wait(SOON), "a file at any depth");
        fs_err::read(deep.join("a/b/x")).unwrap();
        fs_err::write(flat.join("a/x"), "x").unwrap();
        assert!(!watcher.wait(NEVER), "reading, and a file below a flat folder");
        fs_err::write(flat.join("x"), "x").unwrap();
        assert!(watcher.wait(SOON), "a file in a flat folder");
        fs_err::create_dir_all(&coming).unwrap();
        assert!(watcher.wait(SOON), "a folder that comes");
        watcher.watch(&wanted).unwrap();
        fs_err::write(coming.join("x"), "x").unwrap();
        assert!(watcher.wait(SOON), "a file in it");
        watcher.watch(&BTreeMap::new()).unwrap();
        while watcher.wait(NEVER) {}
        fs_err::write(deep.join("a/b/y"), "y").unwrap();
        assert!(!watcher.wait(NEVER), "nothing is watched any more");
    }
}
