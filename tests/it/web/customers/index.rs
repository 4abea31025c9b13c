//! The list of customers.

use jiff::SignedDuration;
use keydesk::domain::staff::Role;
use keydesk::usecases::customers::erase::erase_customer;
use serde_json::json;

use super::{KEY, customer_of, page_of};
use crate::support::given::actor;
use crate::support::{Page, spawn_app};

fn names(page: &Page) -> Vec<String> {
    page.texts_of("tbody tr a[data-row]")
}

#[test]
fn whoever_bought_last_comes_first_with_what_they_have() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let mut viewer = app.viewer();
    let page = viewer.get("/customers");
    assert_eq!((page.status, page.text_of(".empty h2")), (200, "No customers yet".to_owned()));
    assert!(app.agent().get("/customers").has("a[href='/grants/new']") && !page.has("a[href='/grants/new']"));
    let sold =
        |email: &str, name: &str| app.given().pending_grant().of(&entitlement).for_customer(email).named(name).make();
    let first = sold("ada@example.com", "Ada");
    app.given().fulfill(&first, KEY);
    app.advance(SignedDuration::from_mins(10));
    let second = sold("bob@example.com", "Bob");
    app.advance(SignedDuration::from_mins(10));
    sold("ada@example.com", "Ada");
    app.agent().post(&format!("{}/notes", page_of(&app, &second)), &[("text", "Pays by invoice\nalways")]);
    let page = viewer.get("/customers");
    assert_eq!(names(&page), ["Ada", "Bob"]);
    assert_eq!(page.rows()[0], "Adaada@example.com 1 2 1 pending 15 Jun 2026 None");
    assert_eq!(page.rows()[1], "Bobbob@example.com 0 1 1 pending 15 Jun 2026 Pays by invoice…");
    assert_eq!(page.text_of("header nav [aria-current=page]"), "Customers");
    erase_customer(app.context(), &customer_of(&app, &second), &actor()).unwrap();
    assert_eq!(names(&viewer.get("/customers")), ["Ada", "Erased customer"]);
}

#[test]
fn a_search_finds_names_addresses_and_ids_also_of_those_who_bought_nothing() {
    let app = spawn_app();
    let grant = app.given().pending_grant().for_customer("ada@engine.example").named("Ada Lovelace").make();
    app.given().pending_grant().for_customer("bob@example.com").named("Bob").make();
    let made = app.api_key(Role::Agent).post("/customers", &json!({"email": "zoe@engine.example", "name": "Zoe"}));
    assert_eq!(made.status, 201, "{}", made.text);
    let mut viewer = app.viewer();
    let mut found = |text: &str| names(&viewer.get(&format!("/customers?q={text}")));
    assert_eq!(found("LOVELACE"), ["Ada Lovelace"]);
    assert_eq!(found("engine.example").len(), 2);
    assert_eq!(found("zoe@engine.example"), ["Zoe"]);
    assert_eq!(found(customer_of(&app, &grant).as_str()), ["Ada Lovelace"]);
    assert_eq!(found("cus_000000000000000000000"), [""; 0]);
    let page = viewer.get("/customers?q=nobody-is-called-this");
    assert_eq!(
        (page.status, page.text_of(".empty h2"), page.field("q").value),
        (200, "Nothing found".to_owned(), "nobody-is-called-this".to_owned())
    );
    let long = format!("/customers?q={}", "x".repeat(301));
    assert_eq!(viewer.get(&long).status, 422);
}

#[test]
fn pages_of_the_list_and_of_a_search_go_there_and_back() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    for number in 0..43 {
        app.advance(SignedDuration::from_secs(1));
        let email = format!("c{number:02}@example.com");
        app.given()
            .pending_grant()
            .of(&entitlement)
            .for_customer(&email)
            .named(&format!("Customer {number:02}"))
            .make();
    }
    // The oldest buys again.
    app.advance(SignedDuration::from_secs(1));
    app.given().pending_grant().of(&entitlement).for_customer("c00@example.com").with_payment("pay_2").make();
    let mut viewer = app.viewer();
    for start in ["/customers", "/customers?q=Customer"] {
        let first = viewer.get(start);
        assert_eq!((names(&first).len(), names(&first)[0].as_str()), (40, "Customer 00"), "{start}");
        let second = viewer.get(&first.attribute("a[rel=next]", "href").unwrap());
        assert_eq!(names(&second), ["Customer 03", "Customer 02", "Customer 01"], "{start}");
        assert!(!second.has("a[rel=next]"));
        let back = viewer.get(&second.attribute("a[rel=prev]", "href").unwrap());
        assert_eq!(names(&back), names(&first), "{start}");
        assert!(!back.has("a[rel=prev]"), "{start}");
    }
}

#[test]
fn customers_are_narrowed_to_a_product_and_to_what_is_open() {
    let app = spawn_app();
    let (one, two) = (app.given().named_entitlement("One"), app.given().named_entitlement("Two"));
    let sold = |entitlement, name: &str| {
        app.advance(SignedDuration::from_mins(1));
        let email = format!("{}@example.com", name.to_lowercase());
        app.given().pending_grant().of(entitlement).for_customer(&email).named(name).make()
    };
    app.given().fulfill(&sold(&one, "Ada"), "AAAA-BBBB-CCCC-0001");
    app.given().fulfill(&sold(&two, "Bob"), "AAAA-BBBB-CCCC-0002");
    app.given().fulfill(&sold(&one, "Eve"), "AAAA-BBBB-CCCC-0003");
    sold(&two, "Ada");
    sold(&one, "Bob");
    let mut viewer = app.viewer();
    let mut found = |query: &str| names(&viewer.get(&format!("/customers?{query}")));
    assert_eq!(found(&format!("entitlement_id={one}")), ["Eve", "Ada"], "a grant without a key does not count");
    assert_eq!(found("open=pending"), ["Bob", "Ada"]);
    assert_eq!(found(&format!("open=pending&entitlement_id={one}")), ["Ada"]);
    assert_eq!(found(&format!("q=example.com&open=pending&entitlement_id={two}")), ["Bob"]);
    assert_eq!(found("open=failed"), [""; 0]);
    let page = viewer.get("/customers?open=lost&entitlement_id=x");
    assert!(page.has(".note.warn") && names(&page).len() == 3);
    let mut agent = app.agent();
    let file = format!("/customers.csv?entitlement_id={one}&open=pending");
    assert!(agent.get(&file.replace(".csv", "")).links().contains(&file));
    assert_eq!(agent.get(&file).body.lines().count(), 2);
}

#[test]
fn a_narrowed_list_has_pages() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    for number in 0..90 {
        let email = format!("c{}@example.com", number % 45);
        let at = app.now() - SignedDuration::from_mins(number);
        app.given().pending_grant().of(&entitlement).for_customer(&email).sold_at(at).make();
    }
    let mut viewer = app.viewer();
    let first = viewer.get("/customers?open=pending");
    let next = viewer.get(&first.attribute("a[rel=next]", "href").expect("a page"));
    assert_eq!((names(&first).len(), names(&next).len()), (40, 5));
    assert!(next.links().iter().any(|link| link.starts_with("/customers?open=pending&before=")));
}
