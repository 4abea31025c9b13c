//! A mail server that takes everything and counts how often each message came.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// When each message came, by its `Message-ID` without the domain.
type Arrivals = HashMap<String, Vec<Instant>>;

pub struct Mailbox {
    address: SocketAddr,
    arrivals: Arc<Mutex<Arrivals>>,
}

impl Mailbox {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let arrivals: Arc<Mutex<Arrivals>> = Arc::default();
        let behind = Arc::clone(&arrivals);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let arrivals = Arc::clone(&behind);
                std::thread::spawn(move || drop(converse(stream, &arrivals)));
            }
        });
        Self { address, arrivals }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// All that came since it was last asked.
    pub fn take(&self) -> Arrivals {
        std::mem::take(&mut self.arrivals.lock().unwrap())
    }
}

fn converse(mut stream: TcpStream, arrivals: &Mutex<Arrivals>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream.try_clone()?);
    stream.write_all(b"220 bench ESMTP\r\n")?;
    let mut line = String::new();
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        if verb != "DATA" {
            let is_end = verb == "QUIT";
            stream.write_all(if is_end { b"221 bye\r\n" } else { b"250 ok\r\n" })?;
            continue;
        }
        stream.write_all(b"354 go ahead\r\n")?;
        let mut id = String::new();
        loop {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if let Some(rest) = line.strip_prefix("Message-ID: <") {
                rest.split('@').next().unwrap_or_default().clone_into(&mut id);
            }
            if line == ".\r\n" {
                break;
            }
        }
        // Counted before it is acknowledged: a sender that dies in between has sent it all the same.
        arrivals.lock().unwrap().entry(id).or_default().push(Instant::now());
        stream.write_all(b"250 2.0.0 Ok\r\n")?;
    }
}
