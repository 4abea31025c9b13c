//! The real program as a process of its own: started, asked, killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::app::TestApp;

const PROGRAM: &str = env!("CARGO_BIN_EXE_keydesk");

/// The program with nothing of this machine's configuration.
pub fn keydesk(data_dir: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("KEYDESK_") || name == "DATABASE_URL" {
            command.env_remove(name);
        }
    }
    command
        .current_dir(data_dir.parent().unwrap_or(data_dir))
        .env("KEYDESK_DATA_DIR", data_dir)
        .env("KEYDESK_UNDO", "0s");
    command
}

/// Runs a command to its end, with this on standard input.
pub fn run(mut command: Command, input: &str) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("standard input");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("written");
    output
}

/// Runs a command on the data of a running portal.
pub fn say(app: &TestApp, arguments: &[&str], input: &str) -> Output {
    let mut command = keydesk(&app.data_dir());
    command.args(arguments).env("DATABASE_URL", &app.database.url);
    run(command, input)
}

/// What a command printed that did its work.
pub fn lines(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The one line that a failed command says.
pub fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.trim().lines().count(), 1, "{text}");
    text.trim().to_owned()
}

/// A portal in a process of its own.
pub struct Portal {
    child: Child,
    pub address: SocketAddr,
    /// All that was printed before it listened.
    pub greeting: String,
}

impl Portal {
    /// Another node on the database of a running portal.
    pub fn beside(app: &TestApp) -> Self {
        let mut command = keydesk(&app.data_dir());
        command.arg("serve").env("DATABASE_URL", &app.database.url).env("KEYDESK_SMTP_URL", app.mailbox.url());
        Self::start(command)
    }

    /// Starts `command` (serve or demo) on a free port and waits until it listens.
    pub fn start(mut command: Command) -> Self {
        command.stderr(Stdio::piped());
        Self::start_logging_to(command)
    }

    /// The same with a standard error of the caller's choice.
    pub fn start_logging_to(mut command: Command) -> Self {
        command.env("KEYDESK_LISTEN", "127.0.0.1:0").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let (found, wait) = mpsc::channel();
        let stdout = child.stdout.take().expect("standard output");
        std::thread::spawn(move || {
            let mut greeting = String::new();
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                greeting.push_str(&line);
                greeting.push('\n');
                if let Some((_, address)) = line.split_once("listening on http://") {
                    drop(found.send((address.trim().to_owned(), greeting.clone())));
                }
            }
        });
        // Standard error must be read, or a talkative process would wait for us.
        let stderr = child.stderr.take();
        let errors = std::thread::spawn(move || {
            let mut text = String::new();
            drop(stderr.map(|mut stderr| stderr.read_to_string(&mut text)));
            text
        });
        let Ok((address, greeting)) = wait.recv_timeout(Duration::from_secs(60)) else {
            drop(child.kill());
            panic!("it does not listen: {}", errors.join().unwrap_or_default());
        };
        Self { child, address: address.parse().expect("an address"), greeting }
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// SIGTERM, and the exit code.
    pub fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
        self.child.wait().expect("gone").code()
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
