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

pub mod dialects;
pub mod document;
pub mod key;
mod merge;
mod presets;
pub mod problem;
pub mod detect;
pub mod initial;
pub mod schema;
mod settings;
pub mod template;
pub mod tree;
