//! A webhook on this machine: it keeps what it was sent, and can lose its answers.

use std::io::Write;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};

/// What came, and how the next answers go.
#[derive(Debug, Default)]
struct Heard {
    texts: Vec<String>,
    /// How many answers are lost after the message was taken.
    lose: usize,
    /// The status of all other answers, where it is not 200.
    status: Option<u16>,
}

/// The webhook; it ends with the test.
#[derive(Debug)]
pub(crate) struct Hook {
    port: u16,
    heard: Arc<Mutex<Heard>>,
}

impl Hook {
    /// Begins to listen.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let server = Arc::clone(&heard);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let Some(request) = super::read(&stream) else { continue };
                assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/services/T0/s3cret"));
                assert!(!request.headers.contains_key("authorization"), "a token went to Slack");
                let mut heard = server.lock().unwrap_or_else(PoisonError::into_inner);
                let status = heard.status.unwrap_or(200);
                if status == 200 {
                    heard.texts.push(request.body.unwrap()["text"].as_str().unwrap().to_owned());
                }
                if heard.lose > 0 {
                    heard.lose -= 1;
                    continue;
                }
                let head = format!("HTTP/1.1 {status} Said\r\nConnection: close\r\nContent-Length: 2\r\n");
                drop(write!(stream, "{head}\r\nok"));
            }
        });
        Self { port, heard }
    }

    /// Its address, which is a secret.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/services/T0/s3cret", self.port)
    }

    /// Loses the next answers; the messages are taken.
    pub(crate) fn lose(&self, count: usize) {
        self.heard.lock().unwrap().lose = count;
    }

    /// Answers with this status and takes nothing; 200 takes again.
    pub(crate) fn answer(&self, status: u16) {
        self.heard.lock().unwrap().status = Some(status);
    }

    /// What was taken.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.heard.lock().unwrap().texts.clone()
    }
}
