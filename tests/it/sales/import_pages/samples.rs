//! Exports as shops write them, from the file to the queue.

use super::{app_with, confirm, counts, grants, upload};

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../exports/", $name, ".csv"))
    };
}

/// The file comes to so many grants, whose lines are of these kinds, and again to none.
fn check(name: &str, bytes: &[u8], entitlements: &[&str], added: i64, kinds: &[&str]) {
    let app = app_with(entitlements);
    let mut agent = app.agent();
    let url = upload(&mut agent, &format!("{name}.csv"), bytes);
    let preview = agent.get(&url);
    let tabs = counts(&preview);
    for kind in kinds {
        assert!(tabs.iter().any(|tab| tab == kind), "{name}: {kind} of {tabs:?}");
    }
    assert_eq!(tabs.len(), kinds.len() + 1, "{name}: {tabs:?}");
    assert!(preview.text_of(".head").contains(name), "{name}: {}", preview.text_of(".head"));
    assert_eq!(grants(&app), 0, "{name}: nothing is imported before it is confirmed");
    let result = confirm(&app, &mut agent, &url);
    assert_eq!(grants(&app), added, "{name}");
    assert!(result.text_of(".strip").contains(&added.to_string()), "{name}: {}", result.text_of(".strip"));
    let again = upload(&mut agent, "again.csv", bytes);
    let tabs = counts(&agent.get(&again));
    assert!(tabs.iter().all(|tab| !tab.starts_with("New")), "{name}: {tabs:?}");
    confirm(&app, &mut agent, &again);
    assert_eq!(grants(&app), added, "{name} again");
    assert_eq!(app.count("jobs WHERE kind = 'import_sales' AND state = 'done'"), 2);
}

#[test]
fn every_export_of_a_shop_comes_into_the_queue() {
    let names = ["Inkwell Pro - 1 year", "Inkwell Brushes \"Deluxe\", pack"];
    check("Shopify", sample!("shopify"), &names, 3, &["New 2", "Unpaid 1", "Refunded 2"]);
    let names = ["Framewright Standard - Windows", "Framewright plugin pack", "Framewright Standard - macOS"];
    check("WooCommerce", sample!("woocommerce"), &names, 4, &["New 3", "Unpaid 1", "Refunded 1"]);
    let names = ["Pixelforge Pro", "Texture pack", "Subscription update"];
    check("Stripe", sample!("stripe"), &names, 14, &["New 3", "Unpaid 1", "Refunded 2"]);
    check("Lemon Squeezy", sample!("lemonsqueezy"), &["Tonebench"], 2, &["New 2", "Unpaid 1", "Refunded 1"]);
    check("Gumroad", sample!("gumroad"), &["Gridsmith"], 4, &["New 2", "Not a sale 1", "Refunded 1", "Renewal 1"]);
    check("Paddle", sample!("paddle"), &["Looplab", "Looplab samples"], 29, &["New 3", "Unpaid 1", "Refunded 1"]);
    let names = ["Scanmate Pro", "Scanmate OCR pack"];
    check("FastSpring", sample!("fastspring"), &names, 7, &["New 3", "Test 1", "Refunded 1"]);
    let kinds = ["New 1", "No product 1", "Not a sale 2", "Unpaid 1"];
    check("PayPal", sample!("paypal"), &["Maplight licence"], 2, &kinds);
}

#[test]
fn an_overlapping_file_adds_only_what_is_new() {
    let app = app_with(&["Studio Pro"]);
    let mut agent = app.agent();
    let line = |number: u32| format!("c{number}@example.com,Studio Pro,o{number},2\n");
    let file = |numbers: std::ops::Range<u32>| {
        let lines: String = numbers.map(line).collect();
        format!("customer_email,entitlement,external_id,quantity\n{lines}")
    };
    let first = upload(&mut agent, "monday.csv", file(0..700).as_bytes());
    confirm(&app, &mut agent, &first);
    let second = upload(&mut agent, "tuesday.csv", file(600..800).as_bytes());
    let preview = agent.get(&second);
    assert_eq!(counts(&preview), ["Problems first 200", "New 100", "Known 100"]);
    assert!(preview.text_of(".strip").contains("200 grants for 100 customers"), "{}", preview.text_of(".strip"));
    assert_eq!(preview.rows().len(), 100, "a page of them");
    assert_eq!(agent.get(&format!("{second}?show=known")).rows().len(), 100);
    assert_eq!(agent.get(&format!("{second}?page=1")).rows().len(), 100);
    confirm(&app, &mut agent, &second);
    assert_eq!(grants(&app), 1_600);
    let list = agent.get("/sales/import");
    assert_eq!(list.rows().len(), 2);
    assert!(list.row("tuesday.csv").contains("100 known"), "{}", list.row("tuesday.csv"));
}

#[test]
fn what_a_file_has_no_more_is_taken_back_as_by_the_command_line() {
    let app = app_with(&["Studio Pro"]);
    let mut agent = app.agent();
    let file = |lines: &str| format!("customer_email,entitlement,external_id,quantity\n{lines}");
    let first =
        upload(&mut agent, "a.csv", file("a@example.com,Studio Pro,o1,2\na@example.com,Studio Pro,o1,1\n").as_bytes());
    confirm(&app, &mut agent, &first);
    assert_eq!(grants(&app), 3);
    let second = upload(&mut agent, "b.csv", file("a@example.com,Studio Pro,o1,2\n").as_bytes());
    let result = confirm(&app, &mut agent, &second);
    assert_eq!(app.count("grants WHERE status = 'revoked'"), 1);
    assert!(result.body.contains("1 pending grant was revoked"), "{}", result.body);
}

#[test]
fn a_product_is_mapped_once_and_remembered() {
    let app = app_with(&["Gridsmith for teams"]);
    let id = app.count("entitlements");
    assert_eq!(id, 1);
    let mut agent = app.agent();
    let url = upload(&mut agent, "gumroad.csv", sample!("gumroad"));
    let preview = agent.get(&url);
    assert!(preview.body.contains("product is not known") || preview.body.contains("products are not known"));
    let field = preview.attribute("select[name^='product_']", "name").expect("a product to map");
    let entitlement = preview.attribute("select[name^='product_'] option[value^='ent_']", "value").expect("a choice");
    let products = preview.attributes("select[name^='product_']", "name");
    let fields: Vec<(&str, &str)> = products.iter().map(|name| (name.as_str(), entitlement.as_str())).collect();
    assert!(field.starts_with("product_"));
    let answer = agent.post(&format!("{url}/check"), &fields);
    assert_eq!(answer.location(), url);
    assert!(counts(&agent.get(&url)).contains(&"New 2".to_owned()), "{:?}", counts(&agent.get(&url)));
    assert_eq!(app.count("product_words"), i64::try_from(products.len()).unwrap());
    let again = upload(&mut agent, "gumroad.csv", sample!("gumroad"));
    assert!(!agent.get(&again).has("select[name^='product_']"), "the next file knows them");
    confirm(&app, &mut agent, &again);
    assert_eq!(grants(&app), 4);
}
