//! What the mail server's moods mean: whose fault a refusal is, what no answer means, and who hears that e-mails do not
//! get out.

use std::time::Duration;

use jiff::SignedDuration;
use keydesk::domain::ids::GrantId;
use keydesk::domain::outbox::{MessageState, OutboxMessage};
use keydesk::housekeeping::warn_about_mail;
use keydesk::outbox::kind::Outcome;
use keydesk::outbox::record::record;
use keydesk::storage::outbox::queue::{self, Progress};
use keydesk::storage::{grants, outbox};

use crate::support::outbox::in_flight;
use crate::support::smtp::{Behavior, Stage};
use crate::support::{TestApp, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";

fn message(app: &TestApp, id: &GrantId) -> OutboxMessage {
    app.read(|conn| outbox::of_grant(conn, id)).expect("read").remove(0)
}

fn status(app: &TestApp, id: &GrantId) -> &'static str {
    app.read(|conn| grants::detail::find(conn, id)).expect("there").grant.status.as_str()
}

#[test]
fn a_refusal_that_is_not_about_the_address_fails_nobodys_grant_and_is_told_to_admins() {
    for (stage, reply) in [
        (Stage::Rcpt, "504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname"),
        (Stage::Rcpt, "554 5.7.1 <ada@example.com>: Relay access denied"),
        (Stage::Rcpt, "554 5.7.1 Service unavailable; Client host [203.0.113.5] blocked using zen.spamhaus.org"),
        (Stage::Rcpt, "550 5.7.1 User unknown"),
        (Stage::Rcpt, "552 5.2.2 Mailbox full"),
        (Stage::Rcpt, "552 Requested mail action aborted: exceeded storage allocation"),
        (Stage::Content, "554 5.7.1 spam message rejected"),
        (Stage::Content, "554 Transaction failed"),
    ] {
        let app = spawn_app();
        let mut admin = app.admin();
        app.mailbox.next(Behavior::Reply(stage, reply.to_owned()));
        let id = app.given().delivered_grant(KEY);
        app.run_outbox_until_empty();
        assert_eq!((status(&app, &id), message(&app, &id).state), ("delivered", MessageState::Queued), "{reply}");
        let page = admin.get("/audit");
        assert!(page.texts_of(".note.bad").concat().contains("E-mails are not getting out"), "{reply}");
        app.advance(SignedDuration::from_secs(10));
        app.run_outbox_until_empty();
        assert_eq!((message(&app, &id).state, app.mailbox.count()), (MessageState::Sent, 1), "{reply}");
        assert!(!admin.get("/audit").has(".note.bad"), "{reply}");
    }
}

#[test]
fn a_refusal_in_words_that_name_the_recipient_fails_the_grant() {
    for reply in ["550 No such user here", "550 Requested action not taken: mailbox unavailable", "550 5.2.1 disabled"]
    {
        let app = spawn_app();
        app.mailbox.next(Behavior::Reply(Stage::Rcpt, reply.to_owned()));
        let id = app.given().delivered_grant(KEY);
        app.run_outbox_until_empty();
        let page = app.agent().get(&format!("/grants/{id}"));
        assert_eq!((status(&app, &id), page.text_of("#mail-t + .state")), ("failed", "Not delivered".to_owned()));
    }
}

#[test]
fn a_message_that_is_never_answered_is_tried_twice_more_and_the_page_says_so() {
    let app = TestApp::builder().with_smtp_limit(Duration::from_millis(200)).spawn();
    app.mailbox.always(Behavior::Hang(Stage::Content));
    let id = app.given().delivered_grant(KEY);
    for (pause, attempts) in [(0, 1), (1, 2), (6, 3)] {
        if pause > 0 {
            app.advance(SignedDuration::from_hours(pause) - SignedDuration::from_secs(1));
            assert_eq!(app.run_outbox_until_empty(), 0, "not before {pause} hours");
            app.advance(SignedDuration::from_secs(1));
        }
        assert_eq!(app.run_outbox_until_empty(), 1);
        let message = message(&app, &id);
        assert_eq!((message.state, message.attempts), (MessageState::Unknown, attempts));
        let mut agent = app.agent();
        let page = agent.get(&format!("/grants/{id}"));
        assert_eq!(page.text_of("#mail-t + .state.c-warn"), "No answer yet");
        assert!(page.text_of("[aria-labelledby=mail-t]").contains("The customer may have it"));
        assert!(agent.get("/grants").row("ada@example.com").contains("No answer yet"));
        let log = agent.get(&format!("/audit?object={id}&action=message.unanswered"));
        assert_eq!(log.rows().len(), usize::try_from(attempts).unwrap(), "each attempt is in the log");
    }
    app.advance(SignedDuration::from_hours(100));
    assert_eq!(app.run_outbox_until_empty(), 0);
    assert_eq!((status(&app, &id), message(&app, &id).state), ("delivered", MessageState::Unknown));
    assert!(app.agent().get(&format!("/grants/{id}")).text_of(".steps").contains("Not attempted again"));
}

#[test]
fn a_lease_that_is_renewed_holds_and_an_answer_that_comes_late_still_counts() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let db = &app.context().db;
    let claimed =
        db.write(|tx| queue::claim(tx, &message(&app, &id).id, "w", app.now())).expect("tried").expect("free");
    for _ in 0..3 {
        app.advance(SignedDuration::from_secs(20));
        db.write(|tx| queue::renew(tx, &claimed.id, "w", app.now())).expect("renewed");
        assert_eq!(app.run_outbox_until_empty(), 0, "the lease holds");
    }
    let progress = Progress::unanswered(&claimed, app.now());
    assert!(db.write(|tx| queue::note_unanswered(tx, &claimed.id, "w", &progress)).expect("noted"));
    assert_eq!(message(&app, &id).state, MessageState::Unknown);
    app.advance(SignedDuration::from_mins(9));
    assert_eq!(app.run_outbox_until_empty(), 0, "it may have arrived");
    let sent = Outcome::Sent { reply: "250 ok".to_owned() };
    record(app.context(), "w", &in_flight(&app, claimed, sent)).expect("recorded");
    assert_eq!((message(&app, &id).state, message(&app, &id).unanswered), (MessageState::Sent, 0));
    assert_eq!(app.mailbox.count(), 0);
}

#[test]
fn sending_again_ends_the_tries_of_what_was_not_answered() {
    let app = TestApp::builder().with_smtp_limit(Duration::from_millis(200)).spawn();
    app.mailbox.next(Behavior::Hang(Stage::Content));
    let id = app.given().delivered_grant(KEY);
    app.run_outbox_until_empty();
    assert_eq!(app.agent().post(&format!("/grants/{id}/emails"), &[("email", "")]).status, 303);
    app.advance(SignedDuration::from_hours(1));
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 1);
    let states: Vec<_> = app.read(|conn| outbox::of_grant(conn, &id)).expect("read").iter().map(|m| m.state).collect();
    assert_eq!(states, [MessageState::Sent, MessageState::Cancelled]);
}

#[test]
fn a_mail_server_that_is_away_is_told_on_every_page_on_the_overview_and_in_the_log() {
    let app = spawn_app();
    app.mailbox.close();
    for number in 0..2 {
        let id = app.given().pending_grant().for_customer(&format!("c{number}@example.com")).make();
        app.given().fulfill(&id, &format!("KEY-{number}-0123456789"));
    }
    app.run_outbox_until_empty();
    assert!(!app.admin().get("/audit").has(".note.bad"), "it may be a restart");
    for _ in 0..6 {
        app.advance(SignedDuration::from_mins(30));
        app.run_outbox_until_empty();
    }
    let (mut admin, mut agent) = (app.admin(), app.agent());
    assert!(admin.get("/audit").text_of(".note.bad").contains("E-mails are not getting out"));
    assert!(!agent.get("/audit").has(".note.bad"), "only admins can do something");
    for person in [&mut admin, &mut agent] {
        assert!(person.get("/").texts_of(".note.warn").concat().contains("2 e-mails have not left for 3 h"));
    }
    assert!(warn_about_mail(app.context()).expect("read"));
    app.mailbox.open();
    app.advance(SignedDuration::from_hours(4));
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 2);
    assert!(!app.admin().get("/").has(".note.bad, .note.warn"));
    assert!(!warn_about_mail(app.context()).expect("read"));
}
