//! Secrets in texts that are about to be committed: the public rules of gitleaks, and its way of applying them.

pub mod rules;
pub mod scan;
