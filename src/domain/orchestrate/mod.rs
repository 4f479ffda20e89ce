//! From the schedule to what people do next: health, recommendations, next steps, and the report of it all.
//!
//! * [`options`] says how much is told, [`situation`] holds what everything here looks at;
//! * [`health`] judges one PRD, [`recommendations`] is the catalogue of advice, [`next`] and [`next_steps`]
//!   say what can be started and what is owed, [`teams`] what teams owe each other, [`coordination`] what they promise
//!   and tell each other, [`milestones`] what endangers a date;
//! * [`broken`] gathers what pictures mark: missing ids and ways round;
//! * [`overlap`] finds what PRDs declare about the same files;
//! * [`report`] is the model that JSON prints and every renderer reads, [`build`] makes it;
//! * [`what_if`] supposes changes, and [`difference`] tells what is different between two reports;
//! * [`workspace`] makes one portfolio of several repositories;
//! * [`wording`] puts days and lists into words.

pub mod broken;
pub mod build;
pub mod coordination;
pub mod difference;
pub mod health;
pub mod milestones;
pub mod next;
pub mod next_steps;
pub mod options;
pub mod overlap;
pub mod recommendations;
pub mod report;
pub mod situation;
pub mod teams;
pub mod what_if;
pub mod wording;
pub mod workspace;
