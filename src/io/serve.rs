//! One page on loopback, which reloads itself when it changes.
//!
//! Nobody but this machine's own browser may read it. The server listens on 127.0.0.1 only; a request whose `Host` is
//! not that address is refused, so that a name which somebody else's DNS points here (DNS rebinding) reads nothing;
//! and no other origin is allowed to read, embed or frame what it answers.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// Most requests at one time.
const MOST_REQUESTS: usize = 64;

/// How long a browser may take to ask or to read.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long an answer to `/changed` waits for a change.
const WAIT: Duration = Duration::from_secs(25);

const SCRIPT: &str = include_str!("../../templates/report/reload.js");

/// A server of one page; it ends with the program.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shown: Arc<Shown>,
}

#[derive(Debug, Default)]
struct Shown {
    page: Mutex<Page>,
    changed: Condvar,
    requests: AtomicUsize,
}

#[derive(Debug, Default, Clone)]
struct Page {
    version: u64,
    html: Arc<str>,
}

impl Server {
    /// Listens on a port of 127.0.0.1; 0 takes one that is free.
    ///
    /// # Errors
    /// The port is taken or may not be had.
    pub fn listen(port: u16, html: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let shown = Arc::new(Shown::default());
        let server = Self { address, shown: Arc::clone(&shown) };
        server.show(html);
        std::thread::Builder::new().name("serve".to_owned()).spawn(move || {
            for stream in listener.incoming().flatten() {
                let shown = Arc::clone(&shown);
                if shown.requests.fetch_add(1, Ordering::SeqCst) >= MOST_REQUESTS {
                    shown.requests.fetch_sub(1, Ordering::SeqCst);
                    continue;
                }
                let answering = Arc::clone(&shown);
                let answer = move || {
                    // Whoever went away before the answer gets none.
                    let _ = answer(&answering, stream, address);
                    answering.requests.fetch_sub(1, Ordering::SeqCst);
                };
                if std::thread::Builder::new().name("request".to_owned()).spawn(answer).is_err() {
                    shown.requests.fetch_sub(1, Ordering::SeqCst);
                }
            }
        })?;
        Ok(server)
    }

    /// Where the page is.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Shows another page from now on; whoever looks at the old one reloads it.
    pub fn show(&self, html: &str) {
        let mut page = self.shown.lock();
        page.version += 1;
        // The page says which version it is, so that no change between two requests is missed.
        let script =
            format!("<script src=\"/reload.js\" data-version=\"{}\" defer></script>\n</body>", page.version);
        page.html = html.replacen("</body>", &script, 1).into();
        drop(page);
        self.shown.changed.notify_all();
    }
}

impl Shown {
    fn lock(&self) -> MutexGuard<'_, Page> {
        self.page.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The version, as soon as it is another one, or after a while.
    fn version_after(&self, seen: u64) -> u64 {
        let same = |page: &mut Page| page.version == seen;
        let waited = self.changed.wait_timeout_while(self.lock(), WAIT, same);
        waited.map_or_else(|error| error.into_inner().0.version, |(page, _)| page.version)
    }
}

/// What is answered: status, kind of content, content.
type Answer = (&'static str, &'static str, Arc<str>);

fn answer(shown: &Shown, mut stream: TcpStream, address: SocketAddr) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let Some(head) = read_head(&mut stream)? else { return Ok(()) };
    let mut headers = [httparse::EMPTY_HEADER; 96];
    let mut request = httparse::Request::new(&mut headers);
    let text = |status: &'static str, text: &str| -> Answer { (status, "text/plain", text.into()) };
    let (with_body, (status, kind, body)) = match request.parse(&head) {
        Ok(httparse::Status::Complete(_)) => {
            let hosts: Vec<&[u8]> = request
                .headers
                .iter()
                .filter(|header| header.name.eq_ignore_ascii_case("host"))
                .map(|header| header.value)
                .collect();
            let method = request.method.unwrap_or_default();
            let answer = match (hosts.as_slice(), method) {
                ([host], _) if !is_own(host, address) => {
                    text("421 Misdirected Request", "no such host here\n")
                }
                ([_], "GET" | "HEAD") => page_of(shown, request.path.unwrap_or_default()),
                ([_], _) => text("405 Method Not Allowed", "this page can only be read\n"),
                (_, _) => text("400 Bad Request", "one host, please\n"),
            };
            (method != "HEAD", answer)
        }
        Ok(httparse::Status::Partial) | Err(_) => (true, text("400 Bad Request", "no request\n")),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Connection: close\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    if with_body {
        stream.write_all(body.as_bytes())?;
    }
    stream.flush()
}

/// The head of a request up to the empty line; `None` where it is too long or never ends.
fn read_head(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    let mut part = [0; 2048];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut part)?;
        if read == 0 || head.len() + read > LONGEST_HEAD {
            return Ok(None);
        }
        head.extend(part.iter().take(read));
    }
    Ok(Some(head))
}

/// True for the names under which this machine's own browser asks for this port.
fn is_own(host: &[u8], address: SocketAddr) -> bool {
    let Some((name, port)) = std::str::from_utf8(host).ok().and_then(|host| host.trim().rsplit_once(':'))
    else {
        return false;
    };
    port.parse() == Ok(address.port()) && (name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost"))
}

fn page_of(shown: &Shown, path: &str) -> Answer {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    match path {
        "/" => ("200 OK", "text/html", Arc::clone(&shown.lock().html)),
        "/reload.js" => ("200 OK", "text/javascript", SCRIPT.into()),
        "/changed" => {
            let seen = query.strip_prefix("after=").and_then(|seen| seen.parse().ok()).unwrap_or_default();
            ("200 OK", "text/plain", shown.version_after(seen).to_string().into())
        }
        _ => ("404 Not Found", "text/plain", "there is one page: /\n".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(request.replace("PORT", &server.address().port().to_string()).as_bytes()).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    fn get(server: &Server, path: &str) -> String {
        ask(server, &format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n"))
    }

    #[test]
    fn the_page_is_served_and_asks_for_the_next_one() {
        let server = Server::listen(0, "<body>one</body>").unwrap();
        assert!(server.address().ip().is_loopback());
        let page = get(&server, "/");
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        assert!(page.contains("one<script src=\"/reload.js\" data-version=\"1\" defer>"), "{page}");
        assert!(!page.contains("Access-Control"), "{page}");
        assert!(get(&server, "/changed?after=0").ends_with("\r\n\r\n1"));
        assert!(get(&server, "/reload.js").contains("/changed?after="));
        let (waiting, page) = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| get(&server, "/changed?after=1"));
            std::thread::sleep(Duration::from_millis(50));
            server.show("<body>two</body>");
            (waiting.join().unwrap(), get(&server, "/"))
        });
        assert!(waiting.ends_with("\r\n\r\n2"), "{waiting}");
        assert!(page.contains("two<script"), "{page}");
        let head = ask(&server, "HEAD / HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n");
        assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
    }

    #[test]
    fn nobody_else_reads_it() {
        let server = Server::listen(0, "<body>secret</body>").unwrap();
        for (request, status) in [
            ("GET / HTTP/1.1\r\nHost: evil.example:PORT\r\n\r\n", "421"),
            ("GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example:PORT\r\n\r\n", "421"),
            ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "421"),
            ("GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", "421"),
            ("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nHost: evil.example\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\n\r\n", "400"),
            ("GET / HTTP/1.0\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n", "405"),
            ("GET /../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n", "404"),
            ("nonsense\r\n\r\n", "400"),
        ] {
            let answer = ask(&server, request);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request:?}: {answer}");
            assert!(!answer.contains("secret"), "{request:?}: {answer}");
        }
        let long =
            format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX: {}\r\n\r\n", "x".repeat(2 * LONGEST_HEAD));
        assert_eq!(ask(&server, &long), "", "a head without an end is not read to it");
    }
}
