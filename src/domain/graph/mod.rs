//! What depends on what, and what follows from it: the graph, the schedule and the orders of work.
//!
//! * [`dependencies`] makes one graph of what all PRDs declare, and says what is wrong with it;
//! * [`ties`] says from much less whether dependencies could go round through some PRDs;
//! * [`drawn`] adds what is drawn and not declared;
//! * [`family`] knows features and their parts, [`cycles`] the ways round;
//! * [`network`] turns both into events with links between them, the form in which time is computed;
//! * [`schedule`] is the critical path method over them, in whole working days, with [`facts`] as its input;
//! * [`capacity`] hands out places where not everything can be done at once;
//! * [`forecast`] runs it many times, with durations drawn from what is known of estimates;
//! * [`impact`] asks what one change would win, [`need_by`] what one PRD owes another and when;
//! * [`milestone`] reads the names and dates of milestones;
//! * [`layout`] says where things stand in a picture;
//! * [`order`] gives waves, the order of merging, and the edges that a picture can leave out.
//!
//! A PRD is named by its [`dependencies::Node`], its place in the order of ids, so ties by node are ties by
//! id. Everything is near linear in PRDs and edges, and nothing recurses: a chain may be as long as it likes.

pub mod capacity;
pub mod cycles;
pub mod dependencies;
pub mod drawn;
pub mod facts;
pub mod family;
pub mod forecast;
pub mod impact;
pub mod layout;
pub mod milestone;
pub mod need_by;
pub mod network;
pub mod order;
pub mod schedule;
pub mod ties;

mod declarations;
mod layers;
