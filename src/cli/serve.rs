//! `keydesk serve`: runs the portal until it receives a stop signal.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::config::{BaseUrl, Config};
use crate::domain::clock::Clock;
use crate::server::Server;
use crate::storage::staff;

/// Starts, prints the address, and serves until SIGTERM or SIGINT.
pub(crate) fn run(config: Config) -> anyhow::Result<()> {
    let stop = StopSignal::listen()?;
    let server = Server::start(config, Clock::system())?;
    announce(&server);
    if !server.context().db.read(staff::has_any)? {
        say("nobody can sign in yet; create the first account with: keydesk staff add EMAIL --name NAME --role admin");
    }
    stop.wait()?;
    server.stop();
    Ok(())
}

/// Prints where it can be reached from this machine, for people and for programs that started this one.
pub(crate) fn announce(server: &Server) {
    say(&format!("listening on {}", BaseUrl::of_listener(server.address())));
}

/// Prints a line and flushes it, so that it arrives at once through a pipe too. A closed pipe does not end the
/// process.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush()) {
        tracing::warn!(%error, "cannot write to standard output");
    }
}

/// Waits for SIGTERM or SIGINT; a second signal ends the process immediately.
#[derive(Debug)]
pub(crate) struct StopSignal {
    receiver: UnixStream,
}

impl StopSignal {
    /// Installs the signal handlers.
    pub(crate) fn listen() -> std::io::Result<Self> {
        let (receiver, sender) = UnixStream::pair()?;
        let is_stopping = Arc::new(AtomicBool::new(false));
        for signal in [SIGTERM, SIGINT] {
            signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&is_stopping))?;
            signal_hook::flag::register(signal, Arc::clone(&is_stopping))?;
            signal_hook::low_level::pipe::register(signal, sender.try_clone()?)?;
        }
        Ok(Self { receiver })
    }

    pub(crate) fn wait(mut self) -> std::io::Result<()> {
        let mut byte = [0];
        self.receiver.read_exact(&mut byte)
    }
}
