//! Which channels an `AsyncAPI` document sends to and receives from.

use std::collections::BTreeSet;

use serde_json::Value;

use super::tree::Tree;

/// The addresses of channels, seen from the service that the document is of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Channels {
    /// It sends to these.
    pub sends: BTreeSet<String>,
    /// It receives from these.
    pub receives: BTreeSet<String>,
}

/// The channels of an `AsyncAPI` document; none where it does not read.
///
/// In version 3 operations say `send` or `receive`. In version 2 `subscribe` is what the service produces, for others
/// to subscribe to, and `publish` what it consumes (`AsyncAPI` 2.6, *Channel Item Object*).
#[must_use]
pub fn channels(text: &str) -> Channels {
    let mut found = Channels::default();
    let Ok(Tree { value, .. }) = Tree::read(text, text.trim_start().starts_with('{')) else { return found };
    let empty = serde_json::Map::new();
    let channels = value.get("channels").and_then(Value::as_object).unwrap_or(&empty);
    for (name, channel) in channels {
        if channel.get("subscribe").is_some() {
            found.sends.insert(name.clone());
        }
        if channel.get("publish").is_some() {
            found.receives.insert(name.clone());
        }
    }
    for operation in value.get("operations").and_then(Value::as_object).unwrap_or(&empty).values() {
        let reference =
            operation.get("channel").and_then(|channel| channel.get("$ref")).and_then(Value::as_str);
        let Some(name) = reference.and_then(|reference| reference.strip_prefix("#/channels/")) else {
            continue;
        };
        let name = name.replace("~1", "/").replace("~0", "~");
        let address = channels.get(&name).and_then(|channel| channel.get("address")).and_then(Value::as_str);
        let address = address.unwrap_or(&name).to_owned();
        match operation.get("action").and_then(Value::as_str) {
            Some("send") => found.sends.insert(address),
            Some("receive") => found.receives.insert(address),
            _ => false,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (Vec<String>, Vec<String>) {
        let found = channels(text);
        (found.sends.into_iter().collect(), found.receives.into_iter().collect())
    }

    #[test]
    fn both_versions_say_who_sends() {
        let two =
            "asyncapi: 2.6.0\nchannels:\n  order/paid:\n    subscribe: {}\n  order/made:\n    publish: {}\n";
        let expected = (vec!["order/paid".to_owned()], vec!["order/made".to_owned()]);
        assert_eq!(told(two), expected);
        let three = "asyncapi: 3.0.0\nchannels:\n  paid: {address: order/paid}\n  order/made: {}\noperations:\n  \
                     a: {action: send, channel: {$ref: '#/channels/paid'}}\n  \
                     b: {action: receive, channel: {$ref: '#/channels/order~1made'}}\n  c: {action: send}\n";
        assert_eq!(told(three), expected);
        assert_eq!(told("channels: ["), (vec![], vec![]));
    }
}
