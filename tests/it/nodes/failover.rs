//! The database goes away and comes back, as it does when it is restarted or fails over: a short pause
//! is a slow page, a long one an honest error page, and nothing that was acknowledged is lost.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::storage::grants;
use keydesk::usecases::audit_log::verify::verify_audit_log;

use crate::support::database::is_postgres;
use crate::support::mail::Mail;
use crate::support::{TestApp, Visitor};

const WRITERS: usize = 3;
/// The database pauses when so many grants are fulfilled.
const PAUSES: [usize; 2] = [5, 25];

fn pending(app: &TestApp, count: usize) -> Vec<GrantId> {
    let entitlement = app.given().entitlement();
    let make = |number| {
        app.given().pending_grant().of(&entitlement).for_customer(&format!("customer{number}@example.com")).make()
    };
    (0..count).map(make).collect()
}

/// Every grant has one key and one line in the log, and its e-mail came once.
fn check_all_delivered(app: &TestApp, grants: &[GrantId]) {
    for id in grants {
        let detail = app.read(|conn| grants::detail::find(conn, id).expect("the grant"));
        assert_eq!(detail.grant.status, GrantStatus::Delivered, "{id}");
        assert!(detail.license_key.is_some(), "{id} has its key");
        assert_eq!(detail.emails.len(), 1, "{id} has one e-mail");
        assert_eq!(detail.timeline.iter().filter(|entry| entry.action == "grant.fulfill").count(), 1, "{id}");
    }
    let mails = app.mailbox.wait_for(grants.len());
    let messages: BTreeSet<String> = mails.iter().map(Mail::message_id).collect();
    assert_eq!((mails.len(), messages.len()), (grants.len(), grants.len()));
    verify_audit_log(app.context()).expect("the log is whole");
}

#[test]
fn connections_that_the_server_ended_are_replaced_unseen_on_postgres() {
    if !is_postgres() {
        return; // There is no connection to lose on SQLite.
    }
    let app = TestApp::builder().spawn_through_proxy();
    let (mut agent, mut reader) = (app.agent(), app.viewer());
    let grants = pending(&app, 12);
    let proxy = app.proxy.as_ref().expect("a proxy");
    for id in &grants {
        assert_eq!(agent.get(&format!("/grants/{id}/fulfillment/new")).status, 200);
        // All that lie in the pool are dead from here on; the page and the form never notice.
        proxy.drop_all();
        assert_eq!(reader.get("/grants").status, 200);
        proxy.drop_all();
        assert_eq!(agent.post(&format!("/grants/{id}/fulfillment"), &[("key", &format!("KEY-{id}"))]).status, 303);
    }
    proxy.drop_all();
    assert_eq!(app.run_outbox_until_empty(), grants.len());
    check_all_delivered(&app, &grants);
}

#[test]
fn a_short_pause_under_load_is_a_slow_page_and_loses_nothing_on_postgres() {
    if !is_postgres() {
        return;
    }
    let app = TestApp::builder().spawn_through_proxy();
    let grants = pending(&app, 60);
    let people: Vec<Visitor> = (0..WRITERS).map(|_| app.agent()).collect();
    let mut reader = app.viewer();
    let (done, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let busy = std::thread::scope(|scope| {
        let threads: Vec<_> = people
            .into_iter()
            .enumerate()
            .map(|(number, mut visitor)| {
                let mine = grants.iter().skip(number).step_by(WRITERS);
                let done = &done;
                scope.spawn(move || mine.map(|id| fulfill_until_done(&mut visitor, id, done)).sum::<usize>())
            })
            .collect();
        let reads = scope.spawn(|| {
            let mut refused = 0;
            while !is_over.load(Ordering::SeqCst) {
                match reader.get("/grants?status=pending").status {
                    200 => {}
                    503 => refused += 1,
                    other => panic!("{other}"),
                }
            }
            // Hundreds, if reading did not wait for the database; one in each pause, if this machine is very slow.
            assert!(refused <= PAUSES.len(), "{refused} pages were refused");
        });
        for pause in PAUSES {
            while done.load(Ordering::SeqCst) < pause && !threads.iter().any(std::thread::ScopedJoinHandle::is_finished)
            {
                std::thread::sleep(Duration::from_millis(1));
            }
            app.proxy.as_ref().expect("a proxy").cut();
            std::thread::sleep(Duration::from_secs(1));
            app.proxy.as_ref().expect("a proxy").mend();
        }
        let busy: usize = threads.into_iter().map(|thread| thread.join().expect("no panic")).sum();
        is_over.store(true, Ordering::SeqCst);
        reads.join().expect("no panic");
        busy
    });
    assert!(busy <= 2 * WRITERS, "only what was in hand is asked to try again, not {busy} requests");
    assert_eq!(app.run_outbox_until_empty(), grants.len());
    check_all_delivered(&app, &grants);
}

/// Sends the same form until it is answered with a redirect; gives how often it was told to try again.
fn fulfill_until_done(visitor: &mut Visitor, id: &GrantId, done: &AtomicUsize) -> usize {
    let (key, once) = (format!("KEY-{id}"), format!("idem_{id}"));
    for told in 0..20 {
        let page = visitor.post(&format!("/grants/{id}/fulfillment"), &[("key", &key), ("idempotency_key", &once)]);
        if page.status == 303 {
            done.fetch_add(1, Ordering::SeqCst);
            return told;
        }
        assert_eq!(page.status, 503, "{}", page.body);
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{id} was never delivered");
}

#[test]
fn a_long_outage_is_an_honest_page_at_once_and_ends_by_itself_on_postgres() {
    if !is_postgres() {
        return;
    }
    let app = TestApp::builder().with_workers().spawn_through_proxy();
    let (mut agent, mut anonymous) = (app.agent(), app.anonymous());
    let grants = pending(&app, 2);
    let program = app.api_key(Role::Agent);
    agent.token();
    let proxy = app.proxy.as_ref().expect("a proxy");
    proxy.cut();
    // The first to notice waits for a restart to go by; from then on everybody is told at once.
    let asked_at = Instant::now();
    assert_eq!(agent.get("/grants").status, 503);
    assert!(asked_at.elapsed() < Duration::from_secs(5), "{:?}", asked_at.elapsed());
    let asked_at = Instant::now();
    let page = agent.get("/grants");
    assert_eq!((page.status, page.header("retry-after")), (503, Some("5")));
    assert!(page.body.contains("request"), "it looks like the portal: {}", page.body);
    let page = agent.post(&format!("/grants/{}/fulfillment", grants[0]), &[("key", "KEY-IN-THE-OUTAGE")]);
    assert_eq!((page.status, page.header("retry-after")), (503, Some("5")));
    let answer = program.get(&format!("/grants/{}", grants[0]));
    assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
    assert_eq!(anonymous.get("/readyz").status, 503);
    assert_eq!(anonymous.get("/healthz").status, 200, "the process lives");
    assert!(asked_at.elapsed() < Duration::from_secs(2), "{:?}", asked_at.elapsed());
    proxy.mend();
    let back_at = Instant::now();
    while agent.get("/grants").status != 200 {
        assert!(back_at.elapsed() < Duration::from_secs(2), "it notices that the database is back");
        std::thread::sleep(Duration::from_millis(20));
    }
    for id in &grants {
        assert_eq!(agent.post(&format!("/grants/{id}/fulfillment"), &[("key", &format!("KEY-{id}"))]).status, 303);
    }
    // The workers have gone on by themselves.
    check_all_delivered(&app, &grants);
}
