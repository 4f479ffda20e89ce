//! One connection, one request, one answer: the only asynchronous file, with a runtime of its own on this thread.
//!
//! Nothing is tried twice here.

use std::time::Duration;

use http::header::{ACCEPT, HeaderMap, IF_NONE_MATCH};
use http::request::Builder;
use octocrab::Octocrab;
use octocrab::service::middleware::retry::RetryConfig;
use serde_json::Value;

use super::auth::Token;
use super::port::Why;

/// How long a connection, and each wait for an answer, may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const READ_LIMIT: Duration = Duration::from_secs(20);

/// A client of one address.
pub(super) struct Network {
    runtime: tokio::runtime::Runtime,
    client: Octocrab,
}

/// One request.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) method: http::Method,
    pub(super) path: String,
    pub(super) body: Option<Value>,
    /// The version that is known already.
    pub(super) etag: Option<String>,
    pub(super) doing: &'a str,
}

/// An answer, whatever it says.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    /// A header, where it is a text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Network {
    /// A client of an address; nothing is sent yet. An error is a text without secrets.
    pub(super) fn of(base: &str, token: Option<&Token>) -> Result<Self, String> {
        let text = |error: &dyn std::error::Error| causes(error);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| text(&error))?;
        let guard = runtime.enter();
        let mut builder = Octocrab::builder()
            .add_retry_config(RetryConfig::None)
            .add_header(ACCEPT, "application/vnd.github+json".to_owned())
            .set_connect_timeout(Some(CONNECT_LIMIT))
            .set_read_timeout(Some(READ_LIMIT))
            .set_write_timeout(Some(READ_LIMIT))
            .base_uri(base)
            .map_err(|error| text(&error))?;
        if let Some(token) = token {
            builder = builder.personal_token(token.secret().to_owned());
        }
        let client = builder.build().map_err(|error| text(&error))?;
        drop(guard);
        Ok(Self { runtime, client })
    }

    /// Asks once and waits for the whole answer, for `limit` at most.
    pub(super) fn ask(&self, call: &Call<'_>, limit: Duration) -> Result<Answer, Why> {
        let limit = limit.min(READ_LIMIT);
        self.runtime
            .block_on(async { tokio::time::timeout(limit, ask(&self.client, call)).await })
            .unwrap_or(Err(Why::Time))
    }
}

/// One request and the whole of its answer.
async fn ask(client: &Octocrab, call: &Call<'_>) -> Result<Answer, Why> {
    let lost = |error: octocrab::Error| Why::Connection(causes(&error));
    let mut builder = Builder::new().method(call.method.clone()).uri(call.path.as_str());
    if let Some(etag) = &call.etag {
        builder = builder.header(IF_NONE_MATCH, etag.as_str());
    }
    let request = client.build_request(builder, call.body.as_ref()).map_err(lost)?;
    let response = client.execute(request).await.map_err(lost)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = client.body_to_string(response).await.map_err(lost)?;
    Ok(Answer { status, headers, text })
}

/// An error with its causes. None of them holds a header of the request.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = String::new();
    let mut cause = Some(error);
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(more.lines().next().unwrap_or_default()) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(more.lines().next().unwrap_or_default());
        }
        cause = inner.source();
    }
    text
}
