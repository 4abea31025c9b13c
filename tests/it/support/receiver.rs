//! A receiver of webhooks: a real HTTP server that does as it is told and remembers what came.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// One webhook that came.
#[derive(Debug, Clone)]
pub struct Received {
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// The event's type.
    pub fn event(&self) -> String {
        self.json()["type"].as_str().expect("a type").to_owned()
    }
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    status: u16,
    location: Option<String>,
    /// Answers wait while this is set.
    is_held: bool,
}

pub struct Receiver {
    address: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl Receiver {
    /// Answers 204 until told otherwise.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new((Mutex::new(State { status: 204, ..State::default() }), Condvar::new()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &shared));
            }
        });
        Self { address, state }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Answers with this status from here on.
    pub fn answer(&self, status: u16) {
        self.state.0.lock().expect("locked").status = status;
    }

    /// Answers with a redirect.
    pub fn redirect_to(&self, location: &str) {
        let mut state = self.state.0.lock().expect("locked");
        (state.status, state.location) = (302, Some(location.to_owned()));
    }

    /// Lets everybody wait for an answer, or no longer.
    pub fn hold(&self, is_held: bool) {
        self.state.0.lock().expect("locked").is_held = is_held;
        self.state.1.notify_all();
    }

    /// What came so far.
    pub fn received(&self) -> Vec<Received> {
        self.state.0.lock().expect("locked").received.clone()
    }

    pub fn bodies(&self) -> Vec<String> {
        self.received().into_iter().map(|received| received.body).collect()
    }

    pub fn events(&self) -> Vec<String> {
        self.received().iter().map(Received::event).collect()
    }

    /// Waits until so many have come.
    pub fn wait_for(&self, count: usize) -> Vec<Received> {
        let (state, bell) = &*self.state;
        let guard = state.lock().expect("locked");
        let waited = bell.wait_timeout_while(guard, Duration::from_secs(30), |state| state.received.len() < count);
        let (guard, _) = waited.expect("locked");
        assert!(guard.received.len() >= count, "{} of {count} came", guard.received.len());
        guard.received.clone()
    }
}

fn serve(stream: TcpStream, shared: &(Mutex<State>, Condvar)) {
    let mut stream = BufReader::new(stream);
    while let Some(received) = read(&mut stream) {
        let (state, bell) = shared;
        let mut guard = state.lock().expect("locked");
        guard.received.push(received);
        bell.notify_all();
        let guard = bell.wait_while(guard, |state| state.is_held).expect("locked");
        let location = guard.location.as_ref().map(|to| format!("location: {to}\r\n")).unwrap_or_default();
        let answer = format!("HTTP/1.1 {} Done\r\n{location}content-length: 0\r\n\r\n", guard.status);
        drop(guard);
        if stream.get_mut().write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn read(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut headers = Vec::new();
    let mut first = String::new();
    stream.read_line(&mut first).ok().filter(|read| *read > 0)?;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Received { headers, body: String::from_utf8(body).expect("UTF-8") })
}
