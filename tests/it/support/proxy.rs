//! A place between the portal and its database at which the line can be cut, as a restart or a failover
//! of the server does.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Mutex<Lines>>,
}

#[derive(Debug, Default)]
struct Lines {
    is_cut: bool,
    open: Vec<TcpStream>,
}

impl Proxy {
    /// Leads to the server of that URL.
    pub fn to(url: &str) -> Self {
        let (server, _) = server_of(url).expect("a server");
        let server: String = server.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared: Arc<Mutex<Lines>> = Arc::default();
        let behind = Arc::clone(&shared);
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let mut lines = behind.lock().expect("lines");
                // A server that is down takes no call: the caller sees the connection end at once.
                if lines.is_cut {
                    continue;
                }
                let Ok(far) = TcpStream::connect(&server) else { continue };
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to) = (from.try_clone().expect("a stream"), to.try_clone().expect("a stream"));
                    std::thread::spawn(move || carry(from, to));
                }
                lines.open.extend([near, far]);
            }
        });
        Self { address, shared }
    }

    /// The same URL through here.
    pub fn url(&self, url: &str) -> String {
        let (server, _) = server_of(url).expect("a server");
        url.replacen(server, &self.address.to_string(), 1)
    }

    /// Ends every connection and takes no new one.
    pub fn cut(&self) {
        let mut lines = self.shared.lock().expect("lines");
        lines.is_cut = true;
        lines.end_all();
    }

    /// Takes connections again.
    pub fn mend(&self) {
        self.shared.lock().expect("lines").is_cut = false;
    }

    /// Ends every connection; new ones are taken at once, as after a quick failover.
    pub fn drop_all(&self) {
        self.shared.lock().expect("lines").end_all();
    }
}

impl Lines {
    fn end_all(&mut self) {
        for stream in self.open.drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Both));
    drop(from.shutdown(Shutdown::Both));
}

/// `host:port` and what follows it.
fn server_of(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = url.split_once("://")?;
    rest.split_once('@').map_or(rest, |(_, rest)| rest).split_once('/')
}
