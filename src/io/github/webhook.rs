//! Slack's incoming webhooks: one message to one address, which is itself the secret and is in no error.

use std::fmt;
use std::time::Duration;

use http::Method;
use serde_json::json;

use super::network::{Call, Network};
use super::port::Why;
use super::refusal::refusal;

/// Why a message did not arrive for certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undelivered {
    /// There was no connection: nothing was sent.
    Unsent(String),
    /// It was sent and nobody answered, or only that something failed: it may have arrived.
    Unknown(String),
    /// Slack took it for what it does not take.
    Refused {
        /// The status.
        status: u16,
        /// Slack's word.
        message: String,
    },
    /// Not before this many seconds from now.
    Limited {
        /// Seconds.
        wait: u64,
    },
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsent(why) => write!(f, "no connection to Slack ({why})"),
            Self::Unknown(why) => write!(f, "Slack did not answer whether it has the message ({why})"),
            Self::Refused { status, message } => write!(f, "Slack refused ({status}: {message})"),
            Self::Limited { wait } => write!(f, "Slack asks to wait {wait} seconds"),
        }
    }
}

impl std::error::Error for Undelivered {}

/// Posts a message once.
///
/// # Errors
/// [`Undelivered`]
pub fn post(url: &url::Url, text: &str, limit: Duration) -> Result<(), Undelivered> {
    let base = url.origin().ascii_serialization();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let call = Call {
        method: Method::POST,
        path: format!("{}{query}", url.path()),
        body: Some(json!({ "text": text })),
        etag: None,
        doing: "tell Slack",
    };
    let network = Network::of(&base, None).map_err(Undelivered::Unsent)?;
    let answer = match network.ask(&call, limit) {
        Ok(answer) => answer,
        // Where connecting failed no byte of the message went out.
        Err(Why::Connection(why)) if why.contains("(Connect)") => return Err(Undelivered::Unsent(why)),
        Err(Why::Connection(why) | Why::Answer(why)) => return Err(Undelivered::Unknown(why)),
        Err(Why::Time | Why::Gone | Why::Refused { .. } | Why::Limited { .. } | Why::Server { .. }) => {
            return Err(Undelivered::Unknown("it takes too long".to_owned()));
        }
    };
    match answer.status {
        200..300 => Ok(()),
        500.. => Err(Undelivered::Unknown(format!("status {}", answer.status))),
        status => Err(match refusal(status, &answer.headers, &answer.text) {
            Why::Limited { wait } => Undelivered::Limited { wait },
            Why::Connection(_)
            | Why::Time
            | Why::Refused { .. }
            | Why::Gone
            | Why::Server { .. }
            | Why::Answer(_) => Undelivered::Refused {
                status,
                message: answer.text.chars().filter(|c| !c.is_control()).take(200).collect(),
            },
        }),
    }
}
