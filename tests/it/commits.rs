//! A transition's commit in every situation that home can be in: it holds the PRD and its records and nothing else, or
//! nothing is changed at all.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Output, Repo};

/// One situation: what makes it, further arguments, the exit code, and what is said.
struct Situation {
    name: &'static str,
    make: fn(&Repo),
    args: &'static [&'static str],
    code: i32,
    says: &'static str,
}

const FILE: &str = "docs/prds/ready/SVC-101-checkout-service.md";

fn hook(repo: &Repo, name: &str, script: &str) {
    executable(repo, &format!(".git/hooks/{name}"), script);
}

fn executable(repo: &Repo, path: &str, script: &str) {
    repo.write(path, &format!("#!/bin/sh\n{script}\n"));
    fs_err::set_permissions(repo.root().join(path), std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Signing by a program that answers as gpg does.
fn signer(repo: &Repo, script: &str) {
    executable(repo, ".git/fake-gpg", script);
    for (key, value) in [
        ("commit.gpgSign", "true"),
        ("user.signingKey", "ABCD"),
        ("gpg.program", repo.root().join(".git/fake-gpg").to_str().unwrap()),
    ] {
        repo.git(&["config", key, value]);
    }
}

const SIGNS: &str = "cat > /dev/null\necho '[GNUPG:] BEGIN_SIGNING' >&2\necho '[GNUPG:] SIG_CREATED D 1 8 00 1 A' >&2\n\
    printf -- '-----BEGIN PGP SIGNATURE-----\\nfake\\n-----END PGP SIGNATURE-----\\n'";

/// Signing by a program that answers as `ssh-keygen -Y sign` does: it writes a file beside its last argument.
fn ssh_signer(repo: &Repo) {
    executable(
        repo,
        ".git/fake-ssh-keygen",
        "for last; do :; done\nprintf -- '-----BEGIN SSH SIGNATURE-----\\nfake\\n-----END SSH SIGNATURE-----\\n' > \"$last.sig\"",
    );
    repo.write(".git/key", "not a key");
    for (key, value) in [
        ("commit.gpgSign", "true"),
        ("gpg.format", "ssh"),
        ("user.signingKey", repo.root().join(".git/key").to_str().unwrap()),
        ("gpg.ssh.program", repo.root().join(".git/fake-ssh-keygen").to_str().unwrap()),
    ] {
        repo.git(&["config", key, value]);
    }
}

const SITUATIONS: &[Situation] = &[
    Situation { name: "a clean checkout", make: |_| {}, args: &[], code: 0, says: "in-progress" },
    Situation {
        name: "other things staged, changed and new",
        make: |repo| {
            repo.write("src/checkout.txt", "staged\n");
            repo.git(&["add", "src/checkout.txt"]);
            repo.write("src/payment.txt", "changed\n");
            repo.write("new.txt", "new\n");
        },
        args: &[],
        code: 0,
        says: "in-progress",
    },
    Situation {
        name: "home is checked out nowhere",
        make: |repo| drop(repo.git(&["switch", "-q", "-c", "side"])),
        args: &[],
        code: 0,
        says: "in-progress",
    },
    Situation {
        name: "home is checked out in another worktree",
        make: |repo| {
            repo.git(&["switch", "-q", "-c", "side"]);
            repo.git(&["worktree", "add", "-q", "../home-tree", "main"]);
        },
        args: &[],
        code: 0,
        says: "in-progress",
    },
    Situation {
        name: "a staged version of the PRD that is not its file",
        make: |repo| {
            let text = repo.read(FILE);
            repo.write(FILE, &format!("{text}staged\n"));
            repo.git(&["add", FILE]);
            repo.write(FILE, &text);
        },
        args: &[],
        code: 1,
        says: "git restore --staged",
    },
    Situation {
        name: "a staged version of the PRD that is its file",
        make: |repo| {
            repo.write(FILE, &format!("{}more\n", repo.read(FILE)));
            repo.git(&["add", FILE]);
        },
        args: &[],
        code: 0,
        says: "in-progress",
    },
    Situation {
        name: "a hook that refuses",
        make: |repo| hook(repo, "pre-commit", "echo no commits on fridays >&2; exit 1"),
        args: &[],
        code: 4,
        says: "no commits on fridays",
    },
    Situation {
        name: "a hook that refuses, and is left out",
        make: |repo| hook(repo, "pre-commit", "exit 1"),
        args: &["--no-verify"],
        code: 0,
        says: "in-progress",
    },
    Situation {
        name: "a hook that refuses the message",
        make: |repo| hook(repo, "commit-msg", "grep -q JIRA \"$1\" || { echo no ticket >&2; exit 1; }"),
        args: &[],
        code: 4,
        says: "no ticket",
    },
    Situation {
        name: "a hook that adds to the message",
        make: |repo| hook(repo, "commit-msg", "echo 'Signed-off-by: A <a@b>' >> \"$1\""),
        args: &[],
        code: 0,
        says: "in-progress",
    },
    Situation {
        name: "somebody commits on home while a hook runs",
        make: |repo| {
            hook(
                repo,
                "pre-commit",
                "test -e .git/once && exit 0; touch .git/once\nunset GIT_INDEX_FILE\n\
                 git update-ref refs/heads/main $(git commit-tree -p HEAD -m Meanwhile 'HEAD^{tree}')",
            );
        },
        args: &[],
        code: 0,
        says: "in-progress",
    },
    Situation {
        name: "signed by gpg",
        make: |repo| signer(repo, SIGNS),
        args: &[],
        code: 0,
        says: "in-progress",
    },
    Situation { name: "signed by ssh", make: ssh_signer, args: &[], code: 0, says: "in-progress" },
    Situation {
        name: "a signer that fails",
        make: |repo| signer(repo, "echo no key >&2; exit 2"),
        args: &[],
        code: 4,
        says: "gpg failed to sign",
    },
    Situation {
        name: "a merge in progress",
        make: |repo| {
            repo.git(&["switch", "-q", "-c", "side"]);
            repo.write("src/checkout.txt", "side\n");
            repo.git(&["commit", "-qam", "Side"]);
            repo.git(&["switch", "-q", "main"]);
            repo.write("src/checkout.txt", "main\n");
            repo.git(&["commit", "-qam", "Main"]);
            repo.try_git(repo.root(), &["merge", "side"]).expect(1);
        },
        args: &[],
        code: 1,
        says: "git merge --abort",
    },
];

// Slow, some 10 seconds: fifteen repositories, each with two or three runs of the program.
#[test]
fn the_commit_holds_the_prd_or_nothing_changes() {
    let prepared = Repo::new();
    prepared.prd("ready", "SVC-101", "checkout-service", "");
    prepared.commit_all("Plans");
    for situation in SITUATIONS {
        let repo = Repo::copy_of(&prepared);
        (situation.make)(&repo);
        let under_way = repo.git(&["status", "--porcelain", "--", ".", ":!docs"]);
        let tip = repo.git(&["rev-parse", "main"]);
        let output = repo.run(&[&["start", "SVC-101"], situation.args].concat());
        check(&repo, situation, &tip, output);
        let now = repo.git(&["status", "--porcelain", "--", ".", ":!docs"]);
        assert_eq!(now, under_way, "{}", situation.name);
    }
}

fn check(repo: &Repo, situation: &Situation, tip: &str, output: Output) {
    let name = situation.name;
    assert_eq!(output.code, Some(situation.code), "{name}: {output}");
    output.says(situation.says);
    if situation.code != 0 {
        assert_eq!(repo.git(&["rev-parse", "main"]), tip, "{name}");
        assert_eq!(repo.git(&["branch", "--list", "feat/*"]), "", "{name}");
        assert!(!repo.beside("worktrees/cloudscale-SVC-101").exists(), "{name}");
        return;
    }
    let changed = repo.git(&["diff-tree", "-r", "--name-only", "--no-commit-id", "main"]);
    for path in changed.lines() {
        assert!(path.starts_with("docs/prds/"), "{name}: {path} is in the commit");
    }
    let raw = repo.git(&["cat-file", "commit", "main"]);
    assert!(raw.contains("PRD: SVC-101"), "{name}: {raw}");
    assert_eq!(raw.contains("gpgsig"), name.starts_with("signed"), "{name}: {raw}");
    assert_eq!(raw.contains("Signed-off-by"), name.contains("adds to"), "{name}: {raw}");
    assert_eq!(repo.state_of("SVC-101"), "in-progress", "{name}");
    if name.contains("meanwhile") || name.contains("while a hook") {
        assert_eq!(repo.git(&["log", "-1", "--format=%s", "main~1"]), "Meanwhile", "{name}");
    }
    let wrong = repo.unsound();
    assert!(wrong.is_empty(), "{name}: {wrong:#?}");
}
