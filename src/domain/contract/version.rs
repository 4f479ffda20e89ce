//! What a contract says its version is.

use serde_json::Value;

use super::Kind;
use super::tree::Tree;

/// `info.version` of an OpenAPI or AsyncAPI document; `None` in any other language, or where it does not read.
#[must_use]
pub fn declared_version(kind: Kind, text: &str) -> Option<String> {
    if !matches!(kind, Kind::OpenApi | Kind::AsyncApi) {
        return None;
    }
    let tree = Tree::read(text, text.trim_start().starts_with('{')).ok()?;
    match tree.value.get("info")?.get("version")? {
        Value::String(version) if !version.trim().is_empty() => Some(version.trim().to_owned()),
        Value::Number(version) => Some(version.to_string()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_where_there_are_any() {
        let version = |kind, text| declared_version(kind, text);
        assert_eq!(version(Kind::OpenApi, "info:\n  version: '2.1'\n").as_deref(), Some("2.1"));
        assert_eq!(version(Kind::AsyncApi, "{\"info\": {\"version\": 3}}").as_deref(), Some("3"));
        assert_eq!(version(Kind::OpenApi, "paths: {}\n"), None);
        assert_eq!(version(Kind::GraphQl, "info:\n  version: 1\n"), None);
        assert_eq!(version(Kind::OpenApi, "info: ["), None);
    }
}
