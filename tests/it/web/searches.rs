//! The search: by whole ids and license keys, by words, and what could be a key, which stays out of URLs.

mod groups;
mod ids;
mod words;

use std::sync::Barrier;
use std::thread;

use jiff::SignedDuration;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::audit::AuditEntry;
use keydesk::domain::ids::{CustomerId, GrantId};
use keydesk::domain::page::PageStart;
use keydesk::domain::staff::Role;
use keydesk::storage::audit_log::list::AuditFilter;
use keydesk::storage::catalog::entitlements;
use keydesk::storage::{audit_log, grants};
use keydesk::usecases::customers::erase::erase_customer;
use serde_json::json;

use crate::support::client::encode;
use crate::support::given::PASSWORD;
use crate::support::{Page, TestApp, Visitor, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV";
const OTHER_KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRW";

fn find(visitor: &mut Visitor, q: &str) -> Page {
    visitor.post("/search", &[("q", q)])
}

fn ids(page: &Page) -> Vec<String> {
    page.attributes("tr a[data-row]", "href")
        .iter()
        .map(|href| href.trim_start_matches("/grants/").to_owned())
        .collect()
}

fn entries(app: &TestApp, action: &str) -> Vec<AuditEntry> {
    let filter = AuditFilter { action: Some(action.to_owned()), ..AuditFilter::default() };
    app.read(|conn| audit_log::list::list(conn, &filter, &PageStart::Start, 100).expect("the log")).rows
}

fn customer_of(app: &TestApp, grant: &GrantId) -> CustomerId {
    app.read(|conn| grants::find(conn, grant).expect("the grant").customer_id)
}

/// A page without what differs each time: tokens, ids of requests, and what was typed.
fn without_chance(page: &Page, typed: &str) -> String {
    let token = page.csrf_token().expect("a form");
    page.body.replace(&token, "").replace(page.header("x-request-id").expect("an id"), "").replace(typed, "")
}

#[test]
fn a_whole_key_leads_agents_to_its_grant_and_the_log_says_so() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let mut agent = app.agent();
    for typed in [KEY.to_owned(), format!("  {KEY}\r\n"), format!("\u{feff}{KEY}\u{200b} ")] {
        let page = find(&mut agent, &typed);
        assert_eq!((page.status, page.location()), (303, format!("/grants/{id}")), "{typed:?}");
    }
    let found = entries(&app, "license_key.find");
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].actor_name.as_deref(), Some("Anna Bergmann"));
    assert_eq!(found[0].grant_id.as_deref(), Some(id.as_str()));
    assert!(found[0].object_id.starts_with("lic_"));
    assert!(!format!("{found:?}").contains("9HTRV"));
    assert!(agent.get(&format!("/grants/{id}")).body.contains("License key looked up"), "the timeline says so");
    assert_eq!(
        app.admin().get("/audit?action=security").rows().iter().filter(|row| row.contains("looked up")).count(),
        3
    );
}

#[test]
fn keys_of_several_lines_of_letters_alone_and_without_a_grant_are_found() {
    let app = spawn_app();
    let lines = app.given().delivered_grant("FIRST-LINE\nSECOND-LINE-2");
    let words = app.given().pending_grant().for_customer("b@example.com").make();
    app.given().fulfill(&words, "CORRECT HORSE BATTERY");
    let customer = customer_of(&app, &lines);
    let product = app.read(|conn| {
        let grant = grants::find(conn, &lines).expect("the grant");
        entitlements::find(conn, &grant.entitlement_id).expect("the entitlement").product_id
    });
    let body = json!({"customer_id": customer.as_str(), "product_id": product.as_str(), "key": "IMPORTED-0001"});
    let imported = app.api_key(Role::Admin).post("/license_keys", &body).json()["id"].as_str().unwrap().to_owned();
    let mut agent = app.agent();
    for (typed, location) in [
        ("FIRST-LINE\r\nSECOND-LINE-2\r\n", format!("/grants/{lines}")),
        ("CORRECT HORSE BATTERY", format!("/grants/{words}")),
        ("IMPORTED-0001", format!("/license-keys/{imported}")),
    ] {
        let page = find(&mut agent, typed);
        assert_eq!((page.status, page.location()), (303, location), "{typed:?}");
    }
}

#[test]
fn whoever_may_not_see_keys_gets_the_same_answer_for_any_key() {
    for (reveal, role) in [("agents", Role::Viewer), ("admins", Role::Viewer), ("admins", Role::Agent)] {
        let app = TestApp::builder().with("reveal", reveal).spawn();
        app.given().delivered_grant(KEY);
        let mut person = app.staff(role);
        let (known, unknown) = (find(&mut person, KEY), find(&mut person, OTHER_KEY));
        assert_eq!((known.status, unknown.status), (200, 200));
        assert_eq!(without_chance(&known, KEY), without_chance(&unknown, OTHER_KEY));
        assert!(known.body.contains("Nothing found") && !known.body.contains("or key"));
        for _ in 0..40 {
            assert_eq!(find(&mut person, KEY).status, 200, "nothing is looked up, so nothing is counted");
        }
        assert!(entries(&app, "license_key.find").is_empty() && entries(&app, "license_key.find_delayed").is_empty());
    }
}

#[test]
fn admins_alone_find_keys_where_they_alone_may_see_them() {
    let app = TestApp::builder().with("reveal", "admins").spawn();
    let id = app.given().delivered_grant(KEY);
    assert_eq!(find(&mut app.admin(), KEY).location(), format!("/grants/{id}"));
}

#[test]
fn a_key_in_a_url_finds_nothing() {
    let app = spawn_app();
    app.given().delivered_grant(KEY);
    for role in Role::ALL {
        let mut person = app.staff(role);
        for path in ["/grants", "/search"] {
            let page = person.get(&format!("{path}?{}", encode(&[("q", KEY)])));
            assert_eq!((page.status, ids(&page)), (200, vec![]), "{path} as {}", role.as_str());
        }
    }
    assert!(entries(&app, "license_key.find").is_empty());
}

#[test]
fn the_last_characters_of_a_longer_text_find_nothing() {
    let app = spawn_app();
    app.given().delivered_grant(KEY);
    let mut agent = app.agent();
    for typed in ["XXXXX-XXXXX-XXXXX-9HTRV", "X2NWD-9HTRV", "BPC26-7KQ4M"] {
        let page = find(&mut agent, typed);
        assert_eq!((page.status, ids(&page)), (200, vec![]), "{typed}");
    }
}

#[test]
fn words_addresses_and_beginnings_of_ids_go_on_in_the_url() {
    let app = spawn_app();
    let id = app
        .given()
        .pending_grant()
        .for_customer("siobhan1815@featherstone.example")
        .named("Siobhán O’Rourke")
        .with_payment("pay_3hRt8YpS1CvB6nMk")
        .make();
    app.given().pending_grant().for_customer("other@example.com").make();
    for mut person in [app.viewer(), app.agent()] {
        for typed in ["pay_3hRt8Yp", &id.as_str()[..14]] {
            let page = find(&mut person, typed);
            assert_eq!((page.status, page.location()), (303, format!("/search?{}", encode_q(typed))), "{typed}");
            assert_eq!(person.get(&page.location()).location(), format!("/grants/{id}"), "the only match");
        }
        for typed in ["siobhán", "ROURKE", "siobhan1815@featherstone.example"] {
            let page = find(&mut person, typed);
            assert_eq!((page.status, page.location()), (303, format!("/search?{}", encode_q(typed))), "{typed}");
            let page = person.follow(page);
            assert_eq!((page.heading().as_str(), ids(&page)), ("Search", vec![id.to_string()]), "{typed}");
            assert_eq!(page.field("q").value, typed);
            assert_eq!(page.texts_of(".tabs .count"), ["1", "0", "0", "0", "1"]);
        }
    }
}

#[test]
fn a_generated_key_without_any_digit_does_not_go_on_in_the_url() {
    let app = spawn_app();
    let generated = "KQWVN-XRTPL-HGFDS-ZCVBM-QWERT-YPLKJ";
    app.given().delivered_grant(generated);
    let mistyped = "KQWVN-XRTPL-HGFDS-ZCVBM-QWERT-YPLKK";
    for (mut person, typed) in [(app.viewer(), generated), (app.viewer(), mistyped), (app.agent(), mistyped)] {
        let page = find(&mut person, typed);
        assert_eq!((page.status, page.field("q").value.as_str()), (200, typed));
    }
}

/// The query as the portal writes it.
fn encode_q(text: &str) -> String {
    format!("q={}", keydesk::web::urls::encode(text))
}

#[test]
fn a_whole_id_leads_to_its_object() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let sale = |email: &str| app.given().pending_grant().of(&entitlement).for_customer(email);
    let first = sale("a@example.com").with_payment("ORD-2026-0001").with_subscription("sub_Qw7Er2Ty9Ui4Op").make();
    app.given().fulfill(&first, KEY);
    let key = app.read(|conn| grants::find(conn, &first).expect("the grant").license_key_id).expect("a key");
    let (mut viewer, mut admin) = (app.viewer(), app.admin());
    let grant = format!("/grants/{first}");
    for typed in [first.as_str(), "ORD-2026-0001", " sub_Qw7Er2Ty9Ui4Op\n"] {
        assert_eq!(find(&mut viewer, typed).location(), grant, "{typed}");
    }
    assert_eq!(find(&mut viewer, key.as_str()).location(), format!("/license-keys/{key}"));
    let id = entitlement.as_str();
    assert_eq!(find(&mut viewer, id).location(), format!("/grants?entitlement_id={id}"));
    assert_eq!(find(&mut admin, id).location(), format!("/entitlements/{id}/edit"));
    let customer = customer_of(&app, &first).to_string();
    assert_eq!(find(&mut viewer, &customer).location(), format!("/customers/{customer}"));
    for unknown in [
        "lic_0000000000000000000000",
        "ent_0000000000000000000000",
        "entg_0000000000000000000000",
        "cus_0000000000000000000000",
    ] {
        let page = find(&mut viewer, unknown);
        assert_eq!(page.location(), format!("/search?q={unknown}"));
        assert!(viewer.follow(page).body.contains("Nothing found"));
    }
}

#[test]
fn what_could_be_a_key_is_answered_in_place_with_no_url_that_holds_it() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let mut all: Vec<String> = (0..45)
        .map(|number| {
            let email = format!("c{number}@example.com");
            let payment = format!("ORD-2026-00{number:02}");
            let sale = app.given().pending_grant().of(&entitlement).for_customer(&email);
            sale.with_payment(&payment).sold_at(app.now() - SignedDuration::from_mins(100 - number)).make().to_string()
        })
        .collect();
    all.reverse();
    app.given().fulfill(&GrantId::stored(all[0].clone()), KEY);
    let typed = "ORD-2026-00";
    for mut person in [app.viewer(), app.agent()] {
        let page = find(&mut person, typed);
        assert_eq!((page.status, ids(&page)), (200, all[..40].to_vec()));
        assert_eq!(page.field("q").value, typed);
        assert_eq!(page.texts_of(".tabs button .count"), ["44", "1", "0", "0", "45"]);
        let more = form_of(&page, "search-more");
        let press = |person: &mut Visitor, name: &str, value: &str| {
            let mut fields: Vec<_> = more.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fields.push((name, value));
            person.post("/search", &fields)
        };
        let next = press(&mut person, "after", &page.attribute("button[name=after]", "value").unwrap());
        assert_eq!(ids(&next), all[40..]);
        let back = press(&mut person, "before", &next.attribute("button[name=before]", "value").unwrap());
        assert_eq!(ids(&back), all[..40]);
        let delivered = press(&mut person, "tab", "delivered");
        assert_eq!((delivered.status, ids(&delivered)), (200, all[..1].to_vec()));
        assert_eq!(delivered.text_of(".tabs [aria-current]"), "Delivered 1");
        for page in [&page, &next, &back, &delivered] {
            let addresses = [page.attributes("[href]", "href"), page.attributes("form", "action")].concat();
            assert!(addresses.iter().all(|address| !address.contains("ORD")), "{addresses:?}");
        }
    }
    assert!(entries(&app, "license_key.find_delayed").is_empty(), "going on in a list looks nothing up");
}

#[test]
fn a_key_that_came_in_an_address_is_not_repeated_in_another() {
    let app = spawn_app();
    app.given().pending_grant().make();
    for path in ["/grants", "/search"] {
        let address = format!("{path}?q={KEY}");
        let page = app.viewer().get(&address);
        assert_eq!(
            (page.status, page.field("q").value.as_str()),
            (200, KEY),
            "it is searched for as a text, and nothing else"
        );
        for (element, attribute) in
            [("[href]", "href"), ("form", "action"), ("button", "formaction"), ("input[name=next]", "value")]
        {
            assert!(
                page.attributes(element, attribute).iter().all(|address| !address.contains(KEY)),
                "{element} on {path}"
            );
        }
        assert_eq!(app.anonymous().get(&address).location(), format!("/login?next={path}"));
        assert_eq!(app.anonymous().get(&format!("{path}?q=ada")).location(), format!("/login?next={path}%3Fq%3Dada"));
    }
}

/// The hidden fields of a form.
fn form_of(page: &Page, id: &str) -> Vec<(String, String)> {
    let names = page.attributes(&format!("#{id} input:not([name=csrf_token])"), "name");
    names.into_iter().zip(page.attributes(&format!("#{id} input:not([name=csrf_token])"), "value")).collect()
}

#[test]
fn thirty_misses_are_free_for_each_person_and_then_lookups_wait_longer_and_longer() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let person = app.given().staff(Role::Agent);
    let (mut agent, mut colleague) = (app.sign_in(&person.email, PASSWORD), app.agent());
    for number in 0..30 {
        assert_eq!(find(&mut agent, &format!("GUESS-{number:04}")).status, 200, "{number}");
        assert_eq!(find(&mut agent, KEY).status, if number < 29 { 303 } else { 429 }, "hits are no misses");
    }
    let page = find(&mut agent, "GUESS-0030");
    assert_eq!((page.status, page.header("retry-after")), (429, Some("60")));
    assert_eq!(find(&mut agent, "hohenfels").location(), "/search?q=hohenfels", "words are searched for as ever");
    assert_eq!(find(&mut agent, id.as_str()).status, 303);
    assert_eq!(find(&mut colleague, KEY).status, 303, "others are not held up");
    let delayed = entries(&app, "license_key.find_delayed");
    assert_eq!(delayed.len(), 1, "one summary, and no entry for each miss");
    let after = |field: &str| {
        delayed[0].changes.iter().find(|change| change.field == field).and_then(|change| change.after.clone())
    };
    assert_eq!((after("misses").as_deref(), after("minutes").as_deref()), (Some("30"), Some("1")));
    assert!(!format!("{delayed:?}").contains("GUESS"));

    app.advance(SignedDuration::from_secs(61));
    assert_eq!(find(&mut agent, "GUESS-0031").status, 200);
    assert_eq!(find(&mut agent, KEY).header("retry-after"), Some("120"), "the pause grows");
    app.advance(SignedDuration::from_secs(121));
    assert_eq!(find(&mut agent, KEY).status, 303);
    app.advance(SignedDuration::from_mins(61));
    let mut agent = app.sign_in(&person.email, PASSWORD);
    for number in 0..29 {
        assert_eq!(find(&mut agent, &format!("LATER-{number:04}")).status, 200, "an hour later all is forgotten");
    }
}

#[test]
fn misses_at_once_are_counted_like_misses_in_a_row() {
    let app = spawn_app();
    let agent = app.agent();
    let visitors: Vec<Visitor> = (0..40)
        .map(|_| {
            let mut visitor = app.anonymous();
            visitor.cookies.clone_from(&agent.cookies);
            visitor.token();
            visitor
        })
        .collect();
    let barrier = Barrier::new(visitors.len());
    let statuses: Vec<u16> = thread::scope(|scope| {
        let ask = |(number, mut visitor): (usize, Visitor)| {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                find(&mut visitor, &format!("GUESS-{number:04}")).status
            })
        };
        let threads: Vec<_> = visitors.into_iter().enumerate().map(ask).collect();
        threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 30, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 10, "{statuses:?}");
}

#[test]
fn an_erased_key_is_not_found_and_nobody_learns_whose_it_was() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let (mut agent, mut admin) = (app.agent(), app.admin());
    assert_eq!(find(&mut agent, KEY).status, 303);
    erase_customer(app.context(), &customer_of(&app, &id), &Actor::system(SystemPart::CommandLine)).expect("erased");
    for person in [&mut agent, &mut admin] {
        let page = find(person, KEY);
        assert_eq!((page.status, ids(&page)), (200, vec![]));
    }
    let again = app.given().pending_grant().for_customer("new@example.com").make();
    let page = agent.post(&format!("/grants/{again}/fulfillment"), &[("key", KEY)]);
    assert_eq!(page.status, 422, "it is never issued again");
    assert!(!page.body.contains(id.as_str()), "an old list of keys cannot be matched to grants");
    assert_eq!(entries(&app, "license_key.find").len(), 1);
}

#[test]
fn filters_survive_a_search() {
    let app = spawn_app();
    let (entitlement, other) = (app.given().entitlement(), app.given().named_entitlement("Formwerk"));
    let meant = app.given().pending_grant().of(&entitlement).with_payment("ORD-2026-0001").make();
    app.given().pending_grant().of(&other).with_payment("ORD-2026-0002").make();
    let mut viewer = app.viewer();
    let list = viewer.get(&format!("/grants?status=pending&entitlement_id={entitlement}"));
    let form = "form#search-list";
    assert_eq!(list.attribute(form, "method").as_deref(), Some("post"));
    assert_eq!(list.attribute(form, "action").as_deref(), Some("/search"));
    let mut fields = vec![("list", "grants"), ("status", "pending"), ("entitlement_id", entitlement.as_str())];
    let hidden = form_of(&list, "search-list");
    assert_eq!(hidden[..2], [("list".into(), "grants".into()), ("status".into(), "pending".into())]);
    let page = viewer.post("/search", &[fields.as_slice(), &[("q", "")]].concat());
    assert_eq!(page.location(), format!("/grants?status=pending&entitlement_id={entitlement}"));
    let page = viewer.post("/search", &[fields.as_slice(), &[("q", "ada")]].concat());
    assert_eq!(page.location(), format!("/grants?status=pending&q=ada&entitlement_id={entitlement}"));
    fields.push(("integration_type", "license_key"));
    let page = viewer.post("/search", &[fields.as_slice(), &[("q", "ORD-2026-000")]].concat());
    assert_eq!((page.status, ids(&page)), (200, vec![meant.to_string()]));
    assert_eq!(page.field("entitlement_id").value, entitlement.as_str());
    assert_eq!(page.field("integration_type").value, "license_key");
    assert_eq!(page.field("status").value, "pending");
}

#[test]
fn an_empty_search_goes_to_the_list_and_one_that_cannot_be_read_says_why() {
    let app = spawn_app();
    app.given().pending_grant().make();
    let (mut viewer, mut agent) = (app.viewer(), app.agent());
    for empty in ["", " \r\n\t", "\u{feff}"] {
        assert_eq!(find(&mut viewer, empty).location(), "/grants", "{empty:?}");
    }
    assert_eq!(viewer.get("/search").location(), "/grants");
    assert_eq!(viewer.get("/search?q=&status=failed").location(), "/grants?status=failed");
    let (long, short) = ("x".repeat(301), "x".repeat(300));
    for typed in [long.as_str(), "a\0b", "two\nlines", &"1234567890".repeat(500)] {
        for (person, sentence) in
            [(&mut viewer, "one line of at most 300 characters"), (&mut agent, "at most 300 characters")]
        {
            let page = find(person, typed);
            assert_eq!((page.status, ids(&page)), (422, vec![]), "{typed:?}");
            assert!(page.title().starts_with("Error:"), "{}", page.title());
            assert!(page.field("q").error.is_some_and(|error| error.contains(sentence)), "{typed:?}");
        }
    }
    assert_eq!(find(&mut viewer, &short).status, 303);
    for signs in ["%", "'", "\"><script>alert(1)</script>", "a' OR 1=1 --", "\\", "*"] {
        let page = find(&mut agent, signs);
        let page = agent.follow(page);
        assert_eq!(page.status, 200, "{signs}");
        assert!(!page.body.contains("<script>alert"), "{signs}");
    }
}

#[test]
fn the_search_stands_in_the_header_of_every_page_for_whoever_is_signed_in() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let search = "header form[action='/search'][method=post] input[type=search][name=q][data-search]";
    let (mut viewer, mut agent) = (app.viewer(), app.agent());
    for path in
        ["/", "/grants", &format!("/grants/{id}"), "/entitlements", "/account", "/nowhere", "/staff", "/search?q=a"]
    {
        for person in [&mut viewer, &mut agent] {
            let page = person.get(path);
            assert_eq!(page.count(search), 1, "{path}");
            assert_eq!(page.count("[data-search]"), 1, "{path}");
        }
    }
    let hint = |page: Page| page.attribute(search, "placeholder").unwrap_or_default();
    assert!(hint(agent.get("/")).contains("key") && !hint(viewer.get("/")).contains("key"));
    agent.post("/preferences", &[("language", "de"), ("next", "/")]);
    assert_eq!(agent.get("/").attribute(search, "aria-label").as_deref(), Some("Überall suchen"));
    assert_eq!(app.anonymous().get("/login").count(search), 0);
    let app = TestApp::builder().with("second_factor", "all").spawn();
    assert_eq!(app.agent().get("/account/second-factor").count(search), 0, "not before the second factor is set up");
}

#[test]
fn typing_a_key_that_was_issued_is_noted_and_tells_where_only_whoever_may_see_keys() {
    let app = TestApp::builder().with("reveal", "admins").spawn();
    let first = app.given().delivered_grant(KEY);
    let waiting = app.given().pending_grant().for_customer("bob@example.com").make();
    let (mut agent, mut admin) = (app.agent(), app.admin());
    let fulfill = format!("/grants/{waiting}/fulfillment");
    let page = agent.post(&fulfill, &[("key", KEY)]);
    assert_eq!(page.status, 422);
    assert!(page.body.contains("already been issued") && !page.body.contains(first.as_str()));
    assert!(admin.post(&fulfill, &[("key", KEY)]).body.contains(first.as_str()));
    let answer = app.api_key(Role::Agent).post(&format!("/grants/{waiting}/license-key"), &json!({"key": KEY}));
    assert_eq!(answer.code(), "DUPLICATE_LICENSE_KEY");
    assert_eq!(entries(&app, "license_key.find").len(), 3);
}

#[test]
fn a_key_typed_too_late_is_looked_up_for_those_who_may_see_keys_and_not_without_end() {
    let app = TestApp::builder().with("reveal", "admins").spawn();
    let first = app.given().delivered_grant(KEY);
    let late = app.given().pending_grant().for_customer("bob@example.com").make();
    app.given().fulfill(&late, OTHER_KEY);
    let (mut agent, mut admin) = (app.agent(), app.admin());
    let fulfill = format!("/grants/{late}/fulfillment");
    let told = |page: &Page| {
        assert_eq!(page.status, 409);
        page.body.contains("has not been issued")
            || page.body.contains("was issued on")
            || page.body.contains("delivered with")
    };
    for key in [KEY, OTHER_KEY, "UNKNOWN-0001"] {
        let page = agent.post(&fulfill, &[("key", key)]);
        assert!(!told(&page), "{key}");
        assert_eq!(page.text_of(".slip code"), key, "nothing that was typed is lost");
        assert!(told(&admin.post(&fulfill, &[("key", key)])), "{key}");
    }
    assert_eq!(entries(&app, "license_key.find").len(), 2);
    for number in 0..29 {
        assert!(told(&admin.post(&fulfill, &[("key", &format!("GUESS-{number:04}"))])), "{number}");
    }
    assert!(!told(&admin.post(&fulfill, &[("key", KEY)])));
    assert_eq!(find(&mut admin, first.as_str()).status, 303);
}
