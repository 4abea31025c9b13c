//! Each kind of server response, from a scripted listener.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use super::*;
use crate::i18n::Language;
use crate::mail::smtp_failure::LATE;
use crate::mail::{Identity, Mailer, Outgoing, SmtpLimits, Transport};

/// Responses to commands that start with a word.
type Rules = &'static [(&'static str, &'static str)];

/// Answers every command with `250`, except those that match a rule; `drop` closes the connection and `hang` says
/// nothing. Received lines are sent to the receiver.
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
            let mut say = |reply: &str| match reply {
                "drop" => false,
                "hang" => true,
                reply => out.write_all(format!("{reply}\r\n").as_bytes()).is_ok(),
            };
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
    settings.limits = SmtpLimits { command: Duration::from_millis(500), answer: Duration::from_millis(700) };
    settings.hello = "nordlicht.example".to_owned();
    let from = "Keydesk <keys@localhost>".parse().expect("a sender");
    let copy_to = url.contains("localhost").then(|| "archive@localhost".parse().expect("an address"));
    Mailer::new(Transport::Smtp(settings), Identity { from, reply_to: None, copy_to }).expect("a mailer")
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
        attachments: Vec::new(),
        is_for_customer: true,
    }
}

fn try_once(connections: &'static [Rules]) -> Result<Sent, SendError> {
    let (port, _listen) = server(connections);
    mailer(&format!("smtp://127.0.0.1:{port}")).send(&outgoing(), &|| {})
}

fn sent(reply: &str) -> Sent {
    Sent { reply: reply.to_owned(), is_kept: false }
}

fn away(reply: &str) -> Result<Sent, SendError> {
    Err(SendError::Unreachable { reply: reply.to_owned() })
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
        assert_eq!(mailer.send(&outgoing(), &|| {}), Ok(sent("250 2.0.0 queued as 1")));
    }
    drop(mailer);
    let heard: Vec<String> = listen.iter().collect();
    let count = |wanted: &str| heard.iter().filter(|line| *line == wanted).count();
    assert_eq!((count("(connected)"), count("EHLO nordlicht.example")), (1, 1));
    assert_eq!(count("MAIL FROM:<keys@localhost>"), 2);
    assert_eq!(count("RCPT TO:<ada@engine.example>"), 2);
    assert_eq!((count(".."), count("...KEY"), count(".")), (2, 2, 2));
}

#[test]
fn only_a_refused_recipient_or_message_is_permanent() {
    assert_eq!(try_once(&[&[("RCPT", "550 5.1.1 No such user")]]), permanent("550 5.1.1 No such user"));
    assert_eq!(try_once(&[&[("DATA", "554 No valid recipients")]]), permanent("554 No valid recipients"));
    assert_eq!(try_once(&[&[(".", "550-5.1.1 No\r\n550 5.1.1 such user")]]), permanent("550 5.1.1 No such user"));
}

#[test]
fn what_a_refusal_of_the_recipient_or_message_says_of_ourselves_is_temporary() {
    for (command, reply) in [
        ("RCPT", "504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname"),
        ("RCPT", "554 5.7.1 Relay access denied"),
        ("RCPT", "554 5.7.1 blocked using zen.spamhaus.org"),
        ("RCPT", "550 5.7.1 User unknown"),
        ("RCPT", "552 5.2.2 Mailbox full"),
        ("DATA", "552 mailbox full"),
        (".", "554 5.7.1 spam"),
        (".", "554 Transaction failed"),
    ] {
        let rules: Rules = Box::leak(Box::new([(command, reply)]));
        let connections: &'static [Rules] = Box::leak(Box::new([rules]));
        assert_eq!(try_once(connections), temporary(reply, true), "{command}");
    }
    assert_eq!(try_once(&[&[(".", "552-5.2.2 Too\r\n552 5.2.2 full")]]), temporary("552 5.2.2 Too full", true));
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
    for (number, rules) in BUSY.into_iter().enumerate() {
        let expected = if number < 2 { away("421 busy") } else { temporary("421 busy", false) };
        assert_eq!(try_once(rules), expected);
    }
    for rules in GONE {
        assert!(matches!(try_once(rules), Err(SendError::Unreachable { .. })));
    }
}

#[test]
fn a_server_that_never_answers_a_message_may_have_taken_it() {
    let (port, listen) = server(&[&[(".", "hang")]]);
    let mailer = mailer(&format!("smtp://127.0.0.1:{port}"));
    let is_told = std::cell::Cell::new(0);
    let result = mailer.send(&outgoing(), &|| is_told.set(is_told.get() + 1));
    assert_eq!(result, Err(SendError::Unanswered { reply: LATE.to_owned() }));
    assert_eq!(is_told.get(), 1);
    drop(mailer);
    assert_eq!(listen.iter().filter(|line| line == ".").count(), 1);
}

#[test]
fn the_next_address_of_a_name_is_tried_where_the_first_is_dead_or_busy() {
    const BUSY: [&[Rules]; 2] = [&[&[("greeting", "421 busy")]], &[&[("MAIL", "421 busy")]]];
    for first in [None, Some(BUSY[0]), Some(BUSY[1])] {
        let (port, _listen) = server(&[&[]]);
        // Nobody listens on port 1.
        let (dead, _heard) = first.map_or_else(|| (1, channel().1), server);
        let mut settings = SmtpSettings::parse("smtp://127.0.0.1").expect("a URL");
        settings.limits = SmtpLimits { command: Duration::from_millis(500), answer: Duration::from_millis(500) };
        let smtp = Smtp::new(settings).expect("a client");
        let addresses = [dead, port].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let identity = Identity { from: "keys@localhost".parse().expect("a sender"), reply_to: None, copy_to: None };
        let message = Composed::new(&identity, &outgoing()).expect("a message");
        assert_eq!(smtp.send_to_first(&addresses, &message, &|| {}), Ok(sent("250 2.0.0 queued as 1")), "{first:?}");
        assert_eq!(*smtp.last_address(), Some(addresses[1]));
    }
}

#[test]
fn a_copy_that_is_refused_does_not_keep_the_customer_from_the_key() {
    let (port, listen) = server(&[&[("RCPT TO:<archive@localhost>", "550 5.7.1 not here")]]);
    let mailer = mailer(&format!("smtp://localhost:{port}"));
    assert_eq!(mailer.send(&outgoing(), &|| {}), Ok(sent("250 2.0.0 queued as 1")));
    drop(mailer);
    let heard: Vec<String> = listen.iter().collect();
    assert!(heard.contains(&"RCPT TO:<archive@localhost>".to_owned()), "{heard:?}");
    assert!(heard.iter().all(|line| !line.to_ascii_lowercase().starts_with("bcc")), "{heard:?}");
}

#[test]
fn an_address_with_other_letters_is_sent_to_where_the_server_can() {
    let letters = Outgoing { to_address: "jürgen@müller.de".to_owned(), ..outgoing() };
    let (port, listen) = server(&[&[("EHLO", "250-me\r\n250 SMTPUTF8")]]);
    let mailer_with = mailer(&format!("smtp://127.0.0.1:{port}"));
    assert_eq!(mailer_with.send(&letters, &|| {}), Ok(sent("250 2.0.0 queued as 1")));
    drop(mailer_with);
    let heard: Vec<String> = listen.iter().collect();
    for line in ["MAIL FROM:<keys@localhost> SMTPUTF8", "RCPT TO:<jürgen@xn--mller-kva.de>"] {
        assert!(heard.contains(&line.to_owned()), "{heard:?}");
    }
    let (port, _listen) = server(&[&[]]);
    let refused = mailer(&format!("smtp://127.0.0.1:{port}")).send(&letters, &|| {});
    assert_eq!(refused, permanent(NO_UTF8));
}

#[test]
fn a_silent_server_and_a_closed_port_are_tried_again() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let mailer = mailer(&format!("smtp://127.0.0.1:{port}"));
    assert_eq!(mailer.send(&outgoing(), &|| {}), away(LATE));
    drop(silent);
    assert!(matches!(mailer.send(&outgoing(), &|| {}), Err(SendError::Unreachable { .. })));
}

#[test]
fn a_stale_connection_is_replaced_once() {
    const STALE: [&[Rules]; 2] =
        [&[&[("RCPT TO:<second", "421 idle too long")], &[]], &[&[(".", "250 one\r\n421 idle")], &[]]];
    for rules in STALE {
        let (port, listen) = server(rules);
        let mailer = mailer(&format!("smtp://127.0.0.1:{port}"));
        mailer.send(&outgoing(), &|| {}).expect("sent");
        let second = Outgoing { to_address: "second@engine.example".to_owned(), ..outgoing() };
        mailer.send(&second, &|| {}).expect("sent");
        drop(mailer);
        assert_eq!(listen.iter().filter(|line| line == "(connected)").count(), 2);
    }
}

#[test]
fn a_password_is_never_sent_in_clear() {
    let (port, listen) = server(&[&[("EHLO", "250-me\r\n250 AUTH PLAIN LOGIN")]]);
    let result = mailer(&format!("smtp://user:secret@127.0.0.1:{port}")).send(&outgoing(), &|| {});
    assert!(matches!(result, Err(SendError::Temporary { ours: true, .. })), "{result:?}");
    assert!(listen.iter().all(|line| !line.starts_with("AUTH")));
}

#[test]
fn a_refused_sign_in_and_broken_tls_are_our_fault() {
    let refused = Failure { code: Some(535), ..Failure::ours(Stage::Auth, "535 no") };
    assert_eq!(SendError::from(refused), SendError::Temporary { reply: "535 no".to_owned(), ours: true });
    let required = mailer(&format!("smtp://127.0.0.1:{}?tls=required", server(&[&[]]).0)).send(&outgoing(), &|| {});
    assert!(matches!(required, Err(SendError::Temporary { ours: true, .. })), "{required:?}");
    let (port, _listen) = server(&[&[("EHLO", "250-me\r\n250 STARTTLS"), ("STARTTLS", "220 go on\r\nthis is no TLS")]]);
    let broken = mailer(&format!("smtp://127.0.0.1:{port}")).send(&outgoing(), &|| {});
    assert!(matches!(broken, Err(SendError::Unreachable { .. })), "{broken:?}");
}

#[test]
fn roots_that_are_no_certificates_are_refused() {
    let mut settings = SmtpSettings::parse("smtps://localhost").expect("a URL");
    settings.extra_certificates_pem = Some(b"hello".to_vec());
    assert!(Smtp::new(settings).is_err());
}
