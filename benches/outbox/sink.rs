//! A mail server that takes everything and answers at once.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

#[derive(Default)]
struct State {
    is_open: bool,
    connections: usize,
    most_connections: usize,
    arrived: usize,
    /// The `Message-ID`s.
    ids: HashSet<String>,
    last: Vec<u8>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

pub struct Sink {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

impl Sink {
    /// Greets nobody before it is opened.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let behind = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&behind);
                std::thread::spawn(move || {
                    shared.count(1);
                    drop(converse(stream, &shared));
                    shared.count(-1);
                });
            }
        });
        Self { address, shared }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn open(&self) {
        self.shared.state.lock().unwrap().is_open = true;
        self.shared.changed.notify_all();
    }

    pub fn wait_for_connections(&self, count: usize) {
        let state = self.shared.state.lock().unwrap();
        drop(self.shared.changed.wait_while(state, |state| state.connections < count).unwrap());
    }

    pub fn arrived(&self) -> usize {
        self.shared.state.lock().unwrap().arrived
    }

    /// How many different messages arrived.
    pub fn different(&self) -> usize {
        self.shared.state.lock().unwrap().ids.len()
    }

    pub fn most_connections(&self) -> usize {
        self.shared.state.lock().unwrap().most_connections
    }

    /// The e-mail that came last.
    pub fn last(&self) -> Vec<u8> {
        self.shared.state.lock().unwrap().last.clone()
    }
}

impl Shared {
    fn count(&self, change: isize) {
        let mut state = self.state.lock().unwrap();
        state.connections = state.connections.saturating_add_signed(change);
        state.most_connections = state.most_connections.max(state.connections);
        self.changed.notify_all();
    }

    fn take(&self, content: Vec<u8>) {
        let text = String::from_utf8_lossy(&content);
        let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap().to_owned();
        let mut state = self.state.lock().unwrap();
        state.arrived += 1;
        state.ids.insert(id);
        state.last = content;
    }
}

fn converse(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    drop(shared.changed.wait_while(shared.state.lock().unwrap(), |state| !state.is_open).unwrap());
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(b"220 sink\r\n")?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.get(..4).unwrap_or_default() {
            "EHLO" => stream.get_mut().write_all(b"250-sink\r\n250 8BITMIME\r\n")?,
            "DATA" => {
                stream.get_mut().write_all(b"354 go ahead\r\n")?;
                shared.take(content(&mut stream)?);
                stream.get_mut().write_all(b"250 2.0.0 Ok: queued\r\n")?;
            }
            "QUIT" => return stream.get_mut().write_all(b"221 bye\r\n"),
            _ => stream.get_mut().write_all(b"250 ok\r\n")?,
        }
    }
}

fn content(stream: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    loop {
        let start = content.len();
        if stream.read_until(b'\n', &mut content)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if &content[start..] == b".\r\n" {
            content.truncate(start);
            return Ok(content);
        }
    }
}
