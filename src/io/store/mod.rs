//! The portfolio and its records on disk, and changing them as one.

pub mod home_files;
pub mod journal;
pub mod kill_switch;
pub mod portfolio;
pub mod progress;
pub mod records;
pub mod transaction;
