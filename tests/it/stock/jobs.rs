//! Uploads: kept sealed, confirmed once, and added by a job that goes on after a restart.

use std::collections::HashMap;
use std::time::Duration;

use jiff::SignedDuration;
use keydesk::domain::actor::{Actor, Who};
use keydesk::domain::ids::{EntitlementId, StaffId, StockUploadId};
use keydesk::domain::staff::Role;
use keydesk::domain::stock::NewBatch;
use keydesk::domain::stock::settings::StockSettings;
use keydesk::housekeeping::look_after_stock;
use keydesk::usecases::jobs::run_jobs;
use keydesk::usecases::stock::StockError;
use keydesk::usecases::stock::add::Serve;
use keydesk::usecases::stock::check::{Candidate, Outcome};
use keydesk::usecases::stock::rejected::Rejected;
use keydesk::usecases::stock::uploads::{ConfirmUpload, Decision, LineKind, StoreUpload, confirm, find, page, store};

use super::{
    ALL_BY_ITSELF, SEVERAL_STEPS, STEP, add, check_counts, count, delivered_key, entitlement, figures_of, key, waiting,
};
use crate::support::{TestApp, spawn_app};

pub struct Uploader {
    pub staff_id: StaffId,
    pub actor: Actor,
}

pub fn uploader(app: &TestApp) -> Uploader {
    let staff_id = app.given().staff(Role::Agent).id;
    let who = Who::SignedIn { id: staff_id.clone(), role: Role::Agent };
    Uploader { staff_id, actor: Actor { who, address: None, request_id: None } }
}

pub fn upload(app: &TestApp, by: &Uploader, id: &EntitlementId, texts: &[String]) -> StockUploadId {
    let candidates = texts.iter().zip(1..).map(|(text, line)| Candidate { line, text: text.clone() }).collect();
    let command = StoreUpload {
        staff_id: by.staff_id.clone(),
        entitlement_id: id.clone(),
        batch: NewBatch { supplier: Some("Reseller GmbH".to_owned()), ..NewBatch::default() },
        candidates,
        actor: by.actor.clone(),
    };
    store(app.context(), command).expect("kept")
}

pub fn confirmation(by: &Uploader, id: &StockUploadId) -> ConfirmUpload {
    ConfirmUpload {
        id: id.clone(),
        staff_id: by.staff_id.clone(),
        decisions: HashMap::new(),
        otherwise: Decision::Corrected,
        serve: Serve::AsSet,
        actor: by.actor.clone(),
    }
}

fn keys(count: usize) -> Vec<String> {
    (0..count).map(key).collect()
}

#[test]
fn each_line_says_what_it_is_and_only_good_ones_come_in() {
    use LineKind::{InStock, Invalid, Issued, New, Twice, Warned};
    let app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    let by = uploader(&app);
    add(&app, &id, [0]);
    let issued = app.given().delivered_grant(&key(1));
    let texts = [
        key(2),
        key(0),
        key(1),
        key(2),
        format!("Key: {}", key(3)),
        "\u{202E}inside\u{202E}x".to_owned(),
        format!("\u{201C}{}\u{201D}", key(4)),
    ];
    let upload_id = upload(&app, &by, &id, &texts);
    let found = find(app.context(), &upload_id, &by.staff_id).unwrap();
    let kinds: Vec<LineKind> = found.lines.iter().map(|line| line.kind).collect();
    assert_eq!(kinds, [New, InStock, Issued, Twice, Warned, Invalid, Warned]);
    assert_eq!(found.lines[3].first_line, Some(1));
    let lines: Vec<_> = found.lines.iter().collect();
    let checked = page(app.context(), &found, &lines, &by.actor).unwrap();
    let Outcome::Issued(Some(place)) = &checked[2].outcome else { panic!("{:?}", checked[2]) };
    assert_eq!(place.grant_id.as_ref(), Some(&issued));
    assert_eq!(app.count("audit_entries WHERE action = 'license_key.find'"), 1, "that it was told is noted");
    assert_eq!(app.count("stock_keys"), 1, "no key exists before the confirmation");
    let decisions = HashMap::from([(5, Decision::Corrected), (7, Decision::Skip)]);
    confirm(app.context(), &ConfirmUpload { decisions, ..confirmation(&by, &upload_id) }).unwrap();
    app.run_jobs();
    assert_eq!(figures_of(&app, &id).available, 3, "key 0 of before, key 2, and key 3 without its label");
    assert_eq!(app.count("license_keys"), 1);
    let again = super::add(&app, &id, [2, 3]);
    assert_eq!(again.added, 0, "they are there as they are without what was around them");
    check_counts(&app);
}

#[test]
fn confirming_twice_adds_once() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    let by = uploader(&app);
    let upload_id = upload(&app, &by, &id, &keys(1_200));
    let first = confirm(app.context(), &confirmation(&by, &upload_id)).unwrap();
    let second = confirm(app.context(), &confirmation(&by, &upload_id)).unwrap();
    assert_eq!((first.is_replay, second.is_replay), (false, true));
    assert_eq!(first.batch_id, second.batch_id);
    app.run_jobs();
    confirm(app.context(), &confirmation(&by, &upload_id)).unwrap();
    app.run_jobs();
    assert_eq!((app.count("batches"), app.count("stock_keys")), (1, 1_200));
    assert_eq!(app.count("jobs WHERE kind = 'add_stock_keys' AND state = 'done' AND done = 1200 AND total = 1200"), 1);
    assert_eq!(app.count("stock_uploads WHERE length(content) = 0"), 1, "the sealed list is gone");
    assert_eq!(app.count("audit_entries WHERE action = 'stock.add'"), 1);
    check_counts(&app);
}

#[test]
fn confirmations_at_once_make_one_batch() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    let by = uploader(&app);
    let upload_id = upload(&app, &by, &id, &keys(50));
    let barrier = std::sync::Barrier::new(5);
    let batches: std::collections::BTreeSet<String> = std::thread::scope(|scope| {
        let confirm = || {
            barrier.wait();
            confirm(app.context(), &confirmation(&by, &upload_id)).expect("confirmed").batch_id.to_string()
        };
        let threads: Vec<_> = (0..5).map(|_| scope.spawn(confirm)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    app.run_jobs();
    assert_eq!((batches.len(), app.count("batches"), app.count("stock_keys")), (1, 1, 50));
}

#[test]
fn a_job_goes_on_after_a_restart_and_adds_each_key_once() {
    let mut app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    let by = uploader(&app);
    let upload_id = upload(&app, &by, &id, &keys(SEVERAL_STEPS));
    confirm(app.context(), &confirmation(&by, &upload_id)).unwrap();
    run_jobs(app.context(), "one", Duration::ZERO).unwrap();
    assert_eq!(figures_of(&app, &id).available, count(STEP), "one step");
    let job = find(app.context(), &upload_id, &by.staff_id).unwrap().job.unwrap();
    assert_eq!((job.done, job.total, job.is_finished), (count(STEP), Some(count(SEVERAL_STEPS)), false));
    app.restart();
    app.advance(SignedDuration::from_secs(31));
    run_jobs(app.context(), "two", Duration::from_secs(60)).unwrap();
    assert_eq!(figures_of(&app, &id).available, count(SEVERAL_STEPS));
    check_counts(&app);
}

#[test]
fn what_was_issued_between_the_look_and_the_job_is_left_out_and_named() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    let by = uploader(&app);
    let upload_id = upload(&app, &by, &id, &keys(3));
    app.given().delivered_grant(&key(1));
    confirm(app.context(), &confirmation(&by, &upload_id)).unwrap();
    app.run_jobs();
    let found = find(app.context(), &upload_id, &by.staff_id).unwrap();
    assert_eq!(found.rejected, [(2, Rejected::Issued)]);
    assert_eq!(figures_of(&app, &id).available, 2);
}

#[test]
fn an_upload_is_its_persons_alone_and_ends_after_half_an_hour() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    let (by, other) = (uploader(&app), uploader(&app));
    let upload_id = upload(&app, &by, &id, &keys(3));
    assert!(find(app.context(), &upload_id, &other.staff_id).is_err());
    let theirs = ConfirmUpload { staff_id: other.staff_id.clone(), ..confirmation(&other, &upload_id) };
    assert!(matches!(confirm(app.context(), &theirs), Err(StockError::NotFound)));
    app.advance(SignedDuration::from_mins(31));
    assert!(find(app.context(), &upload_id, &by.staff_id).is_err());
    assert!(matches!(confirm(app.context(), &confirmation(&by, &upload_id)), Err(StockError::NotFound)));
    assert_eq!(look_after_stock(app.context()).unwrap(), 1);
    assert_eq!(app.count("stock_uploads"), 0);
}

#[test]
fn a_confirmed_refill_serves_those_that_wait_in_the_same_run() {
    let app = spawn_app();
    let id = entitlement(&app, ALL_BY_ITSELF);
    let by = uploader(&app);
    let grant = waiting(&app, &id, 1);
    let upload_id = upload(&app, &by, &id, &keys(3));
    confirm(app.context(), &confirmation(&by, &upload_id)).unwrap();
    app.run_jobs();
    assert_eq!(delivered_key(&app, &grant), Some(key(0)));
    let entry = app.count(&format!("audit_entries WHERE action = 'grant.fulfill' AND actor_id = '{}'", by.staff_id));
    assert_eq!(entry, 1, "in the name of whoever confirmed");
    check_counts(&app);
}
