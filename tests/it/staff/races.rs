//! What is done to staff while they do something themselves: nobody waits for the other in vain.

use keydesk::domain::actor::{Actor, Who};
use keydesk::domain::staff::Role;
use keydesk::storage::staff::sessions::{self, NewSession};
use keydesk::storage::staff::{self, second_factors};
use keydesk::usecases::auth::end_sessions::end_other_sessions;
use keydesk::usecases::auth::manage_second_factor::remove_all_factors;
use keydesk::usecases::staff::disable::disable_staff;
use keydesk::usecases::staff::forget_identity::forget_identity;
use keydesk::usecases::staff::send_link::send_staff_link;

use crate::customers::erasure_races::at_once;
use crate::support::given::Person;
use crate::support::{TestApp, spawn_app};

const ROUNDS: usize = 20;

fn signed_in(person: &Person, role: Role) -> Actor {
    Actor { who: Who::SignedIn { id: person.id.clone(), role }, address: None, request_id: None }
}

/// Sessions of somebody who signed in on many devices.
fn give_sessions(app: &TestApp, person: &Person, count: u8) {
    let db = &app.context().db;
    db.write(|tx| {
        let security_stamp = staff::find(tx, &person.id)?.expect("the person").security_stamp;
        for number in 0..count {
            let new = NewSession {
                key_hash: &[person.id.as_str().as_bytes(), &[number]].concat(),
                staff_id: Some(&person.id),
                security_stamp,
                state: "{}",
                expires_at: app.now() + jiff::SignedDuration::from_hours(1),
            };
            sessions::insert(tx, &new, app.now())?;
        }
        Ok::<_, keydesk::storage::StorageError>(())
    })
    .unwrap();
}

#[test]
fn somebody_is_disabled_while_they_end_their_other_sessions() {
    let app = spawn_app();
    for round in 0..ROUNDS {
        let (admin, person) = (app.given().staff(Role::Admin), app.given().staff(Role::Agent));
        give_sessions(&app, &person, 60);
        let (disabled, ended) = at_once(
            || disable_staff(app.context(), &person.id, &signed_in(&admin, Role::Admin)),
            || end_other_sessions(app.context(), &person.id, None, &signed_in(&person, Role::Viewer)),
        );
        assert!(matches!(disabled, Ok(true)), "round {round}: {disabled:?}");
        let is_late = matches!(ended, Err(keydesk::storage::StorageError::NoLongerAllowed));
        assert!(is_late || ended.is_ok(), "round {round}: {ended:?}");
        assert!(app.read(|conn| sessions::of_staff(conn, &person.id).unwrap()).is_empty(), "round {round}");
    }
}

#[test]
fn two_admins_end_each_others_access_at_once() {
    let app = spawn_app();
    let (one, other) = (app.given().staff(Role::Admin), app.given().staff(Role::Admin));
    for round in 0..ROUNDS {
        for person in [&one, &other] {
            app.given().passkey(person);
            let (subject, db) = (person.email.as_str(), &app.context().db);
            db.write(|tx| staff::identities::insert(tx, "https://login.example", subject, &person.id, app.now()))
                .unwrap();
        }
        let end = |person: &Person, by: &Person| {
            let (ctx, actor) = (app.context(), signed_in(by, Role::Admin));
            assert!(remove_all_factors(ctx, &person.id, &actor).unwrap(), "round {round}");
            assert!(forget_identity(ctx, &person.id, &actor).unwrap(), "round {round}");
            send_staff_link(ctx, &person.id, "en", &actor).unwrap();
        };
        at_once(|| end(&one, &other), || end(&other, &one));
        assert!(app.read(|conn| second_factors::of(conn, &one.id).unwrap()).is_empty());
    }
}
