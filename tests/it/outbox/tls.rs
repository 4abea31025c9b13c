//! E-mail over TLS: with STARTTLS and from the first byte, and which certificates are trusted.

use keydesk::domain::outbox::MessageState;
use keydesk::storage::outbox;

use crate::support::smtp_tls::{TlsMailServer, When};
use crate::support::{TestApp, tls_file};

/// What became of the e-mail with a key, and the words that admins read where it did not leave.
fn deliver(server: &TlsMailServer, url: &str, ca: Option<&str>) -> (MessageState, String) {
    let mut builder = TestApp::builder().with("smtp_url", url);
    if let Some(ca) = ca {
        builder = builder.with("smtp_ca", &tls_file(ca).display().to_string());
    }
    let app = builder.spawn();
    let mut admin = app.admin();
    let id = app.given().delivered_grant("BPC26-7KQ4M-X2NWD");
    app.run_outbox_until_empty();
    let message = app.read(|conn| outbox::of_grant(conn, &id)).expect("read").remove(0);
    let reply = message.last_reply.unwrap_or_default();
    if message.state == MessageState::Queued {
        assert!(admin.get("/audit").body.contains("E-mails are not getting out"), "{reply}");
        assert!(server.heard().iter().all(|line| !line.starts_with("MAIL") && !line.starts_with("AUTH")));
    }
    (message.state, reply)
}

#[test]
fn a_certificate_of_a_trusted_issuer_for_this_name_is_accepted_in_every_way() {
    for (when, scheme, query) in
        [(When::AtOnce, "smtps", ""), (When::StartTls, "smtp", ""), (When::StartTls, "smtp", "?tls=required")]
    {
        let server = TlsMailServer::start("localhost", when);
        let url = format!("{scheme}://user:secret@localhost:{}{query}", server.port());
        let (state, reply) = deliver(&server, &url, Some("ca.pem"));
        assert_eq!(state, MessageState::Sent, "{when:?} {reply}");
        let heard = server.heard();
        assert!(heard.iter().any(|line| line.starts_with("(tls) AUTH")), "{heard:?}");
        assert!(heard.iter().any(|line| line.starts_with("(tls) MAIL")), "{heard:?}");
    }
}

#[test]
fn where_encryption_is_required_nothing_is_said_to_a_server_without() {
    let server = TlsMailServer::start("localhost", When::Never);
    let (state, reply) = deliver(&server, &format!("smtp://localhost:{}?tls=required", server.port()), Some("ca.pem"));
    assert_eq!(state, MessageState::Queued);
    assert!(reply.contains("no STARTTLS"), "{reply}");
    let (state, _) = deliver(&server, &format!("smtp://localhost:{}", server.port()), None);
    assert_eq!(state, MessageState::Sent, "where it is not required, it is sent in clear");
}

#[test]
fn a_certificate_for_another_name_or_of_an_unknown_issuer_is_refused_with_the_reason() {
    for (certificate, ca, words) in [
        ("elsewhere", Some("ca.pem"), "not valid for name"),
        ("localhost", None, "UnknownIssuer"),
        ("localhost", Some("self_signed.pem"), "UnknownIssuer"),
        ("self_signed", Some("ca.pem"), "certificate"),
    ] {
        for (when, scheme) in [(When::AtOnce, "smtps"), (When::StartTls, "smtp")] {
            let server = TlsMailServer::start(certificate, when);
            let url = format!("{scheme}://user:secret@localhost:{}", server.port());
            let (state, reply) = deliver(&server, &url, ca);
            assert_eq!(state, MessageState::Queued, "{certificate} {when:?}");
            assert!(reply.starts_with("TLS failed") && reply.contains(words), "{certificate} {when:?}: {reply}");
        }
    }
}

#[test]
fn a_self_signed_certificate_that_is_named_is_trusted_as_that_very_certificate() {
    for (when, scheme) in [(When::AtOnce, "smtps"), (When::StartTls, "smtp")] {
        let server = TlsMailServer::start("self_signed", when);
        let url = format!("{scheme}://user:secret@localhost:{}", server.port());
        let (state, reply) = deliver(&server, &url, Some("self_signed.pem"));
        assert_eq!(state, MessageState::Sent, "{when:?} {reply}");
        assert!(server.heard().iter().any(|line| line.starts_with("(tls) AUTH")));
    }
}
