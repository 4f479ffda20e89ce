//! Worktrees: listing them, adding one in steps that can be undone, and the one gate to removing one.

pub mod add;
mod attributes;
mod checkout;
pub mod gate;
pub mod inspect;
pub mod list;
pub mod mark;
mod mounts;
mod moving;
pub mod obstacle;
mod own_status;
mod plain;
mod precious;
mod registered;
pub mod remove;
pub mod repair;
pub mod restore;
mod settle;
pub mod status;
pub mod trash;
