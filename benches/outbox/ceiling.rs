//! What this mail server takes at most: one e-mail over and over, with nothing read and nothing recorded.
//! The content is one write, as the program's is: lettre's own `send` makes two, of which the second
//! waits 40 ms for the first one's acknowledgement.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;

use super::sink::Sink;

/// E-mails a second.
pub fn rate(sink: &Sink, connections: usize, messages: usize) -> f64 {
    let content = format!("{}.\r\n", String::from_utf8(sink.last()).unwrap());
    let from = Mail::new(Some("keys@localhost".parse().unwrap()), vec![]);
    let to = Rcpt::new("buyer@example.com".parse().unwrap(), vec![]);
    let sent = AtomicUsize::new(0);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| {
                let wait = Some(Duration::from_secs(5));
                let mut connection =
                    SmtpConnection::connect(sink.address, wait, &ClientId::default(), None, None).unwrap();
                while sent.fetch_add(1, Ordering::Relaxed) < messages {
                    connection.command(&from).unwrap();
                    connection.command(&to).unwrap();
                    connection.command(Data).unwrap();
                    connection.command(&content).unwrap();
                }
                connection.quit().unwrap();
            });
        }
    });
    messages as f64 / started.elapsed().as_secs_f64()
}
