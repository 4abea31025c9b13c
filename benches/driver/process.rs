//! The program in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_keydesk");

pub struct Portal {
    child: Child,
    pub address: SocketAddr,
    pub ready_after: Duration,
}

impl Portal {
    /// Starts it on a data directory; `settings` are further variables of its environment.
    pub fn start(data_dir: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start_program(PROGRAM, data_dir, settings)
    }

    /// Starts another version's program in the same way.
    #[allow(dead_code, reason = "not every bench compares versions")]
    pub fn start_program(program: &str, data_dir: &Path, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program);
        command
            .arg("serve")
            .env("KEYDESK_DATA_DIR", data_dir)
            .env("KEYDESK_LISTEN", "127.0.0.1:0")
            .env("KEYDESK_LOG_LEVEL", "warn")
            .env_remove("DATABASE_URL")
            .env_remove("KEYDESK_SMTP_URL")
            .envs(settings.iter().copied());
        Self::run(command)
    }

    /// Runs a server that says where it listens, as the program does.
    pub fn run(mut command: Command) -> Self {
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address =
            lines.find_map(|line| Some(line.split_once("listening on http://")?.1.trim().to_owned())).unwrap();
        Self { child, address: address.parse().unwrap(), ready_after: started.elapsed() }
    }

    /// `kill -9`, and nothing is left of it.
    #[allow(dead_code, reason = "not every bench kills")]
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// How many files and connections it has open.
    #[allow(dead_code, reason = "not every bench counts them")]
    pub fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).map_or(0, Iterator::count)
    }

    /// Resident memory in MB.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most resident memory so far, in MB.
    #[allow(dead_code, reason = "not every bench asks for it")]
    pub fn peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        let kilobytes = line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        kilobytes / 1024
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
