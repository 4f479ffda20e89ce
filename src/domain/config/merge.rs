//! One value over another: objects merge key by key, everything else replaces.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde_json::Value;

use super::document::Document;
use super::key::KeyPath;
use super::problem::Origin;

/// Values with the origin of each one that is no object; empty objects have one too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Merged {
    pub(super) value: Value,
    pub(super) origins: BTreeMap<KeyPath, Origin>,
}

/// `over` laid over `base`: objects merge key by key, everything else is `over`'s.
pub(super) fn merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                match base.get_mut(key) {
                    Some(below) => merge(below, value),
                    None => {
                        base.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (base, over) => *base = over.clone(),
    }
}

impl Merged {
    /// The start: the built-in values.
    pub(super) fn built_in(defaults: Value) -> Self {
        let mut merged = Self { value: Value::Null, origins: BTreeMap::new() };
        merged.note(&KeyPath::root(), &defaults, &|_| Origin::built_in());
        merged.value = defaults;
        merged
    }

    /// Lays a layer over what is there.
    pub(super) fn lay(&mut self, layer: &Document) {
        merge(&mut self.value, &layer.value);
        self.note(&KeyPath::root(), &layer.value, &|key| layer.origin_of(key));
    }

    /// The origin of a value: its own, that of the list it is in, or that of the first value below it.
    pub(super) fn origin(&self, key: &KeyPath) -> Origin {
        find_origin(&self.origins, key)
    }

    fn note(&mut self, key: &KeyPath, value: &Value, origin: &dyn Fn(&KeyPath) -> Origin) {
        match value {
            Value::Object(map) if !map.is_empty() => {
                self.origins.remove(key);
                for (name, value) in map {
                    self.note(&key.child(name), value, origin);
                }
            }
            Value::Object(_) => {
                if self.below(key).next().is_none() && !key.parts().is_empty() {
                    self.origins.insert(key.clone(), origin(key));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                let replaced: Vec<KeyPath> = self.below(key).cloned().collect();
                for below in replaced {
                    self.origins.remove(&below);
                }
                self.origins.insert(key.clone(), origin(key));
            }
        }
    }

    /// The keys below a key that have an origin: they follow it.
    fn below(&self, key: &KeyPath) -> impl Iterator<Item = &KeyPath> {
        let from = self.origins.range::<KeyPath, _>((Bound::Excluded(key), Bound::Unbounded));
        from.map(|(known, _)| known).take_while(|known| known.is_below(key))
    }
}

/// The origin that holds for a key: its own, the nearest one above, or the first one below.
pub(super) fn find_origin(origins: &BTreeMap<KeyPath, Origin>, key: &KeyPath) -> Origin {
    let mut at = Some(key.clone());
    while let Some(path) = at {
        if let Some(origin) = origins.get(&path) {
            return origin.clone();
        }
        at = path.parent();
    }
    origins
        .range(key.clone()..)
        .next()
        .filter(|(known, _)| known.is_below(key))
        .map_or_else(Origin::built_in, |(_, origin)| origin.clone())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, json};

    use super::super::problem::Layer;
    use super::*;

    /// Values of one shape: keys `o…` hold objects, keys `v…` anything else. Only there is merging associative,
    /// and the schema gives all layers one shape.
    fn shaped() -> impl Strategy<Value = Value> {
        let plain = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..9_u8).prop_map(Value::from),
            prop::collection::vec(0..3_u8, 0..3).prop_map(Value::from),
        ];
        let leaf = prop::collection::btree_map("v[a-c]", plain, 0..4)
            .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>()));
        leaf.prop_recursive(3, 24, 3, |inner| {
            (inner.clone(), prop::collection::btree_map("o[a-c]", inner, 0..3)).prop_map(
                |(values, objects)| {
                    let mut map = values.as_object().cloned().unwrap_or_default();
                    map.extend(objects);
                    Value::Object(map)
                },
            )
        })
    }

    fn merged(base: &Value, over: &Value) -> Value {
        let mut value = base.clone();
        merge(&mut value, over);
        value
    }

    fn leaves(value: &Value, key: &KeyPath, found: &mut Vec<(KeyPath, Value)>) {
        match value.as_object() {
            Some(map) => map.iter().for_each(|(name, value)| leaves(value, &key.child(name), found)),
            None => found.push((key.clone(), value.clone())),
        }
    }

    proptest! {
        #[test]
        fn merging_is_associative(a in shaped(), b in shaped(), c in shaped()) {
            prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
        }

        #[test]
        fn the_right_side_wins_and_the_left_is_kept_elsewhere(a in shaped(), b in shaped()) {
            let both = merged(&a, &b);
            let (mut left, mut right) = (Vec::new(), Vec::new());
            leaves(&a, &KeyPath::root(), &mut left);
            leaves(&b, &KeyPath::root(), &mut right);
            for (key, value) in &right {
                prop_assert_eq!(super::super::document::get(&both, key.parts()), Some(value));
            }
            for (key, value) in left.iter().filter(|(key, _)| right.iter().all(|(other, _)| other != key)) {
                prop_assert_eq!(super::super::document::get(&both, key.parts()), Some(value));
            }
        }

        #[test]
        fn nothing_over_a_value_and_a_value_over_nothing_is_the_value(a in shaped()) {
            prop_assert_eq!(merged(&a, &json!({})), a.clone());
            prop_assert_eq!(merged(&json!({}), &a), a);
        }

        #[test]
        fn every_plain_value_has_the_origin_of_the_layer_that_set_it_last(a in shaped(), b in shaped()) {
            let mut merged = Merged::built_in(a.clone());
            let text = b.to_string();
            merged.lay(&Document::read(Layer::Repository, "x.json", &text).map_err(|e| TestCaseError::fail(e.to_string()))?);
            let (mut all, mut over) = (Vec::new(), Vec::new());
            leaves(&merged.value, &KeyPath::root(), &mut all);
            leaves(&b, &KeyPath::root(), &mut over);
            for (key, _) in all {
                let layer = if over.iter().any(|(other, _)| *other == key) { Layer::Repository } else { Layer::Default };
                prop_assert_eq!(merged.origins.get(&key).map(|origin| origin.layer), Some(layer), "{}", key);
            }
        }
    }
}
