//! GitHub: who asks (`auth`), what can be asked (`port`), and asking it over the network (`api`).
//!
//! | module | offers |
//! | --- | --- |
//! | [`port`] | [`port::Port`] with what is asked of a repository, [`port::Failure`] |
//! | [`kinds`] | the types of what GitHub keeps |
//! | [`api`] | [`api::Api`], the port over the network |
//! | [`etags`] | [`etags::Etags`]: lists that came once and may not have changed |
//! | [`outbox`] | [`outbox::Outbox`]: what waits to be told, one file each |
//! | [`webhook`] | [`webhook::post`]: a message to Slack, over the same client |
//! | [`auth`] | [`auth::find`]: the user's token and where it came from |
//!
//! Below them `requests` has each request of the port, `refusal` what an answer means that is no success, and
//! `network` is the only asynchronous file.

pub mod api;
pub mod auth;
pub mod etags;
pub mod kinds;
mod network;
pub mod outbox;
pub mod port;
mod refusal;
mod requests;
pub mod webhook;
