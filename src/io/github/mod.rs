//! GitHub: who asks (`auth`), what can be asked (`port`), and asking it over the network (`api`).
//!
//! | module | offers |
//! | --- | --- |
//! | [`port`] | the types of what GitHub keeps, [`port::Port`] with what is asked of it, [`port::Failure`] |
//! | [`api`] | [`api::Api`], the port over the network; the only asynchronous file |
//! | [`outbox`] | [`outbox::Outbox`]: what waits to be told, one file each |
//! | [`auth`] | [`auth::find`]: the user's token and where it came from |

pub mod api;
pub mod auth;
pub mod outbox;
pub mod port;
