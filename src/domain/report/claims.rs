//! Claims on a shared server, as scripts get them.

use serde::Serialize;

use crate::domain::model::id::PrdId;

/// Who works on what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claims {
    /// The server's name in this clone.
    pub remote: String,
    /// Its claims, by id.
    pub claims: Vec<Row>,
    /// What the server was not told yet, oldest first.
    pub waiting: Vec<Waiting>,
}

/// One claim. Who, where and when are absent where the claim cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The PRD.
    pub id: PrdId,
    /// True where this clone made it.
    pub own: bool,
    /// Name and address.
    pub who: Option<String>,
    /// The machine.
    pub host: Option<String>,
    /// When, RFC 3339.
    pub when: Option<String>,
}

/// Something that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The PRD.
    pub id: PrdId,
    /// True for a claim, false where one is given back.
    pub takes: bool,
    /// Since when, RFC 3339.
    pub since: String,
}

/// A claim that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Released {
    /// The PRD.
    pub id: PrdId,
    /// Whose it was.
    pub was: String,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Synced {
    /// The server's name in this clone.
    pub remote: String,
    /// One for each that waited, until the server did not answer.
    pub sent: Vec<Outcome>,
}

/// What became of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The PRD.
    pub id: PrdId,
    /// True for a claim, false where one was given back.
    pub takes: bool,
    /// True where the server has it now.
    pub done: bool,
    /// Who was faster, or why it still waits.
    pub why: Option<String>,
}
