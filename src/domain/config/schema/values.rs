//! Values of the configuration that are more than a text or a number.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use num_rational::Ratio;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::model::effort::ExactDays;
use crate::domain::model::id::IdFormat;

/// A number from 0 to 100,000, kept exactly to three decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal {
    thousandths: i32,
}

/// The largest [`Decimal`], in thousandths.
const LARGEST_THOUSANDTHS: i32 = 100_000_000;

impl Decimal {
    /// A whole number.
    #[must_use]
    pub fn whole(number: u16) -> Self {
        Self { thousandths: i32::from(number) * 1000 }
    }

    /// A number of thousandths; `None` where it is out of range.
    #[must_use]
    pub fn from_thousandths(thousandths: i32) -> Option<Self> {
        (0..=LARGEST_THOUSANDTHS).contains(&thousandths).then_some(Self { thousandths })
    }

    /// The exact value.
    #[must_use]
    pub fn exact(self) -> ExactDays {
        Ratio::new(i64::from(self.thousandths), 1000)
    }

    /// The value as a floating-point number.
    #[must_use]
    pub fn float(self) -> f64 {
        f64::from(self.thousandths) / 1000.0
    }

    fn read(number: f64) -> Option<Self> {
        let text = format!("{number:.3}");
        let (whole, decimals) = text.split_once('.')?;
        Self::from_thousandths(format!("{whole}{decimals}").parse().ok()?)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.float().to_string())
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.thousandths % 1000 == 0 {
            serializer.serialize_i32(self.thousandths / 1000)
        } else {
            serializer.serialize_f64(self.float())
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Self::read(number)
            .ok_or_else(|| D::Error::custom(format!("{number} is out of range: it takes 0 to 100000")))
    }
}

impl JsonSchema for Decimal {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": 0, "maximum": 100_000 })
    }
}

/// Hours in a working day, 1 to 24.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HoursPerDay(Decimal);

impl HoursPerDay {
    /// The hours.
    #[must_use]
    pub const fn hours(self) -> Decimal {
        self.0
    }
}

impl Default for HoursPerDay {
    fn default() -> Self {
        Self(Decimal::whole(6))
    }
}

impl<'de> Deserialize<'de> for HoursPerDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hours = Decimal::deserialize(deserializer)?;
        if (Decimal::whole(1)..=Decimal::whole(24)).contains(&hours) {
            Ok(Self(hours))
        } else {
            Err(D::Error::custom(format!("a day of {hours} hours is out of range: it takes 1 to 24")))
        }
    }
}

impl JsonSchema for HoursPerDay {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "HoursPerDay".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": 1, "maximum": 24 })
    }
}

/// How ids are written. Its keys are checked one by one, so what was read always makes a format.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "PrdIdKeys", into = "PrdIdKeys")]
pub struct PrdId(IdFormat);

impl PrdId {
    /// The format.
    #[must_use]
    pub const fn format(&self) -> &IdFormat {
        &self.0
    }
}

impl From<IdFormat> for PrdId {
    fn from(format: IdFormat) -> Self {
        Self(format)
    }
}

/// How ids are written.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields, rename = "PrdId")]
struct PrdIdKeys {
    /// What stands before the number: letters, digits, `-` and `_`.
    #[serde(deserialize_with = "id_prefix")]
    prefix: String,
    /// What stands between prefix and number: nothing, `-`, `_` or `#`.
    #[serde(deserialize_with = "id_separator")]
    #[schemars(extend("enum" = ["", "-", "_", "#"]))]
    separator: String,
    /// The least number of digits.
    #[schemars(range(min = 1, max = 6))]
    number_padding: u8,
}

impl Default for PrdIdKeys {
    fn default() -> Self {
        IdFormat::default().into_keys()
    }
}

trait IntoKeys {
    fn into_keys(self) -> PrdIdKeys;
}

impl IntoKeys for IdFormat {
    fn into_keys(self) -> PrdIdKeys {
        PrdIdKeys {
            prefix: self.prefix().to_owned(),
            separator: self.separator().to_owned(),
            number_padding: self.padding(),
        }
    }
}

impl From<PrdId> for PrdIdKeys {
    fn from(id: PrdId) -> Self {
        id.0.into_keys()
    }
}

impl TryFrom<PrdIdKeys> for PrdId {
    type Error = crate::domain::model::id::IdFormatError;

    fn try_from(keys: PrdIdKeys) -> Result<Self, Self::Error> {
        IdFormat::new(&keys.prefix, &keys.separator, keys.number_padding).map(Self)
    }
}

fn id_prefix<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let prefix = String::deserialize(deserializer)?;
    IdFormat::new(&prefix, "-", 3).map_err(D::Error::custom)?;
    Ok(prefix)
}

fn id_separator<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let separator = String::deserialize(deserializer)?;
    IdFormat::new("PRD", &separator, 3).map_err(D::Error::custom)?;
    Ok(separator)
}

/// The axes of review as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dimensions {
    /// All names.
    Names(Vec<String>),
    /// Names that always count, and names that depend on the kind of work; both are graded.
    CoreContextual {
        /// Always.
        core: Vec<String>,
        /// Besides.
        contextual: Vec<String>,
    },
    /// The first so many of [`SEVEN_DIMENSIONS`], 1 to 7.
    Count(u8),
}

/// The dimensions of a review when the configuration names none.
pub const SEVEN_DIMENSIONS: [&str; 7] = [
    "Clarity & Scope",
    "Technical Feasibility",
    "User Experience",
    "Dependencies & Blockers",
    "Acceptance Criteria",
    "Risk Assessment",
    "Simplification Opportunities",
];

impl Dimensions {
    /// The names in their order, each once (case folded).
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let (mut names, mut known): (Vec<String>, BTreeSet<String>) = Default::default();
        let mut add = |name: &str| {
            if known.insert(name.trim().to_lowercase()) {
                names.push(name.trim().to_owned());
            }
        };
        match self {
            Self::Names(all) => all.iter().for_each(|name| add(name)),
            Self::CoreContextual { core, contextual } => {
                core.iter().chain(contextual).for_each(|name| add(name));
            }
            Self::Count(count) => {
                SEVEN_DIMENSIONS.iter().take(usize::from(*count)).for_each(|name| add(name));
            }
        }
        names
    }
}

impl Default for Dimensions {
    fn default() -> Self {
        Self::Names(SEVEN_DIMENSIONS.map(str::to_owned).into())
    }
}

impl Serialize for Dimensions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Names(names) => names.serialize(serializer),
            Self::CoreContextual { core, contextual } => {
                serializer.collect_map([("core", core), ("contextual", contextual)])
            }
            Self::Count(count) => serializer.serialize_u8(*count),
        }
    }
}

impl<'de> Deserialize<'de> for Dimensions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DimensionsVisitor)
    }
}

struct DimensionsVisitor;

impl<'de> Visitor<'de> for DimensionsVisitor {
    type Value = Dimensions;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of names, an object with `core` and `contextual`, or a number from 1 to 7")
    }

    fn visit_u64<E: serde::de::Error>(self, count: u64) -> Result<Dimensions, E> {
        match u8::try_from(count) {
            Ok(count @ 1..=7) => Ok(Dimensions::Count(count)),
            _ => Err(E::custom(format!("{count} is out of range: a number of dimensions is 1 to 7"))),
        }
    }

    fn visit_i64<E: serde::de::Error>(self, count: i64) -> Result<Dimensions, E> {
        Err(E::custom(format!("{count} is out of range: a number of dimensions is 1 to 7")))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Dimensions, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = seq.next_element::<String>()? {
            names.push(checked_name::<A::Error>(name)?);
        }
        if names.is_empty() {
            return Err(A::Error::custom("the list is empty: a review has at least one dimension"));
        }
        Ok(Dimensions::Names(names))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Dimensions, A::Error> {
        let (mut core, mut contextual) = (Vec::new(), Vec::new());
        while let Some(key) = map.next_key::<String>()? {
            let names: Vec<String> = map.next_value()?;
            let names = names.into_iter().map(checked_name).collect::<Result<Vec<_>, A::Error>>()?;
            match key.as_str() {
                "core" => core = names,
                "contextual" => contextual = names,
                _ => return Err(A::Error::unknown_field(&key, &["core", "contextual"])),
            }
        }
        if core.is_empty() && contextual.is_empty() {
            return Err(A::Error::custom("both lists are empty: a review has at least one dimension"));
        }
        Ok(Dimensions::CoreContextual { core, contextual })
    }
}

fn checked_name<E: serde::de::Error>(name: String) -> Result<String, E> {
    if name.trim().is_empty() { Err(E::custom("the name of a dimension is empty")) } else { Ok(name) }
}

impl JsonSchema for Dimensions {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Dimensions".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names = serde_json::json!({ "type": "array", "items": { "type": "string", "minLength": 1 } });
        json_schema!({
            "anyOf": [
                { "type": "array", "items": { "type": "string", "minLength": 1 }, "minItems": 1 },
                { "type": "integer", "minimum": 1, "maximum": 7 },
                {
                    "type": "object",
                    "properties": { "core": names.clone(), "contextual": names },
                    "additionalProperties": false,
                },
            ]
        })
    }
}

/// The worth of a budget: a number or a text with its unit (`200`, `"200ms"`), kept as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Budget(String);

impl Budget {
    /// The text; a number in its shortest form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Budget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let text = value.as_str().map(str::to_owned).or_else(|| value.as_number().map(ToString::to_string));
        text.filter(|text| !text.trim().is_empty())
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("{value} is not a budget: it takes a number or a text")))
    }
}

impl JsonSchema for Budget {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Budget".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["number", "string"] })
    }
}
