//! The only code that parses arguments, prints or asks.

pub mod app;
pub mod args;
mod calibrating;
pub mod changing;
pub mod command;
pub mod configuration;
pub mod error;
mod git_facts;
mod linking;
mod merging;
mod opinion;
pub mod output;
mod planning;
pub mod render;
mod reviewing;
pub mod session;
mod setup;
mod starting;
mod templates;
mod transition;
mod trust;
