use std::path::PathBuf;

use super::*;
use crate::io::git::testing::Fixture;

const LIMIT: Duration = Duration::from_secs(20);

/// A bare server and two clones of it.
fn fixture() -> (Fixture, [PathBuf; 2]) {
    let fixture = Fixture::new();
    fixture.commit_file("a", "1");
    let server = fixture.beside("server.git");
    fixture.git(&["clone", "-q", "--bare", ".", server.to_str().unwrap()]);
    let clones = ["one", "two"].map(|name| {
        let path = fixture.beside(name);
        fixture.git(&["clone", "-q", server.to_str().unwrap(), path.to_str().unwrap()]);
        path
    });
    (fixture, clones)
}

fn claim(git: &Git, id: &PrdId, who: &str) -> Oid {
    let person = Person { name: who.to_owned(), email: format!("{who}@example.org") };
    let claimant = Claimant {
        who: person.to_string(),
        host: "host".to_owned(),
        when: "2025-06-02T08:00:00Z".to_owned(),
        nonce: who.to_owned(),
    };
    git.write_claim(id, &person, &claimant).unwrap()
}

#[test]
fn one_of_two_wins_and_the_other_is_told_who() {
    let (fixture, clones) = fixture();
    let [one, two] = clones.map(|path| Git::open(&fixture.env, &path).unwrap());
    let id = PrdId::parse("svc-007").unwrap();
    let (mine, theirs) = (claim(&one, &id, "ada"), claim(&two, &id, "ben"));
    assert_eq!(one.push_claim("origin", ClaimKind::Work, &id, &mine, LIMIT).unwrap(), Claimed::Won);
    assert_eq!(one.push_claim("origin", ClaimKind::Work, &id, &mine, LIMIT).unwrap(), Claimed::Won, "again");
    let lost = two.push_claim("origin", ClaimKind::Work, &id, &theirs, LIMIT).unwrap();
    let Claimed::Lost(holder) = lost else { panic!("two winners") };
    assert_eq!((holder.oid.clone(), holder.id.canonical()), (mine.clone(), "SVC-7".to_owned()));
    let told = holder.claimant.unwrap().to_string();
    assert_eq!(told, "ada <ada@example.org> on host, 2025-06-02T08:00:00Z");
    // An id is another claim than the work on it.
    assert_eq!(two.push_claim("origin", ClaimKind::Id, &id, &theirs, LIMIT).unwrap(), Claimed::Won);
    assert!(!two.push_release("origin", ClaimKind::Work, &id, &theirs, LIMIT).unwrap(), "not theirs to give");
    assert!(one.push_release("origin", ClaimKind::Work, &id, &mine, LIMIT).unwrap());
    assert!(!one.push_release("origin", ClaimKind::Work, &id, &mine, LIMIT).unwrap(), "a second time");
    assert_eq!(two.push_claim("origin", ClaimKind::Work, &id, &theirs, LIMIT).unwrap(), Claimed::Won);
    let all = one.remote_claims("origin", ClaimKind::Work, None, LIMIT).unwrap();
    assert_eq!(all.iter().map(|claim| claim.oid.clone()).collect::<Vec<_>>(), [theirs]);
}

#[test]
fn of_many_at_once_exactly_one_wins() {
    let (fixture, clones) = fixture();
    for round in 1..=5 {
        let id = PrdId::parse(&format!("SVC-{round}")).unwrap();
        let won: usize = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..4)
                .map(|racer| {
                    let (fixture, path, id) = (&fixture, &clones[racer % 2], &id);
                    scope.spawn(move || {
                        let git = Git::open(&fixture.env, path).unwrap();
                        let oid = claim(&git, id, &format!("racer{racer}"));
                        match git.push_claim("origin", ClaimKind::Work, id, &oid, LIMIT).unwrap() {
                            Claimed::Won => 1,
                            Claimed::Lost(holder) => {
                                assert!(holder.claimant.unwrap().who.starts_with("racer"));
                                0
                            }
                        }
                    })
                })
                .collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).sum()
        });
        assert_eq!(won, 1, "round {round}");
    }
}

#[test]
fn a_server_that_is_gone_is_an_error_and_no_claim() {
    let (fixture, clones) = fixture();
    let git = Git::open(&fixture.env, &clones[0]).unwrap();
    fs_err::rename(fixture.beside("server.git"), fixture.beside("gone")).unwrap();
    let id = PrdId::parse("SVC-7").unwrap();
    let oid = claim(&git, &id, "ada");
    assert!(git.push_claim("origin", ClaimKind::Work, &id, &oid, LIMIT).is_err());
    assert!(git.has_remote("origin").unwrap() && !git.has_remote("https://evil.example").unwrap());
}

#[test]
fn the_own_claim_is_remembered() {
    let fixture = Fixture::new();
    fixture.commit_file("a", "1");
    let (git, id) = (fixture.open(), PrdId::parse("SVC-7").unwrap());
    let oid = claim(&git, &id, "ada");
    git.record_own_claim(&id, Some(&oid)).unwrap();
    assert_eq!(git.own_claim(&PrdId::parse("svc-007").unwrap()).unwrap(), Some(oid));
    git.record_own_claim(&id, None).unwrap();
    git.record_own_claim(&id, None).unwrap();
    assert_eq!(git.own_claim(&id).unwrap(), None);
}
