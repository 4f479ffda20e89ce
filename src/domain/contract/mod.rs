//! Contracts: what a service promises to its consumers, as blocks of a PRD and as files that it links to.
//!
//! A contract is an OpenAPI, Swagger or AsyncAPI document (YAML or JSON), a JSON Schema, a protobuf file or a GraphQL
//! schema. [`judge`] tells which, and whether it reads: by the languages' own parsers, and by the schemas that the
//! authors of OpenAPI and AsyncAPI publish. What stands in a PRD may be an excerpt; what stands in a file may not.

pub mod channels;
pub mod judge;
pub mod published;
mod tree;
pub mod version;

use std::fmt;

use serde::{Deserialize, Serialize};

/// The languages that contracts are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// OpenAPI 3, and Swagger 2.
    OpenApi,
    /// AsyncAPI 2 and 3.
    AsyncApi,
    /// JSON Schema, draft 4 to 2020-12.
    JsonSchema,
    /// Protocol buffers, proto2 and proto3.
    Protobuf,
    /// GraphQL's schema language.
    GraphQl,
    /// Avro: only read as JSON.
    Avro,
    /// WSDL: not read.
    Wsdl,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::OpenApi => "OpenAPI",
            Self::AsyncApi => "AsyncAPI",
            Self::JsonSchema => "JSON Schema",
            Self::Protobuf => "protobuf",
            Self::GraphQl => "GraphQL",
            Self::Avro => "Avro",
            Self::Wsdl => "WSDL",
        })
    }
}

/// A text that is a contract, or means to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Its language.
    pub kind: Kind,
    /// The first thing that does not read; `None` where all does.
    pub flaw: Option<Flaw>,
}

/// Why a contract does not read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Line of the text, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong, without a full stop.
    pub message: String,
}

impl Flaw {
    /// A flaw at a line's column, both from 1.
    #[must_use]
    pub fn new(line: usize, column: usize, message: impl Into<String>) -> Self {
        Self { line, column, message: message.into() }
    }

    /// A flaw at a byte of a text.
    pub(super) fn at(text: &str, offset: usize, message: impl Into<String>) -> Self {
        let (line, column) = crate::domain::markdown::line_index::LineIndex::new(text).place(offset);
        Self::new(line, column, message)
    }
}
