//! Git: branches, worktrees, commits on the home branch, reserved ids, and the clone's lock.
//!
//! libgit2 reads (refs, blobs, trees, merge bases), and where it cannot, the program `git` does, behind one trait,
//! `Objects`. The program also does what moves refs or touches a work tree, an index, hooks, filters or the network, but for
//! the first checkout of a worktree where that is plain, and for the status of many where they are. Nothing here decides
//! policy: the caller says what may be done, and the types say whether it was checked.
//!
//! Everything is a method of [`repository::Git`]; every error has a `kind()`: not found, refused by a rule, or
//! failed outside.
//!
//! | module | methods of `Git` |
//! | --- | --- |
//! | [`repository`] | `open(&Env, &Path)`, `root`, `main_root`, `common_dir`, `git_dir`, `private_dir`, `is_bare`, `is_linked`, `cwd`, `head`, `default_remote`, `remote_default_branch`, `with_var(name, value)` |
//! | [`home`] | `home(configured) -> Home`, `tree_files(commit, folders)`, `tree_paths(commit, folders)`, `branch_prd_paths(folders, known)`, `read_blob(rev, path)` |
//! | [`refs`] | `ref_oid`, `branch_tip`, `commit_of(rev)`, `branches`, `branch_clash`, `upstream`, `commit_time`, `merge_base`, `is_ancestor`, `distance`, `create_branch(branch, at)`, `delete_branch(branch, expected)` |
//! | `settings` | `identity`, `config(key)`, `config_bool(key)` |
//! | [`remotes`] | `push_urls(branch)` |
//! | [`push`] | `push_remote(branch)`, `push_branch(remote, branch, limit)` |
//! | [`ids`] | `reserve_id(id) -> bool`, `reserved_ids(prefix)`, `release_id(id)` |
//! | [`claims`] | `push_claim(remote, kind, id, oid, limit) -> Claimed`, `push_release(…)`, `remote_claims(…)`, `write_claim(…)`, `own_claim(id)`, `record_own_claim(id, oid)` |
//! | [`publish`] | `publication(home, onto)`, `push_forward(remote, tip, ref, no_verify, limit)`, `fetch_branch(remote, branch, limit)`, `followed(branch)` |
//! | [`lock`] | `lock(what, wait) -> CloneLock`, `is_locked` |
//! | [`commit`] | `build_commit(home, request) -> Built`, `begin_advance(home, request, built) -> Advance` with `write_files`, `move_ref`, `finish`, `abandon`; `advance_home(home, request, built)` does these four; `resume_advance(home, request, built) -> Resumed` after a kill |
//! | [`worktree::list`] | `worktrees`, `worktree_at(path)`, `worktree_of(branch)` |
//! | [`worktree::add`] | `check_new_worktree(branch, path)`, `register_worktree(branch, path, at) -> Registered`, `register_existing(branch, path) -> Registered`, `populate(registered)`, `populate_rest(registered)` after a kill, `unregister(registered)` |
//! | [`worktree::gate`] | `removal_check(path, rules) -> RemovalPermit`, `remove_worktree(permit)` |
//! | [`worktree::status`] | `changes(root)` |
//! | [`worktree::inspect`] | `inspect_worktrees(trees, base, recorded, each)`, `last_commit(oid)` |
//! | [`worktree::mark`] | `begin_setup(path)`, `is_setup_pending(path)`, `take_setup(path, anew) -> SetupMark` |
//! | [`ignored`] | `ignored_below(root)`, `ignored_among(root, paths)` |
//! | [`submodules`] | `carry_submodules(from, to, limit)` |
//! | [`staged`] | `with_index(path)`, `index() -> Index` with `changes` and `files(folders) -> FileList`, `staged_lines`, `unmerged(folders)` |
//! | [`trees`] | `listed(tree, folders) -> FileList`, `merge_result(into, from)`, `blob(oid)` |
//! | [`resolve`] | `is_untouched(root, entry)`, `merged_text(conflict)`, `settle(root, conflict, text, clean)`, `first_added(at, path)` |
//! | [`hooks`] | `hook_folder() -> HookFolder` with `read`, `write`, `set_aside`, `put_back`, `remove` |
//! | [`overlap`] | `overlaps(base, works, ignored) -> Vec<Overlap>` |
//! | [`merged`] | `merged(tip, base, recorded) -> Merged` |
//! | [`changed`] | `changed_since(root, base, folders)` |
//! | [`fetch`] | `fetch_upstream(branch, limit)` |

pub mod bases;
pub mod changed;
pub mod claims;
pub mod commit;
pub mod error;
pub mod exec;
mod fault;
pub mod fetch;
pub mod file_list;
pub mod home;
pub mod hooks;
pub mod ids;
pub mod ignored;
mod index_file;
mod library;
pub mod lock;
pub mod make;
pub mod merged;
mod mode;
mod objects;
pub mod oid;
pub mod overlap;
mod patches;
mod program;
pub mod publish;
pub mod push;
pub mod refs;
pub mod remotes;
pub mod repository;
pub mod resolve;
mod seen;
mod settings;
pub mod staged;
pub mod submodules;
pub mod trees;
pub mod worktree;

#[cfg(test)]
pub(crate) mod testing;
