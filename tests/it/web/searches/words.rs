//! Words in any order, accents and case folded; for rows of the version before too.

use keydesk::storage::db::connection::Conn;
use keydesk::usecases::customers::erase::erase_customer;

use super::{customer_of, find};
use crate::storage::migrations::{execute, folder};
use crate::support::given::actor;
use crate::support::{TestApp, Visitor, spawn_app};

const NAME: &str = "2026-11-30-000031_find_anything";

/// The customers that a search names.
fn customers(visitor: &mut Visitor, q: &str) -> Vec<String> {
    let page = visitor.get(&format!("/customers?q={}", keydesk::web::urls::encode(q)));
    page.texts_of("tbody th a[data-row]")
}

fn with_customers(app: &TestApp) {
    let entitlement = app.given().entitlement();
    for (email, name) in [
        ("priya@ashdown.example", "Priya Ashdown"),
        ("j.mueller@müller.de", "Jürgen Müller"),
        ("lukasz@zolc.example", "Łukasz Żółć"),
        ("li@wu.example", "Li Wu"),
        ("siobhan@featherstone.example", "Siobhán O’Rourke"),
        ("strasse@example.com", "Anna Straße"),
    ] {
        app.given().pending_grant().of(&entitlement).for_customer(email).named(name).make();
    }
}

#[test]
fn words_are_found_in_any_order_with_or_without_accents_and_capitals() {
    let app = spawn_app();
    with_customers(&app);
    let mut viewer = app.viewer();
    for (typed, name) in [
        ("Ashdown Priya", "Priya Ashdown"),
        ("  priya   ASHDOWN ", "Priya Ashdown"),
        ("ashdown pri", "Priya Ashdown"),
        ("example priya", "Priya Ashdown"),
        ("Jurgen", "Jürgen Müller"),
        ("jürgen", "Jürgen Müller"),
        ("JÜRGEN", "Jürgen Müller"),
        ("Juergen Mueller", "Jürgen Müller"),
        ("muller jurgen", "Jürgen Müller"),
        ("J.Mueller@Müller.de", "Jürgen Müller"),
        ("j.mueller@xn--mller-kva.de", "Jürgen Müller"),
        ("lukasz zolc", "Łukasz Żółć"),
        ("wu li", "Li Wu"),
        ("li", "Li Wu"),
        ("o'rourke siobhan", "Siobhán O’Rourke"),
        ("strasse anna", "Anna Straße"),
        ("straße", "Anna Straße"),
        ("Li wu.example", "Li Wu"),
    ] {
        assert!(customers(&mut viewer, typed).contains(&name.to_owned()), "{typed}");
    }
    for typed in ["priya jurgen", "ashdown zolc", "wu priya", "jurgenx"] {
        assert!(customers(&mut viewer, typed).is_empty(), "{typed}");
    }
}

#[test]
fn a_changed_name_is_found_and_an_erased_one_is_not() {
    let app = spawn_app();
    let id = app.given().pending_grant().for_customer("j@example.com").named("Jürgen Müller").make();
    let customer = customer_of(&app, &id);
    let mut agent = app.agent();
    let fields = [("name", "Zoë Brontë"), ("email", "j@example.com"), ("locale", "de")];
    assert_eq!(agent.post(&format!("/customers/{customer}"), &fields).status, 303);
    assert_eq!(customers(&mut agent, "bronte zoe"), ["Zoë Brontë"]);
    assert!(customers(&mut agent, "jurgen").is_empty());
    erase_customer(app.context(), &customer, &actor()).unwrap();
    assert!(customers(&mut agent, "bronte").is_empty());
}

#[test]
fn what_the_version_before_wrote_is_found_as_before_and_folded_by_a_job() {
    let app = spawn_app();
    with_customers(&app);
    let erased = app.given().pending_grant().for_customer("gone@example.com").named("Gone Göransson").make();
    let grant =
        app.given().pending_grant().for_customer("m@example.com").with_metadata("{\"order_no\":\"W-4711\"}").make();
    let mut agent = app.agent();
    let note = [("text", "Rückruf vereinbart")];
    assert_eq!(agent.post(&format!("/grants/{grant}/notes"), &note).status, 303);
    erase_customer(app.context(), &customer_of(&app, &erased), &actor()).unwrap();
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    let mut conn = Conn::open(&app.database.target()).unwrap();
    execute(&mut conn, &script("down.sql"));
    let old = "UPDATE customers SET search_text = 'jürgen müller\nj.mueller@xn--mller-kva.de\nj.mueller@müller.de'
               WHERE email_key = 'j.mueller@xn--mller-kva.de'";
    execute(&mut conn, old);
    execute(&mut conn, &script("up.sql"));

    assert_eq!(customers(&mut agent, "müller Jürgen"), ["Jürgen Müller"], "as it was typed, whatever the order");
    assert_eq!(customers(&mut agent, "priya"), ["Priya Ashdown"]);
    assert!(customers(&mut agent, "jurgen").is_empty());
    app.run_jobs();
    assert_eq!(customers(&mut agent, "juergen muller"), ["Jürgen Müller"]);
    assert_eq!(app.count("customers WHERE search_text = ''"), 1, "the erased one stays so");
    assert_eq!(app.count("metadata_values WHERE value = 'w-4711'"), 1);
    assert_eq!(app.count("notes WHERE search_text = 'ruckruf vereinbart'"), 1);
    assert_eq!(app.count("jobs WHERE state = 'done' AND done = total AND last_error IS NULL"), 1);
    assert!(find(&mut agent, "ruckruf").location().contains("ruckruf"));
}

#[test]
fn the_words_of_one_search_may_be_of_the_customer_the_product_and_an_order_number() {
    let app = spawn_app();
    let [ferrum, lumen] = ["Ferrum CAD", "Lumen RAW"].map(|name| app.given().named_entitlement(name));
    let sale = |product, email: &str, name: &str, metadata: &str| {
        app.given().pending_grant().of(product).for_customer(email).named(name).with_metadata(metadata).make()
    };
    let meant = sale(&ferrum, "ada@example.com", "Ada Lovelace", r#"{"order": "R-4711"}"#);
    sale(&lumen, "ada@example.com", "Ada Lovelace", r#"{"order": "R-4712"}"#);
    sale(&ferrum, "bob@example.com", "Bob", r#"{"order": "R-4713"}"#);
    let mut agent = app.agent();
    for typed in ["lovelace ferrum", "Ferrum ada", "ada R-4711", "r-4711 CAD ada", "ferrum example R-4711"] {
        let page = agent.get(&format!("/search?q={}", typed.replace(' ', "+")));
        assert_eq!((page.status, page.location()), (303, format!("/grants/{meant}")), "{typed}");
    }
    for typed in ["bob lumen", "bob R-4711", "lumen R-4711", "ada ferrum R-4712"] {
        let page = agent.get(&format!("/search?q={}", typed.replace(' ', "+")));
        assert_eq!((page.status, page.has("tr a[data-row]")), (200, false), "{typed}");
    }
}
