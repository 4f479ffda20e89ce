//! GitHub as a value: which repository a remote names.

pub mod repository;
