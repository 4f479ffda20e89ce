//! The configuration: what may be set, what it means, and where each value came from.
//!
//! Pure: texts come in, values and problems with file, line and column go out. Reading the files is the
//! store's work.
//!
//! ```text
//! text ─ document ─▶ values with places ─ dialects ─▶ current keys ─ layers ─▶ Loaded { config, origins }
//!                                                        ▲                        │
//!                                            tree (of the schema)          validate, effects, trust
//! ```

pub mod detect;
pub mod dialects;
pub mod document;
pub mod effects;
pub mod explain;
pub mod initial;
pub mod key;
pub mod layers;
mod membership;
mod merge;
pub mod migrate;
pub mod naming;
mod presets;
pub mod problem;
pub mod publish;
pub mod schema;
mod settings;
pub mod template;
mod tighten;
pub mod tree;
pub mod trust;
mod validate;
pub mod workspace;
