//! Erasing a customer: what names them is gone, what does not stays.

use std::path::{Path, PathBuf};
use std::process::Command;

use diesel::prelude::*;
use jiff::SignedDuration;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::customer::{Customer, EmailAddress};
use keydesk::domain::ids::{CustomerId, GrantId};
use keydesk::domain::outbox::{MessageState, OutboxMessage};
use keydesk::domain::staff::Role;
use keydesk::outbox::kind::Outcome;
use keydesk::outbox::record::record;
use keydesk::storage::db::free_space::{dirty_pages, page_count};
use keydesk::storage::schema::outbox_attempts;
use keydesk::storage::{self, Tx, grants, outbox};
use keydesk::usecases::customers::erase::{Erasure, erase_customer};
use serde_json::json;

use crate::support::database::is_postgres;
use crate::support::outbox::in_flight;
use crate::support::process::{complaint, lines, say};
use crate::support::{Program, Receiver, TestApp, spawn_app};

const NAME: &str = "Wilhelmina Vanterpool";
const EMAIL: &str = "wilhelmina@vanterpool.example";
const KEY: &str = "WVAN-TERP-OOLS-KEY1";

/// The directory with all that the portal keeps; the tests' database stands beside its data directory.
pub fn home(app: &TestApp) -> PathBuf {
    app.data_dir().parent().unwrap().to_owned()
}

/// Whether any file of a directory holds the text. Another process reads the files: closing one here would give up the
/// locks that SQLite has on it in this process.
pub fn holds(dir: &Path, text: &str) -> Option<String> {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if let Some(found) = holds(&path, text) {
                return Some(found);
            }
        } else {
            let file = Command::new("cat").arg(&path).output().unwrap().stdout;
            // Broken letters are replaced; the text itself stays what it is.
            if String::from_utf8_lossy(&file).contains(text) {
                return Some(path.display().to_string());
            }
        }
    }
    None
}

#[test]
fn the_command_erases_a_customer_and_says_what_it_kept() {
    let app = TestApp::builder().with_system_clock().keeping_mail().spawn();
    let entitlement = app.given().entitlement();
    let sale = || app.given().pending_grant().of(&entitlement).for_customer(EMAIL).named(NAME);
    let delivered = sale().with_payment("pay_kept_1").make();
    if !is_postgres() {
        assert!(holds(&home(&app), NAME).is_some(), "the database is looked through");
    }
    app.given().fulfill(&delivered, KEY);
    app.run_outbox_until_empty();
    let pending = sale().with_payment("pay_kept_2").with_metadata("{\"note\":\"Wilhelmina Vanterpool\"}").make();
    let other = app.given().pending_grant().of(&entitlement).for_customer("other@example.com").make();
    let mut admin = app.admin();
    let until = (app.now() + jiff::SignedDuration::from_hours(48)).strftime("%Y-%m-%d").to_string();
    let pause = [("reason", "customer"), ("until", until.as_str()), ("note", "Wilhelmina Vanterpool moves house")];
    assert_eq!(admin.post(&format!("/grants/{pending}/pause"), &pause).status, 303);
    admin.post(&format!("/grants/{delivered}/reveal"), &[("reason", "Wilhelmina Vanterpool called")]);
    let mail = app.data_dir().join("mail");
    assert!(holds(&mail, EMAIL).is_some() && holds(&mail, KEY).is_some(), "what was planted is to be found");

    assert!(complaint(&say(&app, &["customers", "erase", "nobody@example.com"], "")).contains("no customer"));
    let said = lines(&say(&app, &["customers", "erase", &EMAIL.to_uppercase()], ""));
    for part in ["1 license keys", "2 grants", "retained:", "never issued again", "backups"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    for text in [NAME, EMAIL, "wilhelmina vanterpool", KEY] {
        assert_eq!(holds(&home(&app), text), None, "{text}");
    }
    assert!(complaint(&say(&app, &["customers", "erase", EMAIL], "")).contains("no customer"));
    let id = app.read(|conn| grants::find(conn, &delivered).unwrap().customer_id);
    let again = lines(&say(&app, &["customers", "erase", &format!("{id}@erased.invalid")], ""));
    assert!(again.contains("was already erased"), "{again}");

    let page = admin.get(&format!("/grants/{delivered}"));
    assert_eq!((page.status, page.chip().as_str()), (200, "Delivered"), "the fact stays");
    assert!(page.body.contains("pay_kept_1") && page.body.contains("@erased.invalid"));
    assert!(page.body.contains("personal data and keys were erased"));
    let key = app.read(|conn| grants::find(conn, &delivered).unwrap().license_key_id).unwrap();
    for path in [format!("/grants/{delivered}"), "/grants?status=delivered".to_owned(), format!("/license-keys/{key}")]
    {
        assert!(admin.get(&path).body.contains("Erased customer"), "{path}");
    }
    admin.post("/preferences", &[("language", "de"), ("next", "/")]);
    assert!(admin.get(&format!("/grants/{delivered}")).body.contains("Gelöschter Kunde"));
    admin.post("/preferences", &[("language", "en"), ("next", "/")]);
    assert_eq!(admin.get(&format!("/grants/{pending}")).chip(), "Revoked");
    let reason = |id| app.read(|conn| grants::find(conn, id).unwrap().revocation_reason);
    assert_eq!((reason(&pending).as_deref(), reason(&delivered)), (Some("erased"), None));
    assert_eq!(admin.get(&format!("/grants/{other}")).chip(), "Pending");
    assert!(admin.get("/grants?q=vanterpool").rows().is_empty());
}

#[test]
fn what_needs_the_key_or_the_customer_is_refused_afterwards() {
    let app = spawn_app();
    let grant = app.given().pending_grant().for_customer(EMAIL).named(NAME).make();
    app.given().fulfill(&grant, KEY);
    app.run_outbox_until_empty();
    let customer = app.read(|conn| grants::find(conn, &grant).unwrap().customer_id);
    let actor = Actor::system(SystemPart::CommandLine);
    let key = app.api_key(Role::Admin);
    let activate = json!({"license_key": KEY, "name": "Wilhelmina's laptop"});
    assert_eq!(app.program(None).post("/licenses/activate", &activate).status, 201);
    assert!(matches!(erase_customer(app.context(), &customer, &actor).unwrap(), Erasure::Done(_)));
    assert_eq!(erase_customer(app.context(), &customer, &actor).unwrap(), Erasure::WasDone);

    let mut admin = app.admin();
    assert_eq!(admin.post(&format!("/grants/{grant}/reveal"), &[]).status, 409);
    assert_eq!(admin.post(&format!("/grants/{grant}/emails"), &[]).status, 409);
    assert_eq!(admin.post(&format!("/grants/{grant}/revocation"), &[("reason", "x")]).status, 303);
    assert_eq!(admin.post(&format!("/grants/{grant}/restoration"), &[("reason", "x")]).status, 409);
    let shown = key.get(&format!("/grants/{grant}"));
    assert_eq!(shown.status, 200);
    assert!(!shown.text.contains(KEY) && !shown.text.contains(EMAIL) && !shown.text.contains("KEY1"), "{}", shown.text);
    assert_eq!(key.get(&format!("/license_keys?customer_id={customer}")).status, 200);
    let valid = app.program(None).post("/licenses/validate", &json!({"license_key": KEY}));
    assert_eq!(valid.json()["valid"], false);
    assert_eq!(key.post(&format!("/grants/{grant}/resend"), &json!({})).code(), "CUSTOMER_ERASED");

    let again = app.given().pending_grant().for_customer(EMAIL).named(NAME).make();
    let mut agent = app.agent();
    agent.get(&format!("/grants/{again}/fulfillment/new"));
    let refused = agent.post(&format!("/grants/{again}/fulfillment"), &[("key", KEY)]);
    assert_eq!(refused.status, 422, "the same key is never issued twice");
    assert_eq!(app.run_outbox_until_empty(), 0, "nothing is left to send");
}

#[test]
fn nothing_is_left_where_rows_were_moved_before_on_sqlite() {
    if is_postgres() {
        return; // PostgreSQL tidies up by itself, later.
    }
    let app = spawn_app();
    let ctx = app.context();
    // In no order, so that the index of addresses splits its pages again and again. The last letter is no digit:
    // else the end of one customer's random id and the name that follows it could read as another's name.
    let name = |number: u64| format!("{:016x}z", number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut customers: Vec<Customer> = (1..=2_000_u64)
        .map(|number| Customer {
            id: CustomerId::random(),
            email: EmailAddress::parse(&format!("{}@example.com", name(number))).unwrap(),
            name: name(number),
            locale: "en".to_owned(),
            phone_number: None,
            metadata: "{}".to_owned(),
            created_at: app.now(),
            erased_at: None,
        })
        .collect();
    let insert = |tx: &mut Tx<'_>| customers.iter().try_for_each(|customer| storage::customers::insert(tx, customer));
    ctx.db.write(insert).unwrap();
    for customer in customers.iter_mut().step_by(3) {
        customer.phone_number = Some("+49 30 123456789012345678901234567890".to_owned());
    }
    let update = |tx: &mut Tx<'_>| {
        customers.iter().step_by(3).try_for_each(|customer| storage::customers::update(tx, customer, app.now()))
    };
    ctx.db.write(update).unwrap();
    let dirty = || {
        let end = app.read(|conn| page_count(conn).unwrap()) + 1;
        app.read(|conn| dirty_pages(conn, 1..end).unwrap()).len()
    };
    assert!(dirty() > 0, "rebuilt pages keep old bytes between pointers and cells");
    let erased: Vec<&Customer> = customers.iter().skip(1).step_by(20).collect();
    for customer in &erased {
        assert!(matches!(
            erase_customer(ctx, &customer.id, &Actor::system(SystemPart::CommandLine)).unwrap(),
            Erasure::Done(_)
        ));
    }
    assert_eq!(dirty(), 0);
    let left: Vec<&str> = erased
        .iter()
        .map(|customer| customer.name.as_str())
        .filter(|name| holds(&home(&app), name).is_some())
        .collect();
    assert!(left.is_empty(), "{} of {} are left: {left:?}", left.len(), erased.len());
    assert!(holds(&home(&app), &customers[0].name).is_some(), "the others stay");
}

/// A delivered grant whose e-mail a worker has in hand, and whose customer is erased meanwhile.
fn erased_in_flight(app: &TestApp) -> (GrantId, OutboxMessage) {
    let grant = app.given().pending_grant().for_customer(EMAIL).named(NAME).make();
    app.given().fulfill(&grant, KEY);
    let claim = |tx: &mut Tx<'_>| {
        let id = outbox::of_grant(tx, &grant)?.remove(0).id;
        outbox::queue::claim(tx, &id, "worker", app.now())
    };
    let message = app.context().db.write(claim).unwrap().expect("claimed");
    let customer = app.read(|conn| grants::find(conn, &grant).unwrap().customer_id);
    erase_customer(app.context(), &customer, &Actor::system(SystemPart::CommandLine)).unwrap();
    (grant, message)
}

fn keep(app: &TestApp, message: &OutboxMessage) -> PathBuf {
    let dir = app.data_dir().join("mail");
    std::fs::create_dir_all(&dir).unwrap();
    let file = dir.join(format!("{}.eml", message.id));
    std::fs::write(&file, format!("To: {EMAIL}\n\n{KEY}")).unwrap();
    file
}

#[test]
fn an_email_that_is_on_its_way_during_the_erasure_leaves_nothing_behind() {
    for outcome in [
        Outcome::Sent { reply: format!("250 kept for {EMAIL}") },
        Outcome::Temporary { reply: format!("450 4.7.1 <{EMAIL}>: later"), is_our_fault: true },
        Outcome::Refused { reply: format!("550 5.1.1 <{EMAIL}>: unknown") },
    ] {
        let app = TestApp::builder().keeping_mail().spawn();
        let (grant, message) = erased_in_flight(&app);
        let file = keep(&app, &message);
        record(app.context(), "worker", &in_flight(&app, message.clone(), outcome.clone())).unwrap();
        assert!(!file.exists(), "{outcome:?}");
        let stored = app.read(|conn| outbox::find(conn, &message.id).unwrap());
        let replies: Vec<String> = app
            .read(|conn| outbox::with_attempts(conn, &grant).unwrap())
            .into_iter()
            .flat_map(|(_, attempts)| attempts)
            .map(|a| a.reply)
            .collect();
        let error = app.read(|conn| grants::find(conn, &grant).unwrap().error_message);
        let kept = format!("{:?} {replies:?} {error:?}", stored.last_reply);
        assert!(!kept.contains("vanterpool"), "{kept}");
        app.advance(SignedDuration::from_hours(1));
        assert_eq!(app.run_outbox_until_empty(), 0, "nothing is tried again: {outcome:?}");
    }
}

#[test]
fn an_email_whose_worker_died_during_the_erasure_is_called_off() {
    let app = TestApp::builder().keeping_mail().spawn();
    let (_, message) = erased_in_flight(&app);
    let file = keep(&app, &message);
    app.advance(SignedDuration::from_mins(5));
    app.run_outbox_until_empty();
    assert!(!file.exists());
    let state = app.read(|conn| outbox::find(conn, &message.id).unwrap().state);
    assert_eq!(state, MessageState::Cancelled);
}

#[test]
fn a_file_that_an_interrupted_erasure_left_goes_with_the_next() {
    let app = TestApp::builder().keeping_mail().spawn();
    let (grant, message) = erased_in_flight(&app);
    let file = keep(&app, &message);
    let customer = app.read(|conn| grants::find(conn, &grant).unwrap().customer_id);
    assert_eq!(
        erase_customer(app.context(), &customer, &Actor::system(SystemPart::CommandLine)).unwrap(),
        Erasure::WasDone
    );
    assert!(!file.exists());
}

#[test]
fn half_written_files_of_a_worker_that_was_killed_go_with_the_customer() {
    let app = TestApp::builder().keeping_mail().spawn();
    let (grant, message) = erased_in_flight(&app);
    let file = keep(&app, &message);
    let half_written = |name: String| {
        let half = file.with_file_name(name);
        std::fs::rename(&file, &half).unwrap();
        keep(&app, &message);
        half
    };
    // As earlier versions named them, and as this one does.
    let halves = [half_written(".aB3xYz.tmp".to_owned()), half_written(format!(".{}.aB3xYz.tmp", message.id))];
    let of_another = half_written(".msg_0000000000000000000000.aB3xYz.tmp".to_owned());
    let customer = app.read(|conn| grants::find(conn, &grant).unwrap().customer_id);
    erase_customer(app.context(), &customer, &Actor::system(SystemPart::CommandLine)).unwrap();
    assert!(halves.iter().all(|half| !half.exists()) && !file.exists(), "{halves:?}");
    assert!(of_another.exists(), "somebody may be writing it");
}

#[test]
fn a_customer_whose_kept_e_mail_cannot_be_removed_is_not_erased_by_halves() {
    let app = TestApp::builder().keeping_mail().spawn();
    let grant = app.given().pending_grant().for_customer(EMAIL).named(NAME).make();
    app.given().fulfill(&grant, KEY);
    let (customer, message) = app.read(|conn| {
        (grants::find(conn, &grant).unwrap().customer_id, outbox::of_grant(conn, &grant).unwrap().remove(0))
    });
    let file = keep(&app, &message);
    // A folder cannot be removed like a file; the same would be a disk that is read-only.
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let done = erase_customer(app.context(), &customer, &Actor::system(SystemPart::CommandLine));
    assert!(done.is_err(), "{done:?}");
    let left = app.read(|conn| keydesk::storage::customers::find(conn, &customer).unwrap());
    assert_eq!((left.email.as_str(), left.erased_at), (EMAIL, None), "the command finds them again by their address");
    std::fs::remove_dir(&file).unwrap();
    assert!(matches!(
        erase_customer(app.context(), &customer, &Actor::system(SystemPart::CommandLine)),
        Ok(Erasure::Done(_))
    ));
}

#[test]
fn what_webhooks_told_of_an_imported_key_is_not_kept() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let receiver = Receiver::start();
    let admin = app.api_key(Role::Admin);
    let (imported, customer) = import(&app, &admin);
    let hook = admin.post("/webhooks", &json!({"url": receiver.url()}));
    assert_eq!(hook.status, 201, "{}", hook.text);
    let product = admin.get(&format!("/license_keys/{imported}")).json()["product_id"].clone();
    let key = json!({"customer_id": customer, "product_id": product, "key": "IMPORTED-WVAN-TERP-0002"});
    assert_eq!(admin.post("/license_keys", &key).status, 201);
    app.run_outbox_until_empty();
    let bodies =
        || app.read(|conn| outbox_attempts::table.select(outbox_attempts::request_body).load::<Option<String>>(conn));
    let is_kept = |body: &Option<String>| body.as_ref().is_some_and(|body| body.contains("0002"));
    assert!(bodies().unwrap().iter().any(is_kept), "its last four are kept at first");
    erase_customer(app.context(), &CustomerId::stored(customer), &Actor::system(SystemPart::CommandLine)).unwrap();
    assert!(bodies().unwrap().into_iter().flatten().all(|body| body.is_empty()));
}

/// A key that was imported for the customer, and the customer.
fn import(app: &TestApp, admin: &Program) -> (String, String) {
    let grant = app.given().pending_grant().for_customer(EMAIL).named(NAME).make();
    app.given().fulfill(&grant, KEY);
    let shown = admin.get(&format!("/grants/{grant}")).json();
    let own = admin.get(&format!("/license_keys/{}", shown["license_key"]["id"].as_str().unwrap())).json();
    let key =
        json!({"customer_id": own["customer_id"], "product_id": own["product_id"], "key": "IMPORTED-WVAN-TERP-0001"});
    let made = admin.post("/license_keys", &key);
    assert_eq!(made.status, 201, "{}", made.text);
    (made.json()["id"].as_str().unwrap().to_owned(), own["customer_id"].as_str().unwrap().to_owned())
}

#[test]
fn nothing_brings_an_erased_customer_or_key_back() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    let (imported, customer) = import(&app, &admin);
    let path = format!("/license_keys/{imported}");
    let product = admin.get(&path).json()["product_id"].clone();
    erase_customer(app.context(), &CustomerId::stored(customer.clone()), &Actor::system(SystemPart::CommandLine))
        .unwrap();
    let gone = (409, "CUSTOMER_ERASED".to_owned());
    for change in [json!({"disabled": false}), json!({"activations_limit": 7})] {
        assert_eq!(admin.patch(&path, &change).refusal(), gone, "{change}");
    }
    assert_eq!(admin.patch(&format!("/customers/{customer}"), &json!({"name": NAME})).refusal(), gone);
    let more = json!({"customer_id": customer, "product_id": product, "key": "IMPORTED-0003"});
    assert_eq!(admin.post("/license_keys", &more).refusal(), gone);
    let asked = json!({"license_key": "IMPORTED-WVAN-TERP-0001"});
    assert_eq!(app.program(None).post("/licenses/validate", &asked).json()["valid"], false);
    let mut person = app.admin();
    let refused = person.post(&format!("/license-keys/{imported}/status"), &[("status", "active")]);
    assert_eq!((refused.status, refused.body.contains("can no longer be done")), (409, true));
    assert_eq!(admin.get(&format!("/customers/{customer}")).json()["name"], "—");
}

#[test]
fn admins_erase_on_a_page_that_says_what_goes_and_wants_the_address_typed() {
    let app = spawn_app();
    let grant = app.given().pending_grant().for_customer(EMAIL).named(NAME).make();
    let mut admin = app.admin();
    let link = admin
        .get(&format!("/grants/{grant}"))
        .links()
        .into_iter()
        .find(|link| link.ends_with("/erasure"))
        .expect("a way there");
    let page = admin.get(&link);
    assert!(page.body.contains("What remains, and why") && page.body.contains(NAME));
    let wrong = admin.post(&link, &[("email", "somebody@else.example")]);
    assert_eq!((wrong.status, wrong.field("email").value.as_str()), (422, "somebody@else.example"));
    assert_eq!(admin.get(&format!("/grants/{grant}")).chip(), "Pending");
    assert_eq!(admin.post(&link, &[("email", &EMAIL.to_uppercase())]).status, 303);
    assert!(admin.get("/grants").flash().contains("erased"));
    assert_eq!(admin.get(&format!("/grants/{grant}")).chip(), "Revoked");
    assert!(admin.get(&link).body.contains("has already been erased"));
    assert_eq!(app.agent().get(&link).status, 403);
    assert_eq!(admin.get("/audit?action=customer.erase").rows().len(), 1);
}
