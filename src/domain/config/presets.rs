//! The presets: files like a user's, kept as data.

use super::document::Document;
use super::problem::{Layer, Problem};
use super::schema::Preset;

impl Preset {
    /// All presets.
    pub const ALL: [Self; 5] =
        [Self::Startup, Self::Enterprise, Self::OpenSource, Self::Microservices, Self::Lightweight];

    /// The name, as `preset` takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Startup => "startup",
            Self::Enterprise => "enterprise",
            Self::OpenSource => "open-source",
            Self::Microservices => "microservices",
            Self::Lightweight => "lightweight",
        }
    }

    /// The file: JSON with comments.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Startup => include_str!("presets/startup.json"),
            Self::Enterprise => include_str!("presets/enterprise.json"),
            Self::OpenSource => include_str!("presets/open-source.json"),
            Self::Microservices => include_str!("presets/microservices.json"),
            Self::Lightweight => include_str!("presets/lightweight.json"),
        }
    }

    /// The values, each with its line in the preset.
    pub(super) fn document(self) -> Result<Document, Box<Problem>> {
        Document::read(Layer::Preset, &format!("preset {}", self.name()), self.text())
    }
}
