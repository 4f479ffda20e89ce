//! The portfolio and its records on disk, and changing them as one.

pub mod blobs;
pub mod cache;
pub mod claim_queue;
pub mod error;
pub mod home_files;
pub mod inbox;
pub mod journal;
pub mod kill_switch;
mod loose_files;
pub mod portfolio;
pub mod progress;
pub mod records;
pub mod recovery;
pub mod transaction;
pub mod trust;
