//! Races with a barrier, on the real server: whoever comes second changes nothing.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};
use std::thread;

use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::storage::{Db, StorageError, grants, installation};
use keydesk::usecases::grants::revoke::{Reason, revoke_grant};

use crate::support::{Page, TestApp, Visitor, spawn_app};

/// Lets every visitor send their form at the same moment.
fn all_at_once(mut visitors: Vec<Visitor>, send: impl Fn(usize, &mut Visitor) -> Page + Sync) -> Vec<Page> {
    // Whoever fails here must not let the others wait at the barrier.
    for visitor in &mut visitors {
        visitor.token();
    }
    let barrier = Barrier::new(visitors.len());
    thread::scope(|scope| {
        let threads: Vec<_> = visitors
            .into_iter()
            .enumerate()
            .map(|(number, mut visitor)| {
                let (barrier, send) = (&barrier, &send);
                scope.spawn(move || {
                    barrier.wait();
                    send(number, &mut visitor)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    })
}

/// Another window of the same browser.
fn window(visitor: &Visitor) -> Visitor {
    let mut window = Visitor::new(visitor.address);
    window.cookies.clone_from(&visitor.cookies);
    window
}

fn fulfillments(app: &TestApp, id: &GrantId) -> usize {
    let detail = app.read(|conn| grants::detail::find(conn, id).expect("the grant"));
    assert_eq!(detail.grant.status, GrantStatus::Delivered);
    detail.timeline.iter().filter(|entry| entry.action == "grant.fulfill").count()
}

#[test]
fn thirty_at_once_deliver_one_key_one_mail_and_one_entry() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let people: Vec<_> = (0..3).map(|_| app.agent()).collect();
    let visitors: Vec<_> = (0..30).map(|number| window(&people[number % 3])).collect();
    let path = format!("/grants/{id}/fulfillment");
    let pages =
        all_at_once(visitors, |number, visitor| visitor.post(&path, &[("key", &format!("KEY-OF-NUMBER-{number:02}"))]));
    let won: Vec<_> = pages.iter().enumerate().filter(|(_, page)| page.status == 303).map(|(n, _)| n).collect();
    assert_eq!(won.len(), 1, "{:?}", pages.iter().map(|page| page.status).collect::<Vec<_>>());
    for (number, page) in pages.iter().enumerate().filter(|(number, _)| *number != won[0]) {
        assert_eq!(page.status, 409, "{}", page.body);
        assert_eq!(page.text_of(".slip code"), format!("KEY-OF-NUMBER-{number:02}"));
        assert!(page.body.contains("has not been issued to anyone"));
    }
    assert_eq!(fulfillments(&app, &id), 1);
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert!(app.mailbox.only().text().contains(&format!("KEY-OF-NUMBER-{:02}", won[0])));
}

#[test]
fn ten_clicks_at_once_are_answered_alike_and_mail_once() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let agent = app.agent();
    let visitors: Vec<_> = (0..10).map(|_| window(&agent)).collect();
    let path = format!("/grants/{id}/fulfillment");
    let fields = [("key", "BPC26-7KQ4M-X2NWD"), ("idempotency_key", "idem_0123456789")];
    let pages = all_at_once(visitors, |_, visitor| visitor.post(&path, &fields));
    for page in &pages {
        assert_eq!(page.status, 303, "{}", page.body);
        assert_eq!(page.location(), format!("/grants/{id}"));
    }
    assert_eq!(fulfillments(&app, &id), 1);
    app.run_outbox_until_empty();
    app.mailbox.only();
}

#[test]
fn clicks_at_once_that_go_on_lead_to_the_same_grant() {
    let app = TestApp::builder().with_system_clock().spawn();
    let id = app.given().pending_grant().make();
    for number in 0..8 {
        app.given().pending_grant().for_customer(&format!("c{number}@example.com")).make();
    }
    let agent = app.agent();
    let visitors: Vec<_> = (0..5).map(|_| window(&agent)).collect();
    let path = format!("/grants/{id}/fulfillment");
    let fields = [("key", "BPC26-7KQ4M-X2NWD"), ("idempotency_key", "idem_0123456789"), ("then", "next")];
    let pages = all_at_once(visitors, |_, visitor| visitor.post(&path, &fields));
    let places: BTreeSet<_> = pages.iter().map(|page| (page.status, page.location())).collect();
    assert_eq!(places.len(), 1, "{places:?}");
}

#[test]
fn one_key_sent_for_ten_grants_at_once_is_issued_once() {
    let app = spawn_app();
    let ids: Vec<_> =
        (0..10).map(|n| app.given().pending_grant().for_customer(&format!("c{n}@example.com")).make()).collect();
    let agent = app.agent();
    let visitors: Vec<_> = ids.iter().map(|_| window(&agent)).collect();
    let pages = all_at_once(visitors, |number, visitor| {
        visitor.post(&format!("/grants/{}/fulfillment", ids[number]), &[("key", "ONE-KEY-FOR-ALL-OF-THEM")])
    });
    assert_eq!(pages.iter().filter(|page| page.status == 303).count(), 1);
    for page in pages.iter().filter(|page| page.status != 303) {
        assert_eq!(page.status, 422, "{}", page.body);
        assert!(page.field("key").error.expect("an error").contains("was issued on"));
    }
    assert_eq!(app.run_outbox_until_empty(), 1);
}

#[test]
fn people_who_take_the_next_at_once_get_different_grants() {
    let app = spawn_app();
    for number in 0..6 {
        app.given().pending_grant().for_customer(&format!("c{number}@example.com")).make();
    }
    let visitors: Vec<_> = (0..8).map(|_| app.agent()).collect();
    let pages = all_at_once(visitors, |_, visitor| visitor.post("/grants/take-next", &[]));
    let forms: Vec<_> =
        pages.iter().map(Page::location).filter(|location| location.ends_with("/fulfillment/new")).collect();
    assert_eq!(forms.len(), 6, "{forms:?}");
    assert_eq!(forms.iter().collect::<BTreeSet<_>>().len(), 6);
    assert!(pages.iter().all(|page| page.status == 303));
}

#[test]
fn revoking_and_fulfilling_at_once_leave_one_of_both_whole() {
    for round in 0..4 {
        let app = spawn_app();
        let id = app.given().pending_grant().make();
        let reason = Reason::parse("refund").expect("a reason");
        let mut agent = app.agent();
        agent.token();
        let barrier = Barrier::new(2);
        let page = thread::scope(|scope| {
            let revoking = scope.spawn(|| {
                barrier.wait();
                revoke_grant(app.context(), &id, &reason, &crate::support::given::actor()).map(|_| ())
            });
            barrier.wait();
            let page = agent.post(&format!("/grants/{id}/fulfillment"), &[("key", "BPC26-7KQ4M-X2NWD")]);
            revoking.join().expect("joined").expect("revoked");
            page
        });
        let detail = app.read(|conn| grants::detail::find(conn, &id).expect("the grant"));
        assert_eq!(detail.grant.status, GrantStatus::Revoked, "round {round}");
        match page.status {
            303 => assert!(detail.license_key.is_some_and(|key| key.is_disabled)),
            409 => assert!(detail.license_key.is_none()),
            other => panic!("{other}: {}", page.body),
        }
        assert_eq!(app.run_outbox_until_empty(), 0);
    }
}

#[test]
fn a_busy_database_gives_the_form_back_with_everything_typed() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    agent.token();
    let other = Db::open(&app.database.target(), Arc::new(|| {})).expect("another node");
    let barrier = Barrier::new(2);
    let fields = [("key", "BPC26-7KQ4M-X2NWD"), ("customer_note", "Thanks."), ("idempotency_key", "idem_busy")];
    let page = thread::scope(|scope| {
        let (barrier, id, other) = (&barrier, &id, &other);
        scope.spawn(move || {
            other
                .write(|tx| {
                    grants::lock(tx, id)?;
                    barrier.wait();
                    barrier.wait();
                    Ok::<_, StorageError>(())
                })
                .expect("held");
        });
        barrier.wait();
        let page = agent.post(&format!("/grants/{id}/fulfillment"), &fields);
        barrier.wait();
        page
    });
    assert_eq!(page.status, 503, "{}", page.body);
    assert!(page.header("retry-after").is_some());
    assert!(page.text_of(".note.bad").contains("nothing was saved"));
    for (name, value) in fields {
        assert_eq!(page.field(name).value, value);
    }
    assert_eq!(agent.post(&format!("/grants/{id}/fulfillment"), &fields).status, 303);
    assert_eq!(fulfillments(&app, &id), 1);
}

#[test]
fn of_changes_that_are_committed_together_each_stands_or_falls_by_itself() {
    let app = spawn_app();
    let db = app.context().db.clone();
    let start = Barrier::new(24);
    std::thread::scope(|scope| {
        for number in 0..24 {
            let (db, start) = (&db, &start);
            scope.spawn(move || {
                start.wait();
                for round in 0..20 {
                    let name = format!("change-{number}-{round}");
                    let change = || {
                        db.write(|tx| {
                            installation::set(tx, &name, "made")?;
                            assert!(number != 5, "a change that panics");
                            if number % 3 == 0 { Err(StorageError::Conflict) } else { Ok(()) }
                        })
                    };
                    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(change));
                    let is_made = matches!(done, Ok(Ok(())));
                    assert_eq!(is_made, number % 3 != 0 && number != 5);
                    // Whoever is told that a change is made finds it, on whatever connection.
                    let found = db.read(|conn| installation::get(conn, &name)).unwrap();
                    assert_eq!(found.is_some(), is_made, "{name}");
                }
            });
        }
    });
}
