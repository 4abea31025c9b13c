//! `keydesk serve`: runs the portal until it is told to stop.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::config::Config;
use crate::domain::clock::Clock;
use crate::server::Server;
use crate::storage::staff;

/// Starts, says where, and serves until SIGTERM or SIGINT.
pub fn run(config: Config) -> anyhow::Result<()> {
    let stop = StopSignal::listen()?;
    let server = Server::start(config, Clock::system())?;
    announce(&server);
    if !server.context().db.read(staff::has_any)? {
        say("nobody can sign in yet; make the first account with: keydesk staff add EMAIL --name NAME --role admin");
    }
    stop.wait()?;
    server.stop();
    Ok(())
}

/// Prints the address, for people and for programs that started this one.
pub fn announce(server: &Server) {
    say(&format!("listening on http://{}", server.address()));
}

/// Writes a line that is read at once, also through a pipe. That nobody reads any more is no reason
/// to end.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush()) {
        tracing::warn!(%error, "nobody reads what is printed");
    }
}

/// SIGTERM or SIGINT; the second one ends the process on the spot.
#[derive(Debug)]
pub struct StopSignal {
    bell: UnixStream,
}

impl StopSignal {
    /// From here on the signals are caught.
    pub fn listen() -> std::io::Result<Self> {
        let (bell, rope) = UnixStream::pair()?;
        let was_rung = Arc::new(AtomicBool::new(false));
        for signal in [SIGTERM, SIGINT] {
            signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&was_rung))?;
            signal_hook::flag::register(signal, Arc::clone(&was_rung))?;
            signal_hook::low_level::pipe::register(signal, rope.try_clone()?)?;
        }
        Ok(Self { bell })
    }

    pub fn wait(mut self) -> std::io::Result<()> {
        let mut byte = [0];
        self.bell.read_exact(&mut byte)
    }
}
