//! What hangs in git's hooks: the scripts, what is chained to them, and what each of them looks at.

pub mod install;
pub mod manager;
pub mod message;
pub mod name;
pub mod scope;
pub mod script;
pub mod staged;
