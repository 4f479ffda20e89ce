//! Reserving numbers: the creation of a ref that must not exist yet has one winner in every race.
//!
//! `refs/prd/ids/SVC-133` lies with the refs that all worktrees of a clone share, so two of them can never
//! take the same number. The refs point at the empty blob: there is nothing to say but that they exist.

use std::time::{Duration, SystemTime};

use crate::domain::model::id::PrdId;

use super::error::GitError;
use super::oid::Oid;
use super::repository::Git;

const FOLDER: &str = "refs/prd/ids/";

/// How often a creation is tried again while another process holds the ref's lock.
const TRIES: u32 = 50;

fn ref_of(id: &PrdId) -> String {
    format!("{FOLDER}{}", id.canonical())
}

impl Git {
    /// Reserves an id for this clone: true for exactly one caller until it is released, false for all others.
    ///
    /// One atomic step, safe to be killed in: the id is then reserved or not, and a number lost that way is
    /// only a gap.
    ///
    /// # Errors
    /// Git cannot write.
    pub fn reserve_id(&self, id: &PrdId) -> Result<bool, GitError> {
        let name = ref_of(id);
        let blob = self.empty_blob()?;
        let zero = blob.zero_like();
        let mut tries = 0;
        loop {
            let dir = self.common_dir();
            let answer = self
                .git_at(dir)
                .args(["update-ref", "--no-deref", &name, blob.as_str(), zero.as_str()])
                .run()?;
            if answer.is_success() {
                return Ok(true);
            }
            if self.ref_oid(&name)?.is_some() {
                return Ok(false);
            }
            tries += 1;
            if tries == TRIES {
                // Nobody else makes these refs, and no git needs that long: it was killed.
                self.remove_stale_ref_lock(&name, SystemTime::UNIX_EPOCH)?;
            } else if tries > TRIES {
                return Err(answer.into_error().into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The numbers that are reserved under a prefix (without separator, in any case), ascending.
    ///
    /// # Errors
    /// The refs cannot be read.
    pub fn reserved_ids(&self, prefix: &str) -> Result<Vec<u32>, GitError> {
        let refs = self.objects().refs(FOLDER)?;
        let ids = refs.iter().filter_map(|(name, _)| PrdId::parse(name.strip_prefix(FOLDER)?));
        let mut numbers: Vec<u32> = ids.filter(|id| id.has_prefix(prefix)).map(|id| id.number()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Gives a reserved id back; one that is not reserved is no error, so a recovery may ask again.
    ///
    /// # Errors
    /// Git cannot write.
    pub fn release_id(&self, id: &PrdId) -> Result<(), GitError> {
        let name = ref_of(id);
        let Some(oid) = self.ref_oid(&name)? else { return Ok(()) };
        match self.move_ref_at(self.common_dir(), &name, None, Some(&oid), "id released") {
            Err(GitError::RefMoved { actual: None, .. }) => Ok(()),
            other => other,
        }
    }

    fn empty_blob(&self) -> Result<Oid, GitError> {
        self.objects().write_blob(b"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    fn id(text: &str) -> PrdId {
        PrdId::parse(text).unwrap()
    }

    #[test]
    fn an_id_is_reserved_once_in_any_spelling() {
        let fixture = Fixture::new();
        let git = fixture.open();
        assert!(git.reserve_id(&id("SVC-007")).unwrap());
        assert!(!git.reserve_id(&id("svc-7")).unwrap());
        assert!(git.reserve_id(&id("SVC-70")).unwrap());
        assert!(git.reserve_id(&id("RFC-7")).unwrap());
        assert_eq!(git.reserved_ids("svc").unwrap(), [7, 70]);
        git.release_id(&id("SVC-7")).unwrap();
        git.release_id(&id("SVC-7")).unwrap();
        assert_eq!(git.reserved_ids("SVC").unwrap(), [70]);
        assert!(git.reserve_id(&id("SVC-7")).unwrap());
    }

    #[test]
    fn the_lock_that_a_killed_git_left_is_no_end() {
        let fixture = Fixture::new();
        let git = fixture.open();
        fixture.write(".git/refs/prd/ids/SVC-1.lock", "");
        assert!(git.reserve_id(&id("SVC-1")).unwrap());
    }

    #[test]
    fn reservations_survive_packing_and_collecting() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        let git = fixture.open();
        assert!(git.reserve_id(&id("SVC-1")).unwrap());
        fixture.git(&["pack-refs", "--all"]);
        fixture.git(&["gc", "-q", "--prune=now"]);
        assert!(!git.reserve_id(&id("SVC-1")).unwrap());
        assert_eq!(fixture.open().reserved_ids("SVC").unwrap(), [1]);
        fixture.git(&["fsck", "--strict"]);
    }

    #[test]
    fn eight_racers_from_two_worktrees_never_take_the_same_number() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        let linked = fixture.beside("linked");
        fixture.git(&["worktree", "add", "-q", "-b", "x", linked.to_str().unwrap()]);
        let mut taken: Vec<u32> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..8)
                .map(|n| {
                    let dir = if n % 2 == 0 { fixture.root() } else { linked.clone() };
                    let fixture = &fixture;
                    scope.spawn(move || {
                        let git = Git::open(&fixture.env, &dir).unwrap();
                        let mut mine = Vec::new();
                        for number in 1..=16 {
                            if git.reserve_id(&id(&format!("SVC-{number}"))).unwrap() {
                                mine.push(number);
                            }
                        }
                        mine
                    })
                })
                .collect();
            racers.into_iter().flat_map(|racer| racer.join().unwrap()).collect()
        });
        taken.sort_unstable();
        assert_eq!(taken, (1..=16).collect::<Vec<u32>>());
    }
}
