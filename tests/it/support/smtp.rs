//! A mail server of our own on a loopback port, that accepts, refuses, hangs or dies as it is told.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::mail::Mail;

/// Where in the conversation something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Greeting,
    Ehlo,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the final dot.
    Content,
}

/// What the server does there instead of being content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behavior {
    Reply(Stage, String),
    /// Says nothing until the client goes away.
    Hang(Stage),
    /// Closes the connection; at [`Stage::Content`] in the middle of the message.
    Die(Stage),
    /// Says that it takes the recipient, three characters each time that the test lets it say more.
    TrickleRcpt,
}

impl Behavior {
    fn stage(&self) -> Stage {
        match self {
            Self::Reply(stage, _) | Self::Hang(stage) | Self::Die(stage) => *stage,
            Self::TrickleRcpt => Stage::Rcpt,
        }
    }
}

#[derive(Debug, Default)]
struct Inbox {
    mails: Vec<Mail>,
    next: VecDeque<Behavior>,
    always: Option<Behavior>,
    /// How many more pieces of trickling replies may be said.
    pieces: usize,
}

#[derive(Debug)]
struct Shared {
    inbox: Mutex<Inbox>,
    arrived: Condvar,
    is_closed: AtomicBool,
}

#[derive(Debug)]
pub struct SmtpServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl SmtpServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared =
            Arc::new(Shared { inbox: Mutex::default(), arrived: Condvar::new(), is_closed: AtomicBool::new(false) });
        let behind = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if behind.is_closed.load(Ordering::SeqCst) {
                    drop(stream);
                    continue;
                }
                let shared = Arc::clone(&behind);
                std::thread::spawn(move || drop(converse(stream, &shared)));
            }
        });
        Self { address, shared }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn url_with(&self, user: &str, password: &str) -> String {
        format!("smtp://{user}:{password}@{}", self.address)
    }

    /// What the next message meets; several calls make a line.
    pub fn next(&self, behavior: Behavior) {
        self.shared.inbox.lock().expect("inbox").next.push_back(behavior);
    }

    /// How many of those are still to be met.
    pub fn planned(&self) -> usize {
        self.shared.inbox.lock().expect("inbox").next.len()
    }

    /// What every message meets that nothing of its own is waiting for.
    pub fn always(&self, behavior: Behavior) {
        self.shared.inbox.lock().expect("inbox").always = Some(behavior);
    }

    /// Closes every new connection at once, as a server that is down.
    pub fn close(&self) {
        self.shared.is_closed.store(true, Ordering::SeqCst);
    }

    pub fn open(&self) {
        self.shared.is_closed.store(false, Ordering::SeqCst);
    }

    /// Lets trickling replies go on for so many pieces.
    pub fn let_trickle(&self, pieces: usize) {
        self.shared.inbox.lock().expect("inbox").pieces += pieces;
        self.shared.arrived.notify_all();
    }

    /// All that came in.
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.inbox.lock().expect("inbox").mails.clone()
    }

    pub fn count(&self) -> usize {
        self.shared.inbox.lock().expect("inbox").mails.len()
    }

    /// The only one that came in.
    pub fn only(&self) -> Mail {
        let mails = self.mails();
        assert_eq!(mails.len(), 1, "one e-mail was expected");
        mails[0].clone()
    }

    /// Waits until `count` e-mails are there.
    pub fn wait_for(&self, count: usize) -> Vec<Mail> {
        let inbox = self.shared.inbox.lock().expect("inbox");
        let (inbox, waited) = self
            .shared
            .arrived
            .wait_timeout_while(inbox, Duration::from_secs(30), |inbox| inbox.mails.len() < count)
            .expect("inbox");
        assert!(!waited.timed_out(), "{} of {count} e-mails came", inbox.mails.len());
        inbox.mails.clone()
    }
}

/// The behavior that begins with the next message; it is used up.
fn take_behavior(shared: &Shared) -> Option<Behavior> {
    let mut inbox = shared.inbox.lock().expect("inbox");
    inbox.next.pop_front().or_else(|| inbox.always.clone())
}

/// Does what is told for this stage: `Some(true)` a reply was given, `Some(false)` the conversation ends.
fn misbehave(stream: &mut TcpStream, behavior: Option<&Behavior>, stage: Stage) -> Option<bool> {
    let behavior = behavior.filter(|behavior| behavior.stage() == stage)?;
    match behavior {
        Behavior::Reply(_, text) => {
            drop(write!(stream, "{text}\r\n"));
            Some(true)
        }
        Behavior::Hang(_) => {
            let mut rest = BufReader::new(stream);
            let mut line = Vec::new();
            while rest.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {}
            Some(false)
        }
        Behavior::Die(_) => Some(false),
        Behavior::TrickleRcpt => None,
    }
}

/// Writes a reply in pieces, each when the test lets it.
fn trickle(stream: &mut TcpStream, shared: &Shared, reply: &str) -> std::io::Result<()> {
    for piece in reply.as_bytes().chunks(3) {
        let inbox = shared.inbox.lock().expect("inbox");
        let mut inbox = shared.arrived.wait_while(inbox, |inbox| inbox.pieces == 0).expect("inbox");
        inbox.pieces -= 1;
        drop(inbox);
        stream.write_all(piece)?;
    }
    Ok(())
}

fn converse(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut behavior = take_behavior(shared);
    let mut is_fresh = true;
    let mut reader = BufReader::new(stream.try_clone()?);
    match misbehave(&mut stream, behavior.as_ref(), Stage::Greeting) {
        Some(_) => return Ok(()),
        None => write!(stream, "220 mail.example ESMTP\r\n")?,
    }
    let (mut from, mut to) = (String::new(), Vec::new());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let stage = match verb.as_str() {
            "EHLO" | "HELO" => Stage::Ehlo,
            "AUTH" => Stage::Auth,
            "MAIL" => {
                // A connection that is used again meets the next behavior.
                if !is_fresh {
                    behavior = take_behavior(shared);
                }
                is_fresh = false;
                Stage::Mail
            }
            "RCPT" => Stage::Rcpt,
            "DATA" => Stage::Data,
            "QUIT" => {
                write!(stream, "221 bye\r\n")?;
                return Ok(());
            }
            _ => {
                write!(stream, "250 ok\r\n")?;
                continue;
            }
        };
        match misbehave(&mut stream, behavior.as_ref(), stage) {
            Some(true) => continue,
            Some(false) => return Ok(()),
            None => {}
        }
        match stage {
            Stage::Ehlo => write!(stream, "250-mail.example\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n")?,
            Stage::Auth => write!(stream, "235 welcome\r\n")?,
            Stage::Mail => {
                from = address(&line);
                to.clear();
                write!(stream, "250 2.1.0 sender ok\r\n")?;
            }
            Stage::Rcpt => {
                to.push(address(&line));
                if behavior == Some(Behavior::TrickleRcpt) {
                    trickle(&mut stream, shared, "250 2.1.5 recipient ok\r\n")?;
                } else {
                    write!(stream, "250 2.1.5 recipient ok\r\n")?;
                }
            }
            _ => {
                write!(stream, "354 go ahead\r\n")?;
                if behavior == Some(Behavior::Die(Stage::Content)) {
                    let mut first = String::new();
                    reader.read_line(&mut first)?;
                    return Ok(());
                }
                let content = read_content(&mut reader)?;
                match misbehave(&mut stream, behavior.as_ref(), Stage::Content) {
                    Some(true) => continue,
                    Some(false) => return Ok(()),
                    None => {}
                }
                let mail = Mail { from: from.clone(), to: to.clone(), content };
                let number = {
                    let mut inbox = shared.inbox.lock().expect("inbox");
                    inbox.mails.push(mail);
                    inbox.mails.len()
                };
                shared.arrived.notify_all();
                write!(stream, "250 2.0.0 Ok: queued as {number}\r\n")?;
            }
        }
    }
}

fn address(line: &str) -> String {
    line.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map(|(address, _)| address.to_owned())
        .unwrap_or_default()
}

fn read_content(reader: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(content);
        }
        content.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
