//! Setting keys aside, and recalling a batch.

use std::time::Duration;

use keydesk::domain::ids::BatchId;
use keydesk::domain::license_key::LicenseKeyValue;
use keydesk::domain::page::PageStart;
use keydesk::domain::stock::settings::StockSettings;
use keydesk::domain::stock::{NewBatch, StockCursor, StockState};
use keydesk::storage::stock::batches;
use keydesk::storage::stock::keys::{KeysOf, StockKeyLine, issued_of_batch, page};
use keydesk::usecases::grants::revoke::Reason;
use keydesk::usecases::jobs::run_jobs;
use keydesk::usecases::stock::StockError;
use keydesk::usecases::stock::add::{AddKeys, add_keys_in_steps};
use keydesk::usecases::stock::quarantine::{discard, quarantine, restore};
use keydesk::usecases::stock::recall::{Recalled, recall_batch};
use keydesk::usecases::stock::uploads::confirm;

use super::jobs::{confirmation, upload, uploader};
use super::{
    SEVERAL_STEPS, STEP, add, check_counts, count, delivered_key, entitlement, figures_of, fulfill_from_stock, key,
    waiting, with_stock,
};
use crate::support::given::actor;
use crate::support::{TestApp, spawn_app};

fn reason() -> Reason {
    Reason::parse("Ms Meier reported that it was refused").unwrap()
}

fn keys_in(app: &TestApp, id: &keydesk::domain::ids::EntitlementId, state: StockState) -> Vec<StockKeyLine> {
    app.read(|conn| page(conn, KeysOf::Entitlement(id), state, &PageStart::Start, 100).unwrap()).rows
}

fn first_batch(app: &TestApp, id: &keydesk::domain::ids::EntitlementId) -> BatchId {
    app.read(|conn| batches::of_entitlement(conn, id).unwrap()).pop().unwrap().batch.id
}

#[test]
fn what_still_comes_in_of_a_recalled_batch_is_quarantined_too() {
    let app = spawn_app();
    let (id, by) = (entitlement(&app, StockSettings::default()), uploader(&app));
    let list = upload(&app, &by, &id, &(0..SEVERAL_STEPS).map(key).collect::<Vec<_>>());
    let batch = confirm(app.context(), &confirmation(&by, &list)).unwrap().batch_id;
    assert!(run_jobs(app.context(), "one step", Duration::ZERO).unwrap(), "more is due");
    assert_eq!(figures_of(&app, &id).available, count(STEP));
    recall_batch(app.context(), &batch, &reason(), &actor()).unwrap();
    run_jobs(app.context(), "one step", Duration::from_secs(60)).unwrap();
    let figures = figures_of(&app, &id);
    assert_eq!((figures.available, figures.quarantined), (0, count(SEVERAL_STEPS)));
    check_counts(&app);
}

#[test]
fn a_recalled_batch_is_quarantined_and_says_who_got_a_key_of_it() {
    let app = spawn_app();
    let id = with_stock(&app, 5);
    let batch = first_batch(&app, &id);
    add(&app, &id, 5..7);
    let grants: Vec<_> = (0..2).map(|number| waiting(&app, &id, number)).collect();
    for grant in &grants {
        fulfill_from_stock(&app, grant).unwrap();
    }
    let taken = waiting(&app, &id, 3);
    assert_eq!(app.agent().post(&format!("/grants/{taken}/claim"), &[]).status, 303);
    let recalled = recall_batch(app.context(), &batch, &reason(), &actor()).unwrap();
    assert_eq!(recalled, Recalled { quarantined: 3, issued: 2 }, "what is reserved is recalled, too");
    let line = app.read(|conn| batches::line(conn, &batch).unwrap());
    assert_eq!((line.available, line.issued, line.quarantined), (0, 2, 3));
    assert!(line.batch.recalled_at.is_some() && line.batch.recall_reason.as_deref() == Some(reason().as_str()));
    let got = app.read(|conn| issued_of_batch(conn, &batch, &PageStart::Start, 1).unwrap());
    assert_eq!((got.rows.len(), got.has_next), (1, true));
    let rest = PageStart::After(got.rows[0].cursor());
    let rest = app.read(|conn| issued_of_batch(conn, &batch, &rest, 10).unwrap());
    let who: Vec<_> = got.rows.iter().chain(&rest.rows).map(|line| line.customer_email.to_string()).collect();
    assert_eq!(who, ["customer0@example.com", "customer1@example.com"]);
    assert_eq!(rest.rows[0].grant_id.as_ref(), Some(&grants[1]));
    fulfill_from_stock(&app, &taken).unwrap();
    assert_eq!(delivered_key(&app, &taken), Some(key(5)), "from the next batch");
    assert!(matches!(recall_batch(app.context(), &BatchId::random(), &reason(), &actor()), Err(StockError::NotFound)));
    let entry = "audit_entries WHERE action = 'stock.recall' AND object_kind = 'batch' AND changes NOT LIKE '%Meier%'";
    assert_eq!(app.count(entry), 1, "reasons may name people");
    check_counts(&app);
}

#[test]
fn a_key_is_set_aside_restored_and_discarded_with_a_reason() {
    let app = spawn_app();
    let id = with_stock(&app, 3);
    let first = keys_in(&app, &id, StockState::Available).remove(0).id;
    quarantine(app.context(), &first, &reason(), &actor()).unwrap();
    assert!(matches!(quarantine(app.context(), &first, &reason(), &actor()), Err(StockError::Changed)));
    let set_aside = keys_in(&app, &id, StockState::Quarantined);
    assert_eq!(set_aside[0].reason.as_deref(), Some(reason().as_str()));
    let grant = waiting(&app, &id, 1);
    fulfill_from_stock(&app, &grant).unwrap();
    assert_eq!(delivered_key(&app, &grant), Some(key(1)), "the quarantined one is left alone");
    restore(app.context(), &first, &reason(), &actor()).unwrap();
    discard(app.context(), &first, &reason(), &actor()).unwrap();
    assert!(matches!(restore(app.context(), &first, &reason(), &actor()), Err(StockError::Changed)), "for good");
    let issued = keys_in(&app, &id, StockState::Issued).remove(0).id;
    assert!(matches!(discard(app.context(), &issued, &reason(), &actor()), Err(StockError::Changed)));
    let figures = figures_of(&app, &id);
    assert_eq!((figures.available, figures.issued, figures.quarantined, figures.discarded), (1, 1, 0, 1));
    assert_eq!(app.count("audit_entries WHERE action IN ('stock.quarantine', 'stock.restore', 'stock.discard')"), 3);
    check_counts(&app);
}

#[test]
fn pages_of_keys_follow_the_order_of_drawing_there_and_back() {
    let app = spawn_app();
    let id = with_stock(&app, 7);
    let batch = first_batch(&app, &id);
    for of in [KeysOf::Entitlement(&id), KeysOf::Batch(&batch)] {
        let read =
            |from: &PageStart<StockCursor>| app.read(|conn| page(conn, of, StockState::Available, from, 3).unwrap());
        let first = read(&PageStart::Start);
        let second = read(&PageStart::After(first.rows[2].cursor()));
        let third = read(&PageStart::After(second.rows[2].cursor()));
        assert_eq!((first.has_next, second.has_next, third.has_next, third.rows.len()), (true, true, false, 1));
        let back = read(&PageStart::Before(third.rows[0].cursor()));
        let ids = |lines: &[StockKeyLine]| lines.iter().map(|line| line.id.to_string()).collect::<Vec<_>>();
        assert_eq!(ids(&back.rows), ids(&second.rows));
        let all: std::collections::BTreeSet<_> =
            [&first, &second, &third].iter().flat_map(|page| ids(&page.rows)).collect();
        assert_eq!(all.len(), 7);
    }
}

#[test]
fn a_list_added_by_a_command_is_quarantined_from_the_recall_on() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    let keys = (0..SEVERAL_STEPS).map(|number| (number, LicenseKeyValue::parse(&key(number)).unwrap())).collect();
    let batch = NewBatch::default();
    let command = AddKeys { entitlement_id: id.clone(), batch, keys, idempotency_key: None, actor: actor() };
    let recall_after_the_first_step = |done| {
        if done == STEP {
            recall_batch(app.context(), &first_batch(&app, &id), &reason(), &actor()).unwrap();
        }
    };
    let added = add_keys_in_steps(app.context(), &command, recall_after_the_first_step).unwrap();
    assert_eq!(added.added, SEVERAL_STEPS);
    let figures = figures_of(&app, &id);
    assert_eq!((figures.available, figures.quarantined), (0, count(SEVERAL_STEPS)));
    check_counts(&app);
}
