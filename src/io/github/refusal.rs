//! What an answer that is no success means.

use http::header::HeaderMap;
use serde::Deserialize;
use serde_json::Value;

use super::port::Why;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    message: String,
    errors: Vec<Value>,
}

/// What an answer that is no success means.
pub(super) fn refusal(status: u16, headers: &HeaderMap, text: &str) -> Why {
    let said: Refusal = serde_json::from_str(text).unwrap_or_default();
    let number = |name: &str| -> Option<u64> { headers.get(name)?.to_str().ok()?.trim().parse().ok() };
    let lower = said.message.to_lowercase();
    let is_spent = number("x-ratelimit-remaining") == Some(0);
    let is_limit = status == 429
        || (status == 403
            && (is_spent
                || number("retry-after").is_some()
                || lower.contains("rate limit")
                || lower.contains("abuse detection")));
    if is_limit {
        // The reset is a time of GitHub's clock, which its own `date` tells.
        let until_reset = number("x-ratelimit-reset").filter(|_| is_spent).map(|reset| {
            let date = headers.get("date").and_then(|date| date.to_str().ok());
            let now = date.and_then(|date| chrono::DateTime::parse_from_rfc2822(date).ok());
            let now = now.and_then(|now| u64::try_from(now.timestamp()).ok());
            now.map_or(60, |now| reset.saturating_sub(now))
        });
        return Why::Limited { wait: number("retry-after").or(until_reset).unwrap_or(60).max(1) };
    }
    if status >= 500 {
        return Why::Server { status };
    }
    let mut message = if said.message.is_empty() { "no reason was given".to_owned() } else { said.message };
    for error in said.errors.iter().take(5) {
        let field = error.get("field").and_then(Value::as_str);
        let code = error.get("code").and_then(Value::as_str);
        let said = error.get("message").and_then(Value::as_str).or_else(|| error.as_str());
        let parts: Vec<&str> = [field, code, said].into_iter().flatten().collect();
        message.push_str("; ");
        message.push_str(&parts.join(" "));
    }
    Why::Refused { status, message: message.chars().filter(|c| !c.is_control()).take(500).collect() }
}

#[cfg(test)]
mod tests {
    use http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_limit_is_told_from_a_refusal() {
        let why = |status, pairs, text| refusal(status, &headers(pairs), text);
        assert_eq!(why(429, &[], ""), Why::Limited { wait: 60 });
        assert_eq!(why(403, &[("retry-after", "7")], "{}"), Why::Limited { wait: 7 });
        let secondary = r#"{"message": "You have exceeded a secondary rate limit"}"#;
        assert_eq!(why(403, &[], secondary), Why::Limited { wait: 60 });
        let spent = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1748851210"),
            ("date", "Mon, 02 Jun 2025 08:00:00 GMT"),
        ];
        assert_eq!(why(403, &spent, "{}"), Why::Limited { wait: 10 });
        let plain =
            why(403, &[("x-ratelimit-remaining", "4000")], r#"{"message": "Resource not accessible"}"#);
        assert_eq!(plain, Why::Refused { status: 403, message: "Resource not accessible".to_owned() });
        assert_eq!(why(502, &[], "<html>"), Why::Server { status: 502 });
    }

    #[test]
    fn a_refusal_names_its_fields() {
        let text = r#"{"message": "Validation Failed", "errors": [{"resource": "Label", "field": "name",
            "code": "already_exists"}, "and\u001b[2J more"]}"#;
        let Why::Refused { message, .. } = refusal(422, &HeaderMap::new(), text) else { panic!() };
        assert_eq!(message, "Validation Failed; name already_exists; and[2J more");
    }
}
