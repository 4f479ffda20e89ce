//! A GitHub on this machine: it keeps state, holds every request and every answer against GitHub's own description,
//! and can be told to misbehave.

pub(crate) mod description;
pub(crate) mod hook;
mod state;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use description::{Description, decoded};
use state::Answer;
pub(crate) use state::{State, milestone};

/// The token that this GitHub takes.
pub(crate) const TOKEN: &str = "ghp_S3cretOfTheTests";

/// How an answer goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// The connection ends before anything is done.
    DropBefore,
    /// It is done, and the connection ends before the answer.
    DropAfter,
    /// It is done, and half of the answer comes.
    Truncate,
    /// It is done, and the answer takes its time.
    Slow(Duration),
    /// It is not done; the answer is this, with these headers.
    Refuse(u16, Vec<(&'static str, String)>, Value),
    /// The answer promises a next page, whatever there is.
    EndlessPages,
}

#[derive(Debug, Default)]
struct Shared {
    state: State,
    /// Faults by the number of the request that they hit.
    faults: BTreeMap<usize, Fault>,
    /// `POST /repos/{owner}/{repo}/issues` of every request so far.
    requests: Vec<String>,
    /// How many answers were that nothing changed.
    unchanged: usize,
    /// What was asked or answered against the description.
    wrong: Vec<String>,
}

/// The server; it ends with the test.
#[derive(Debug)]
pub(crate) struct GitHub {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

impl GitHub {
    /// Begins to serve an empty repository `acme/shop`.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let server = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = Arc::clone(&server);
                std::thread::spawn(move || drop(serve(stream, &server)));
            }
        });
        Self { address, shared }
    }

    /// The API root.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at, or changes, what it keeps.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.shared().state)
    }

    /// Lets a later request go wrong: 0 is the next one.
    pub(crate) fn fail(&self, after: usize, fault: Fault) {
        let mut shared = self.shared();
        let at = shared.requests.len() + after;
        shared.faults.insert(at, fault);
    }

    /// Forgets the faults that did not happen.
    pub(crate) fn heal(&self) {
        self.shared().faults.clear();
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.shared().requests.clone()
    }

    /// How many answers so far were that nothing changed, and had no body.
    pub(crate) fn unchanged(&self) -> usize {
        self.shared().unchanged
    }

    /// Fails the test where anything was asked or answered against the description.
    #[track_caller]
    pub(crate) fn assert_described(&self) {
        let shared = self.shared();
        assert!(shared.wrong.is_empty(), "{}", shared.wrong.join("\n"));
    }
}

impl Drop for GitHub {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.assert_described();
        }
    }
}

/// A request as it came.
#[derive(Debug, Default)]
struct Request {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: BTreeMap<String, String>,
    body: Option<Value>,
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let query = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    let body = (length > 0).then(|| serde_json::from_slice(&bytes).unwrap());
    Some(Request { method, path: path.to_owned(), query, headers, body })
}

fn serve(mut stream: TcpStream, shared: &Mutex<Shared>) -> std::io::Result<()> {
    let Some(request) = read(&stream) else { return Ok(()) };
    let (fault, answer) = {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        answer(&mut shared, &request)
    };
    let mut text = if answer.body.is_null() { String::new() } else { answer.body.to_string() };
    let mut length = text.len();
    match fault {
        Some(Fault::DropBefore | Fault::DropAfter) => return Ok(()),
        Some(Fault::Slow(time)) => std::thread::sleep(time),
        Some(Fault::Truncate) => {
            text.truncate(length / 2);
            length = text.len();
        }
        Some(Fault::Refuse(..) | Fault::EndlessPages) | None => {}
    }
    write!(stream, "HTTP/1.1 {} Said\r\nConnection: close\r\nContent-Length: {length}\r\n", answer.status)?;
    write!(stream, "Content-Type: application/json; charset=utf-8\r\n")?;
    for (name, value) in &answer.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    write!(stream, "\r\n{text}")?;
    stream.flush()
}

fn answer(shared: &mut Shared, request: &Request) -> (Option<Fault>, Answer) {
    let fault = shared.faults.remove(&shared.requests.len());
    let description = Description::get();
    let operation = match description.operation(&request.method, &request.path) {
        Ok(operation) => operation,
        Err(why) => {
            shared.wrong.push(why);
            shared.requests.push(format!("{} {}", request.method, request.path));
            return (fault, Answer::refuse(404, "Not Found"));
        }
    };
    shared.requests.push(operation.name.clone());
    shared.wrong.extend(description.check_request(&operation, &request.query, request.body.as_ref()));
    shared.wrong.extend(check_headers(request));
    match &fault {
        Some(Fault::DropBefore) => return (fault, Answer::refuse(500, "")),
        Some(Fault::Refuse(status, headers, body)) => {
            let answer = Answer { status: *status, headers: headers.clone(), body: body.clone() };
            return (fault, answer);
        }
        _ => {}
    }
    let sent = request.headers.get("authorization").map(String::as_str);
    let mut answer = if sent == Some(&format!("Bearer {TOKEN}")) {
        shared.state.act(&operation, &request.query, request.body.as_ref())
    } else {
        Answer::refuse(401, "Bad credentials")
    };
    description.fill(&operation, answer.status, &mut answer.body);
    shared.wrong.extend(description.check_answer(&operation, answer.status, &answer.body));
    if request.method == "GET" && answer.status == 200 {
        // As GitHub does for every read, whether the operation's description says so or not.
        let etag = etag(&answer.body);
        if request.headers.get("if-none-match") == Some(&etag) {
            shared.unchanged += 1;
            answer = Answer { status: 304, headers: Vec::new(), body: Value::Null };
        }
        answer.headers.push(("ETag", etag));
    }
    if matches!(fault, Some(Fault::EndlessPages)) {
        answer.headers.push(("Link", "<http://127.0.0.1:1/nowhere?page=2>; rel=\"next\"".to_owned()));
    }
    (fault, answer)
}

/// A version of an answer; weak, as GitHub's are.
fn etag(body: &Value) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    body.to_string().hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}

fn check_headers(request: &Request) -> Vec<String> {
    let mut wanted = vec![("accept", "application/vnd.github+json"), ("x-github-api-version", "2022-11-28")];
    if request.body.is_some() {
        wanted.push(("content-type", "application/json"));
    }
    let is = |name: &str| request.headers.get(name).map(String::as_str);
    let mut wrong: Vec<String> = wanted
        .into_iter()
        .filter(|(name, value)| is(name) != Some(value))
        .map(|(name, value)| {
            format!("{} {}: {name} is {:?}, not {value}", request.method, request.path, is(name))
        })
        .collect();
    if is("user-agent").is_none_or(str::is_empty) {
        wrong.push("GitHub refuses requests without a user-agent".to_owned());
    }
    wrong
}
