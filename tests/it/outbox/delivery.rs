//! E-mail leaves through the outbox: once where all goes well, again where it may help, and nobody
//! is left in the dark where it does not.

use jiff::SignedDuration;
use keydesk::domain::ids::{GrantId, MessageId};
use keydesk::domain::outbox::{MessageState, OutboxMessage};
use keydesk::outbox::kind::Outcome;
use keydesk::outbox::record::record;
use keydesk::storage::{StorageError, grants, outbox};

use crate::support::outbox::in_flight;
use crate::support::smtp::{Behavior, Stage};
use crate::support::{TestApp, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";

fn reply(stage: Stage, text: &str) -> Behavior {
    Behavior::Reply(stage, text.to_owned())
}

fn message(app: &TestApp, id: &GrantId) -> OutboxMessage {
    app.read(|conn| outbox::of_grant(conn, id)).expect("read").remove(0)
}

fn status(app: &TestApp, id: &GrantId) -> &'static str {
    app.read(|conn| grants::detail::find(conn, id)).expect("there").grant.status.as_str()
}

#[test]
fn the_customer_gets_the_key_in_text_and_html() {
    let app = spawn_app();
    let id = app.given().pending_grant().with_payment("pay_1").make();
    app.given().fulfill(&id, KEY);
    assert_eq!(app.mailbox.count(), 0);
    assert_eq!(app.run_outbox_until_empty(), 1);
    let mail = app.mailbox.only();
    assert_eq!(mail.from, "keys@localhost");
    assert_eq!(mail.to, ["ada@example.com"]);
    assert!(mail.subject().contains("Bauplan CAD 2026 Professional"), "{}", mail.subject());
    for part in [mail.text(), mail.html()] {
        for words in [KEY, "Ada Lovelace", "Choose Help, Activate.", "15 June 2027", "pay_1"] {
            assert!(part.contains(words), "{words} is missing: {part}");
        }
    }
    assert_eq!(message(&app, &id).state, MessageState::Sent);
    assert_eq!(mail.message_id(), format!("<{}@localhost>", message(&app, &id).id));
}

#[test]
fn a_german_customer_reads_german_and_anybody_else_english() {
    let app = spawn_app();
    for (locale, email) in [("de-AT", "a@example.com"), ("fr", "b@example.com")] {
        let id = app.given().pending_grant().for_customer(email).with_locale(locale).make();
        app.given().fulfill(&id, &format!("KEY-{email}-0123456789"));
    }
    app.run_outbox_until_empty();
    let mails = app.mailbox.mails();
    let to = |email: &str| mails.iter().find(|mail| mail.to == [email]).expect("mailed").text();
    assert!(to("a@example.com").contains("Guten Tag") && to("a@example.com").contains("15. Juni 2027"));
    assert!(to("b@example.com").contains("Hello"));
}

#[test]
fn a_temporary_refusal_is_tried_again_after_ten_seconds_as_the_same_message() {
    for stage in [Stage::Greeting, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Content] {
        let app = spawn_app();
        app.mailbox.next(reply(stage, "451 4.3.0 try later"));
        let id = app.given().delivered_grant(KEY);
        assert_eq!(app.run_outbox_until_empty(), 1);
        let waiting = message(&app, &id);
        assert_eq!((waiting.state, waiting.attempts), (MessageState::Queued, 1), "{stage:?}");
        assert!(waiting.last_reply.as_deref().unwrap_or_default().contains("try later"), "{waiting:?}");
        assert_eq!(app.run_outbox_until_empty(), 0, "it is not due yet");
        app.advance(SignedDuration::from_secs(10));
        assert_eq!(app.run_outbox_until_empty(), 1);
        assert_eq!(app.mailbox.only().message_id(), format!("<{}@localhost>", waiting.id));
        assert_eq!(status(&app, &id), "delivered");
    }
}

#[test]
fn a_server_that_is_down_or_dies_in_the_middle_of_the_message_is_tried_again() {
    let app = spawn_app();
    app.mailbox.close();
    let id = app.given().delivered_grant(KEY);
    app.run_outbox_until_empty();
    assert_eq!(message(&app, &id).state, MessageState::Queued);
    app.mailbox.open();
    app.mailbox.next(Behavior::Die(Stage::Content));
    app.advance(SignedDuration::from_secs(10));
    app.run_outbox_until_empty();
    assert_eq!((message(&app, &id).state, app.mailbox.count()), (MessageState::Queued, 0));
    app.advance(SignedDuration::from_secs(30));
    app.run_outbox_until_empty();
    assert_eq!((message(&app, &id).state, app.mailbox.count()), (MessageState::Sent, 1));
    let attempts =
        app.read(|conn| outbox::with_attempts(conn, &id)).expect("read").into_iter().next().expect("a message").1;
    let outcomes: Vec<_> = attempts.iter().map(|attempt| attempt.outcome.as_str()).collect();
    assert_eq!(outcomes, ["temporary", "temporary", "sent"]);
}

#[test]
fn a_refusal_for_good_fails_the_grant_and_a_corrected_address_delivers_it() {
    for stage in [Stage::Rcpt, Stage::Data, Stage::Content] {
        let app = spawn_app();
        let mut agent = app.agent();
        app.mailbox.next(reply(stage, "550 5.1.1 <ada@example.com>: User unknown"));
        let id = app.given().delivered_grant(KEY);
        app.run_outbox_until_empty();
        assert_eq!((status(&app, &id), message(&app, &id).state), ("failed", MessageState::Failed), "{stage:?}");
        let grant = app.read(|conn| grants::detail::find(conn, &id)).expect("there").grant;
        assert_eq!(grant.error_code.as_deref(), Some("email_rejected"));
        assert!(grant.error_message.unwrap_or_default().contains("User unknown"));
        let page = agent.post(&format!("/grants/{id}/emails"), &[("email", "ada@lovelace.example")]);
        assert_eq!(page.status, 303);
        app.run_outbox_until_empty();
        assert_eq!(status(&app, &id), "delivered");
        assert_eq!(app.mailbox.only().to, ["ada@lovelace.example"]);
    }
}

#[test]
fn a_fault_of_our_own_fails_no_grant_and_is_told_to_admins_until_mail_gets_through() {
    let faults = [
        (Stage::Greeting, "554 5.7.1 no service for you"),
        (Stage::Auth, "535 5.7.8 bad credentials"),
        (Stage::Mail, "550 5.7.1 sender not allowed"),
    ];
    for (stage, words) in faults {
        let app = spawn_app();
        let (mut admin, mut agent) = (app.admin(), app.agent());
        let builder = TestApp::builder();
        // Only the conversation with a password reaches AUTH, and that never happens in clear.
        if stage == Stage::Auth {
            let app = builder.with("smtp_url", &app.mailbox.url_with("user", "secret")).spawn();
            let id = app.given().delivered_grant(KEY);
            app.run_outbox_until_empty();
            assert_eq!((status(&app, &id), message(&app, &id).state), ("delivered", MessageState::Queued));
            continue;
        }
        app.mailbox.next(reply(stage, words));
        let id = app.given().delivered_grant(KEY);
        app.run_outbox_until_empty();
        assert_eq!((status(&app, &id), message(&app, &id).state), ("delivered", MessageState::Queued), "{words}");
        assert!(admin.get("/audit").body.contains(words), "admins are told on every page");
        assert!(!agent.get("/audit").body.contains(words), "only admins are");
        app.advance(SignedDuration::from_secs(10));
        app.run_outbox_until_empty();
        assert_eq!(app.mailbox.count(), 1);
        assert!(!admin.get("/audit").body.contains(words));
    }
}

#[test]
fn after_three_days_of_temporary_errors_the_grant_is_undeliverable() {
    let app = spawn_app();
    app.mailbox.always(reply(Stage::Rcpt, "450 4.2.0 greylisted"));
    let id = app.given().delivered_grant(KEY);
    let start = app.now();
    while status(&app, &id) == "delivered" {
        app.run_outbox_until_empty();
        app.advance(SignedDuration::from_mins(30));
        assert!(start.duration_until(app.now()) < SignedDuration::from_hours(24 * 4), "it never ends");
    }
    assert!(start.duration_until(app.now()) >= SignedDuration::from_hours(72));
    let grant = app.read(|conn| grants::detail::find(conn, &id)).expect("there").grant;
    assert_eq!((grant.status.as_str(), grant.error_code.as_deref()), ("failed", Some("email_undeliverable")));
    let mut agent = app.agent();
    for (language, state) in [("en", "Not delivered"), ("de", "Nicht zugestellt")] {
        agent.post("/preferences", &[("language", language), ("next", "/")]);
        let page = agent.get(&format!("/grants/{id}"));
        assert_eq!(page.text_of("#mail-t + .state.c-bad"), state);
        assert!(page.body.contains("greylisted"), "with the reason");
        assert!(agent.get("/grants?status=failed").row("ada@example.com").contains(state));
        for words in ["efused", "ejected", "bgelehnt"] {
            assert!(!page.body.contains(words), "{words}: {}", page.body);
        }
    }
}

#[test]
fn a_message_whose_worker_died_is_taken_over_when_its_lease_ends() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let claimed = app.context().db.write(|tx| outbox::queue::claim(tx, &message(&app, &id).id, "dead", app.now()));
    assert!(claimed.expect("claimed").is_some());
    assert_eq!(app.run_outbox_until_empty(), 0, "the lease holds");
    app.advance(SignedDuration::from_secs(30));
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert_eq!((message(&app, &id).state, message(&app, &id).attempts), (MessageState::Sent, 2));
}

#[test]
fn a_claimed_message_cannot_be_claimed_again_however_many_try() {
    let app = spawn_app();
    let ids: Vec<MessageId> = (0..20)
        .map(|number| {
            let id = app.given().pending_grant().for_customer(&format!("c{number}@example.com")).make();
            app.given().fulfill(&id, &format!("KEY-{number}-0123456789"));
            message(&app, &id).id
        })
        .collect();
    let barrier = std::sync::Barrier::new(4);
    let winners: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|number| {
                let (app, ids, barrier) = (&app, &ids, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    let owner = format!("worker{number}");
                    let claim =
                        |id: &MessageId| app.context().db.write(|tx| outbox::queue::claim(tx, id, &owner, app.now()));
                    ids.iter().filter(|id| claim(id).expect("tried").is_some()).count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    assert_eq!(winners, 20);
}

#[test]
fn revoking_calls_off_what_is_queued_and_a_later_refusal_leaves_it_revoked() {
    let app = spawn_app();
    let mut admin = app.admin();
    let queued = app.given().delivered_grant(KEY);
    assert_eq!(admin.post(&format!("/grants/{queued}/revocation"), &[("reason", "charged back")]).status, 303);
    assert_eq!(app.run_outbox_until_empty(), 0);
    assert_eq!(message(&app, &queued).state, MessageState::Cancelled);

    let in_hand = app.given().pending_grant().for_customer("b@example.com").make();
    app.given().fulfill(&in_hand, "ANOTHER-KEY-0123456789");
    let claimed = app.context().db.write(|tx| outbox::queue::claim(tx, &message(&app, &in_hand).id, "w", app.now()));
    let claimed = claimed.expect("claimed").expect("free");
    assert_eq!(admin.post(&format!("/grants/{in_hand}/revocation"), &[("reason", "charged back")]).status, 303);
    let refused = Outcome::Refused { reply: "550 no such user".to_owned() };
    record(app.context(), "w", &in_flight(&app, claimed, refused)).expect("recorded");
    assert_eq!(status(&app, &in_hand), "revoked");
    assert_eq!(app.mailbox.count(), 0);
}

#[test]
fn restoring_sends_the_e_mail_that_revoking_called_off() {
    let app = spawn_app();
    let mut admin = app.admin();
    let id = app.given().delivered_grant(KEY);
    admin.post(&format!("/grants/{id}/revocation"), &[("reason", "by mistake")]);
    assert_eq!(admin.post(&format!("/grants/{id}/restoration"), &[("reason", "was a mistake")]).status, 303);
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert_eq!((status(&app, &id), app.mailbox.count()), ("delivered", 1));
}

#[test]
fn a_mail_server_that_hangs_blocks_no_page() {
    let app = TestApp::builder().with_workers().spawn();
    app.mailbox.always(Behavior::Hang(Stage::Rcpt));
    let mut agent = app.agent();
    for number in 0..6 {
        let id = app.given().pending_grant().for_customer(&format!("c{number}@example.com")).make();
        let key = format!("KEY-{number}-0123456789");
        let page = agent.post(&format!("/grants/{id}/fulfillment"), &[("key", &key)]);
        assert_eq!(page.status, 303, "{}", page.body);
        assert_eq!(agent.get(&page.location()).status, 200);
    }
    assert_eq!(app.mailbox.count(), 0, "all workers hang and all pages came");
}

#[test]
fn the_workers_send_straight_after_the_commit() {
    let app = TestApp::builder().with_workers().spawn();
    let id = app.given().delivered_grant(KEY);
    app.mailbox.wait_for(1);
    let done = || -> Result<bool, StorageError> {
        Ok(app.context().db.read(|conn| outbox::of_grant(conn, &id))?[0].state == MessageState::Sent)
    };
    // The reply is on its way back to the worker.
    while !done().expect("read") {
        std::thread::yield_now();
    }
}

#[test]
fn mail_is_kept_in_files_where_there_is_no_server() {
    let app = TestApp::builder().keeping_mail().spawn();
    let id = app.given().delivered_grant(KEY);
    app.run_outbox_until_empty();
    let file = app.data_dir().join("mail").join(format!("{}.eml", message(&app, &id).id));
    let text = std::fs::read_to_string(file).expect("kept");
    assert!(text.contains("To: ") && text.contains("multipart/alternative"));
}
