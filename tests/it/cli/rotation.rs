//! A new encryption key while the portal runs.

use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::storage::encryption::columns::{SealedColumn, SealedValue};
use keydesk::storage::{Conn, StorageError, encryption, grants, license_keys, schema};
use keydesk::usecases::license_keys::reveal::reveal_license_key;
use keydesk::usecases::rotate_encryption_key::{Walk, begin, complete, walk};

use crate::support::database::is_postgres;
use crate::support::process::{complaint, lines, say};
use crate::support::{TestApp, spawn_app};

fn actor() -> Actor {
    Actor::system(SystemPart::CommandLine)
}

fn values(app: &TestApp, column: SealedColumn) -> Vec<SealedValue> {
    app.read(|conn| column.page(conn, "", 1_000).unwrap())
}

fn older(app: &TestApp) -> usize {
    let ctx = app.context();
    SealedColumn::ALL
        .into_iter()
        .flat_map(|column| values(app, column))
        .filter(|value| !value.sealed.is_empty() && !ctx.keyring.is_sealed_anew(&value.sealed))
        .count()
}

#[test]
fn the_command_rotates_beside_a_running_portal() {
    let app = TestApp::builder().with_system_clock().spawn();
    let before = app.given().delivered_grant("AAAA-BBBB-CCCC-0001");
    let person = app.given().staff(keydesk::domain::staff::Role::Agent);
    let (_, codes) = app.given().second_factor(&person);
    let said = lines(&say(&app, &["secret", "rotate"], ""));
    assert!(said.contains("created key") && said.contains("done: 2 values re-encrypted"), "{said}");
    // The portal that started before opens what the command sealed, and seals with the new key.
    let mut admin = app.admin();
    assert!(admin.post(&format!("/grants/{before}/reveal"), &[]).body.contains("AAAA-BBBB-CCCC-0001"));
    let after = app.given().delivered_grant("AAAA-BBBB-CCCC-0002");
    assert!(admin.post(&format!("/grants/{after}/reveal"), &[]).body.contains("AAAA-BBBB-CCCC-0002"));
    assert_eq!(older(&app), 0);
    assert_eq!(codes.len(), 10);
    let page =
        app.anonymous().post("/login", &[("email", &person.email), ("password", crate::support::given::PASSWORD)]);
    assert_eq!(page.location(), "/login/code", "the second factor still opens");
    let log = admin.get("/audit?action=secret.rotate");
    assert_eq!(log.rows().len(), 2, "begun and completed");
    let said = lines(&say(&app, &["audit", "verify"], ""));
    assert!(!said.is_empty());
}

#[test]
fn an_interrupted_run_goes_on_where_it_is_started_again() {
    let app = spawn_app();
    let ctx = app.context();
    let grants: Vec<_> =
        (0..450).map(|number| app.given().delivered_grant(&format!("AAAA-BBBB-CCCC-{number:04}"))).collect();
    let first = begin(ctx, &actor()).unwrap();
    let done = walk(ctx, |_| false).unwrap();
    assert!(done.is_cut_short);
    let left = older(&app);
    assert!(left > 0 && left < 450, "{left}");
    for grant in grants.iter().step_by(50) {
        assert!(reveal_license_key(ctx, grant, None, &actor()).is_ok(), "old and new ones open");
    }
    let second = begin(ctx, &actor()).unwrap();
    assert!(second.is_resumed && second.key_id == first.key_id);
    let done = walk(ctx, |_| true).unwrap();
    assert_eq!(done, Walk { sealed_anew: left as u64, ..Walk::default() });
    assert_eq!((older(&app), walk(ctx, |_| true).unwrap().sealed_anew), (0, 0));
    complete(ctx, &second, &done, &actor()).unwrap();
    assert!(app.read(|conn| encryption::keys::incomplete(conn).unwrap()).is_none());
    let third = begin(ctx, &actor()).unwrap();
    assert!(!third.is_resumed && third.key_id != first.key_id);
    assert_eq!(older(&app), 450);
    assert!(reveal_license_key(ctx, &grants[0], None, &actor()).is_ok());
}

#[test]
fn keys_that_are_issued_while_it_walks_are_neither_lost_nor_left_behind() {
    let app = spawn_app();
    let ctx = app.context();
    for number in 0..300 {
        app.given().delivered_grant(&format!("AAAA-BBBB-CCCC-{number:04}"));
    }
    begin(ctx, &actor()).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| walk(ctx, |_| true).unwrap());
        scope.spawn(|| {
            for number in 300..340 {
                app.given().delivered_grant(&format!("AAAA-BBBB-CCCC-{number:04}"));
            }
        });
    });
    walk(ctx, |_| true).unwrap();
    assert_eq!((older(&app), values(&app, SealedColumn::LicenseKey).len()), (0, 340));
}

#[test]
fn a_value_that_does_not_open_is_named_and_stops_nothing_else() {
    let app = TestApp::builder().with_system_clock().spawn();
    let (one, two) =
        (app.given().delivered_grant("AAAA-BBBB-CCCC-0001"), app.given().delivered_grant("AAAA-BBBB-CCCC-0002"));
    let mut broken = values(&app, SealedColumn::LicenseKey).remove(0);
    let intact = broken.clone();
    *broken.sealed.last_mut().unwrap() ^= 1;
    app.context().db.write(|tx| SealedColumn::LicenseKey.replace(tx, &intact, &broken.sealed)).unwrap();
    let told = complaint(&say(&app, &["secret", "rotate"], ""));
    assert!(told.contains(&broken.row), "{told}");
    let readable =
        [one, two].iter().filter(|grant| reveal_license_key(app.context(), grant, None, &actor()).is_ok()).count();
    assert_eq!(readable, 1);
    let id = keydesk::domain::ids::LicenseKeyId::stored(broken.row.clone());
    assert_eq!(
        app.read(|conn| license_keys::find_sealed(conn, &id).unwrap().ciphertext().to_vec()),
        broken.sealed,
        "left unchanged"
    );
}

#[test]
fn a_new_key_is_learned_of_where_every_connection_is_taken() {
    let app = spawn_app();
    let ctx = app.context();
    let grant = app.given().delivered_grant("AAAA-BBBB-CCCC-0001");
    let key_id = app.read(|conn| grants::find(conn, &grant).unwrap().license_key_id).unwrap();
    // Another node, which has not heard of the key that this one seals with.
    let config = app.context().config.as_ref().clone();
    let node = keydesk::server::open(config, app.clock.clone(), Arc::new(|| ())).unwrap();
    begin(ctx, &actor()).unwrap();
    walk(ctx, |_| true).unwrap();
    let sealed = app.read(|conn| license_keys::find_sealed(conn, &key_id).unwrap().ciphertext().to_vec());
    let data = SealedColumn::LicenseKey.associated_data(key_id.as_str());
    let connections = if is_postgres() { 16 } else { 7 };
    let (all, began_at) = (Barrier::new(connections), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| {
                let open = |_: &mut Conn| {
                    all.wait();
                    Ok::<_, StorageError>(node.keyring.open(&data, &sealed).is_ok())
                };
                assert!(node.db.read(open).unwrap(), "it opens");
            });
        }
    });
    assert!(began_at.elapsed() < Duration::from_secs(5), "{:?}", began_at.elapsed());
}

#[test]
fn a_new_key_that_cannot_be_read_ends_the_run_and_not_as_if_all_were_done() {
    let app = spawn_app();
    let ctx = app.context();
    let grant = app.given().delivered_grant("AAAA-BBBB-CCCC-0001");
    let rotation = begin(ctx, &actor()).unwrap();
    let key = schema::encryption_keys::table.find(&rotation.key_id);
    app.read(|conn| {
        diesel::update(key).set(schema::encryption_keys::wrapped.eq(vec![1_u8; 77])).execute(conn).unwrap()
    });
    let refused = begin(ctx, &actor()).unwrap_err().to_string();
    assert!(refused.contains(&rotation.key_id), "{refused}");
    assert!(app.read(|conn| encryption::keys::incomplete(conn).unwrap()).is_some(), "it is not done");
    assert!(reveal_license_key(ctx, &grant, None, &actor()).is_ok());
    let told = complaint(&say(&app, &["secret", "rotate"], ""));
    assert!(told.contains(&rotation.key_id), "{told}");
}

#[test]
fn a_backup_made_before_opens_and_can_be_rotated_itself_on_sqlite() {
    if is_postgres() {
        return; // PostgreSQL has its own tools.
    }
    let app = TestApp::builder().with_system_clock().spawn();
    let grant = app.given().delivered_grant("AAAA-BBBB-CCCC-0001");
    let home = tempfile::tempdir().unwrap();
    let data_dir = home.path().join("data");
    std::fs::create_dir(&data_dir).unwrap();
    let file = data_dir.join("keydesk.db");
    say(&app, &["backup", &file.display().to_string()], "");
    std::fs::copy(app.data_dir().join("secret.key"), data_dir.join("secret.key")).unwrap();
    lines(&say(&app, &["secret", "rotate"], ""));
    let settings = [("data_dir".to_owned(), data_dir.display().to_string())].into_iter().collect();
    let config = keydesk::config::Config::parse(&settings).unwrap();
    let ctx = keydesk::server::open(config, app.clock.clone(), Arc::new(|| ())).unwrap();
    assert_eq!(reveal_license_key(&ctx, &grant, None, &actor()).unwrap().expose(), "AAAA-BBBB-CCCC-0001");
    begin(&ctx, &actor()).unwrap();
    assert_eq!(walk(&ctx, |_| true).unwrap().sealed_anew, 1);
    assert!(reveal_license_key(&ctx, &grant, None, &actor()).is_ok());
}
