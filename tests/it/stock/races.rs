//! Many at once: a key of the stock goes to one grant, and a value comes into the business once.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use keydesk::domain::ids::GrantId;
use keydesk::domain::license_key::LicenseKeyValue;
use keydesk::domain::staff::Role;
use keydesk::domain::stock::NewBatch;
use keydesk::domain::stock::settings::{StockDelivery, StockSettings};
use keydesk::usecases::grants::fulfill::{FulfillGrantError, KeyChoice, fulfill_grant};
use keydesk::usecases::stock::add::{AddKeys, add_keys};
use serde_json::json;

use super::{
    add, check_counts, command, delivered_key, entitlement, figures_of, fulfill_from_stock, key, waiting, with_stock,
};
use crate::support::given::actor;
use crate::support::spawn_app;

#[test]
fn thirty_at_once_on_a_stock_of_twenty_get_twenty_different_keys() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings { delivery: StockDelivery::Auto, ..StockSettings::default() });
    // Fifteen wait and are fulfilled at the press; fifteen are sold at the same moment and delivered by themselves.
    let pressed: Vec<GrantId> = (0..15).map(|number| waiting(&app, &id, number)).collect();
    add(&app, &id, 0..20);
    let barrier = Barrier::new(30);
    let sold: Vec<Option<GrantId>> = thread::scope(|scope| {
        let threads_of_staff: Vec<_> = pressed
            .iter()
            .map(|grant| {
                let (app, barrier) = (&app, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    match fulfill_from_stock(app, grant) {
                        Ok(_) | Err(FulfillGrantError::OutOfStock) => None,
                        Err(error) => panic!("{error:?}"),
                    }
                })
            })
            .collect();
        let threads_of_shops: Vec<_> = (0..15)
            .map(|number| {
                let (program, barrier, id) = (app.api_key(Role::Agent), &barrier, &id);
                scope.spawn(move || {
                    let customer = json!({"email": format!("sold{number}@example.com"), "name": "S"});
                    let body = json!({"entitlement_id": id.as_str(), "customer": customer, "payment_id": format!("pay_{number}")});
                    barrier.wait();
                    let answer = program.post("/grants", &body);
                    assert_eq!(answer.status, 201, "{}", answer.text);
                    let grant = answer.json()["id"].as_str().expect("an id").to_owned();
                    Some(GrantId::parse(&grant).expect("an id"))
                })
            })
            .collect();
        threads_of_staff.into_iter().chain(threads_of_shops).map(|thread| thread.join().expect("no panic")).collect()
    });
    let all: Vec<GrantId> = pressed.into_iter().chain(sold.into_iter().flatten()).collect();
    assert_eq!(all.len(), 30);
    let keys: Vec<String> = all.iter().filter_map(|grant| delivered_key(&app, grant)).collect();
    assert_eq!(keys.len(), 20, "every key found its grant");
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), 20, "and each only one");
    let figures = figures_of(&app, &id);
    assert_eq!((figures.available, figures.issued, figures.waiting), (0, 20, 10));
    check_counts(&app);
    app.run_jobs();
    assert_eq!(figures_of(&app, &id).waiting, 10, "nothing is left to serve them with");
    assert_eq!(app.run_outbox_until_empty(), 20);
}

#[test]
fn of_two_people_on_a_stock_of_one_the_second_is_told_that_it_is_empty() {
    let app = spawn_app();
    for round in 0..5 {
        let id = entitlement(&app, StockSettings::default());
        add(&app, &id, [round]);
        let grants = [waiting(&app, &id, 1), waiting(&app, &id, 2)];
        let barrier = Barrier::new(2);
        let outcomes: Vec<bool> = thread::scope(|scope| {
            let press = |grant: &GrantId| {
                barrier.wait();
                match fulfill_from_stock(&app, grant) {
                    Ok(_) => true,
                    Err(FulfillGrantError::OutOfStock) => false,
                    Err(error) => panic!("{error:?}"),
                }
            };
            let threads: Vec<_> = grants.iter().map(|grant| scope.spawn(move || press(grant))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert_eq!(outcomes.iter().filter(|is_done| **is_done).count(), 1);
        let delivered: Vec<_> = grants.iter().filter_map(|grant| delivered_key(&app, grant)).collect();
        assert_eq!(delivered, [key(round)]);
        assert_eq!(figures_of(&app, &id).waiting, 1, "the other still waits");
    }
    check_counts(&app);
}

#[test]
fn a_value_that_is_typed_and_added_at_the_same_moment_comes_in_once() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    let ctx = app.context();
    for round in 0..20 {
        let grant = waiting(&app, &id, round);
        let value = LicenseKeyValue::parse(&key(round)).unwrap();
        let adding = AddKeys {
            entitlement_id: id.clone(),
            batch: NewBatch::default(),
            keys: vec![(0, value.clone())],
            idempotency_key: None,
            actor: actor(),
        };
        let barrier = Barrier::new(2);
        let (is_typed, is_added) = thread::scope(|scope| {
            let typing = scope.spawn(|| {
                barrier.wait();
                match fulfill_grant(ctx, &command(&grant, KeyChoice::Typed(value))) {
                    Ok(_) => true,
                    Err(FulfillGrantError::KeyInStock) => false,
                    Err(error) => panic!("{error:?}"),
                }
            });
            let adding = scope.spawn(|| {
                barrier.wait();
                add_keys(ctx, &adding).expect("decided").added == 1
            });
            (typing.join().expect("no panic"), adding.join().expect("no panic"))
        });
        assert!(is_typed != is_added, "round {round}: {is_typed} {is_added}");
    }
    let (typed, added) = (app.count("license_keys"), app.count("stock_keys"));
    assert_eq!(typed + added, 20);
    check_counts(&app);
}

#[test]
fn two_lists_with_the_same_keys_at_once_add_each_key_once() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    let barrier = Barrier::new(4);
    let added: Vec<usize> = thread::scope(|scope| {
        let add = |from: usize| {
            barrier.wait();
            add(&app, &id, from..from + 300).added
        };
        let threads: Vec<_> = (0..4).map(|number| scope.spawn(move || add(number * 50))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(added.iter().sum::<usize>(), 450, "{added:?}");
    assert_eq!(figures_of(&app, &id).available, 450);
    check_counts(&app);
}

#[test]
fn quarantine_recall_and_drawing_at_once_leave_counters_that_are_right() {
    use keydesk::storage::stock::batches;
    use keydesk::usecases::grants::revoke::Reason;
    use keydesk::usecases::stock::recall::recall_batch;
    let app = spawn_app();
    let id = with_stock(&app, 20);
    let batch = app.read(|conn| batches::of_entitlement(conn, &id).unwrap().remove(0).batch.id);
    let grants: Vec<GrantId> = (0..10).map(|number| waiting(&app, &id, number)).collect();
    let barrier = Barrier::new(11);
    let (delivered, recalled) = thread::scope(|scope| {
        let press = |grant: &GrantId| {
            barrier.wait();
            match fulfill_from_stock(&app, grant) {
                Ok(_) => 1_i64,
                Err(FulfillGrantError::OutOfStock) => 0,
                Err(error) => panic!("{error:?}"),
            }
        };
        let threads: Vec<_> = grants.iter().map(|grant| scope.spawn(move || press(grant))).collect();
        barrier.wait();
        let recalled = recall_batch(app.context(), &batch, &Reason::parse("leaked").unwrap(), &actor()).unwrap();
        (threads.into_iter().map(|thread| thread.join().expect("no panic")).sum::<i64>(), recalled)
    });
    assert_eq!(recalled.quarantined + delivered, 20);
    assert_eq!(figures_of(&app, &id).quarantined, recalled.quarantined);
    check_counts(&app);
}
