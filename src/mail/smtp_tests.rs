//! Each kind of server response, from a scripted listener.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use super::*;
use crate::i18n::Language;
use crate::mail::{Mailer, Outgoing, Transport};

/// Responses to commands that start with a word.
type Rules = &'static [(&'static str, &'static str)];

/// Answers every command with `250`, except those that match a rule; `drop` closes the connection. Received lines are
/// sent to the receiver.
fn server(connections: &'static [Rules]) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (heard, listen) = channel();
    thread::spawn(move || {
        for rules in connections {
            let Ok((stream, _)) = listener.accept() else { return };
            let _ = heard.send("(connected)".to_owned());
            let answer = |command: &str, otherwise| {
                rules.iter().find(|(word, _)| command.starts_with(word)).map_or(otherwise, |(_, reply)| *reply)
            };
            let mut out = stream.try_clone().expect("a stream");
            let mut say = |reply: &str| reply != "drop" && out.write_all(format!("{reply}\r\n").as_bytes()).is_ok();
            if !say(answer("greeting", "220 hello")) {
                continue;
            }
            let mut is_content = false;
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let _ = heard.send(line.clone());
                let go_on = if is_content {
                    if line != "." {
                        continue;
                    }
                    is_content = false;
                    say(answer(".", "250 2.0.0 queued as 1"))
                } else {
                    let reply = answer(&line, if line == "DATA" { "354 go on" } else { "250 fine" });
                    is_content = reply.starts_with("354");
                    say(reply)
                };
                if !go_on {
                    break;
                }
            }
        }
    });
    (port, listen)
}

fn mailer(url: &str) -> Mailer {
    let mut settings = SmtpSettings::parse(url).expect("a URL");
    settings.timeout = Duration::from_millis(500);
    Mailer::new(Transport::Smtp(settings), "Keydesk <keys@localhost>").expect("a mailer")
}

fn outgoing() -> Outgoing {
    Outgoing {
        message_id: "msg_1".to_owned(),
        to_name: "Ada".to_owned(),
        to_address: "ada@engine.example".to_owned(),
        language: Language::En,
        date: jiff::Timestamp::UNIX_EPOCH,
        subject: "Key".to_owned(),
        text: ".\n..KEY\n".to_owned(),
        html: "<p>KEY</p>".to_owned(),
    }
}

fn try_once(connections: &'static [Rules]) -> Result<Sent, SendError> {
    let (port, _listen) = server(connections);
    mailer(&format!("smtp://127.0.0.1:{port}")).send(&outgoing())
}

fn temporary(reply: &str, ours: bool) -> Result<Sent, SendError> {
    Err(SendError::Temporary { reply: reply.to_owned(), ours })
}

fn permanent(reply: &str) -> Result<Sent, SendError> {
    Err(SendError::Permanent { reply: reply.to_owned() })
}

#[test]
fn messages_go_out_over_one_connection_with_their_dots_doubled() {
    let (port, listen) = server(&[&[]]);
    let mailer = mailer(&format!("smtp://127.0.0.1:{port}"));
    for _ in 0..2 {
        assert_eq!(mailer.send(&outgoing()), Ok(Sent { reply: "250 2.0.0 queued as 1".to_owned() }));
    }
    drop(mailer);
    let heard: Vec<String> = listen.iter().collect();
    let count = |wanted: &str| heard.iter().filter(|line| *line == wanted).count();
    assert_eq!(count("(connected)"), 1);
    assert_eq!(count("MAIL FROM:<keys@localhost>"), 2);
    assert_eq!(count("RCPT TO:<ada@engine.example>"), 2);
    assert_eq!((count(".."), count("...KEY"), count(".")), (2, 2, 2));
}

#[test]
fn only_a_refused_recipient_or_message_is_permanent() {
    assert_eq!(try_once(&[&[("RCPT", "550 5.1.1 No such user")]]), permanent("550 5.1.1 No such user"));
    assert_eq!(try_once(&[&[("DATA", "554 No valid recipients")]]), permanent("554 No valid recipients"));
    assert_eq!(try_once(&[&[(".", "552-5.2.2 Too\r\n552 5.2.2 large")]]), permanent("552 5.2.2 Too large"));
}

#[test]
fn a_refusal_of_ourselves_is_temporary_and_our_fault() {
    assert_eq!(try_once(&[&[("greeting", "554 go away")]]), temporary("554 go away", true));
    assert_eq!(try_once(&[&[("EHLO", "550 who are you")]]), temporary("550 who are you", true));
    assert_eq!(
        try_once(&[&[("MAIL", "530 5.7.0 Authenticate first")]]),
        temporary("530 5.7.0 Authenticate first", true)
    );
}

#[test]
fn a_server_in_trouble_is_tried_again() {
    const GONE: [&[Rules]; 3] = [&[&[("EHLO", "drop")]], &[&[("RCPT", "drop")]], &[&[(".", "drop")]]];
    const BUSY: [&[Rules]; 5] = [
        &[&[("greeting", "421 busy")]],
        &[&[("MAIL", "421 busy")]],
        &[&[("RCPT", "421 busy")]],
        &[&[("DATA", "421 busy")]],
        &[&[(".", "421 busy")]],
    ];
    for rules in BUSY {
        assert_eq!(try_once(rules), temporary("421 busy", false));
    }
    for rules in GONE {
        assert!(matches!(try_once(rules), Err(SendError::Temporary { ours: false, .. })));
    }
}

#[test]
fn a_silent_server_and_a_closed_port_are_tried_again() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let mailer = mailer(&format!("smtp://127.0.0.1:{port}"));
    assert_eq!(mailer.send(&outgoing()), temporary(LATE, false));
    drop(silent);
    assert!(matches!(mailer.send(&outgoing()), Err(SendError::Temporary { ours: false, .. })));
}

#[test]
fn a_stale_connection_is_replaced_once() {
    const STALE: [&[Rules]; 2] =
        [&[&[("RCPT TO:<second", "421 idle too long")], &[]], &[&[(".", "250 one\r\n421 idle")], &[]]];
    for rules in STALE {
        let (port, listen) = server(rules);
        let mailer = mailer(&format!("smtp://127.0.0.1:{port}"));
        mailer.send(&outgoing()).expect("sent");
        let second = Outgoing { to_address: "second@engine.example".to_owned(), ..outgoing() };
        mailer.send(&second).expect("sent");
        drop(mailer);
        assert_eq!(listen.iter().filter(|line| line == "(connected)").count(), 2);
    }
}

#[test]
fn a_password_is_never_sent_in_clear() {
    let (port, listen) = server(&[&[("EHLO", "250-me\r\n250 AUTH PLAIN LOGIN")]]);
    let result = mailer(&format!("smtp://user:secret@127.0.0.1:{port}")).send(&outgoing());
    assert!(matches!(result, Err(SendError::Temporary { ours: true, .. })), "{result:?}");
    assert!(listen.iter().all(|line| !line.starts_with("AUTH")));
}

#[test]
fn a_refused_sign_in_and_broken_tls_are_our_fault() {
    let refused = Failure { stage: Stage::Auth, code: Some(535), words: "535 no".to_owned(), ours: true };
    assert_eq!(SendError::from(refused), SendError::Temporary { reply: "535 no".to_owned(), ours: true });
    let required = mailer(&format!("smtp://127.0.0.1:{}?tls=required", server(&[&[]]).0)).send(&outgoing());
    assert!(matches!(required, Err(SendError::Temporary { ours: true, .. })), "{required:?}");
    let (port, _listen) = server(&[&[("EHLO", "250-me\r\n250 STARTTLS"), ("STARTTLS", "220 go on\r\nthis is no TLS")]]);
    let broken = mailer(&format!("smtp://127.0.0.1:{port}")).send(&outgoing());
    assert!(matches!(broken, Err(SendError::Temporary { .. })), "{broken:?}");
}

#[test]
fn roots_that_are_no_certificates_are_refused() {
    let mut settings = SmtpSettings::parse("smtps://localhost").expect("a URL");
    settings.extra_roots_pem = Some(b"hello".to_vec());
    assert!(Smtp::new(settings).is_err());
}
