//! The pages: adding a shop, what arrived, settings, and the command line.

use keydesk::domain::staff::Role;

use super::{SECRET, app, connect, deliver, ids, send, shopify_order};
use crate::support::TestApp;
use crate::support::process::{complaint, keydesk, lines, run};

const KINDS: [&str; 7] = ["shopify", "woocommerce", "stripe", "lemonsqueezy", "gumroad", "paddle", "fastspring"];

#[test]
fn each_shop_is_added_by_a_page_that_says_what_to_do() {
    let app = app();
    let mut admin = app.admin();
    let list = admin.get("/connections").body;
    for kind in KINDS {
        assert!(list.contains(&format!("value=\"{kind}\"")), "{kind}");
        let first = admin.post("/connections", &[("kind", kind), ("name", "Shop Austria")]);
        assert_eq!(first.status, 303, "{kind}: {}", first.body);
        let form = admin.follow(first).body;
        assert!(form.contains("Shop Austria") && form.contains("class=\"guide\""), "{kind}: {form}");
        assert!(!form.contains("shops-") && !form.contains("connections-"), "{kind}: a text is missing: {form}");
        let path = connect(&mut admin, kind);
        let page = admin.get(&path).body;
        assert!(page.contains(&format!("/hooks/{}", path.rsplit('/').next().unwrap())), "{kind}");
        assert!(
            page.contains("Nothing arrived yet") && !page.contains("shops-") && !page.contains(SECRET),
            "{kind}: {page}"
        );
        assert!(admin.get(&format!("{path}?act=remove")).body.contains("stop working at once"));
    }
    assert_eq!(app.count("connections"), 7);
    assert_eq!(app.viewer().get("/connections").status, 403);
}

#[test]
fn the_last_deliveries_are_listed_by_what_became_of_them_and_worked_off_again() {
    let app = app();
    app.given().named_entitlement("PRO");
    let mut admin = app.admin();
    let path = connect(&mut admin, "shopify");
    deliver(&app, &path, "shopify", "orders/paid", "e1", &shopify_order(1, "a@example.com", &[(1, "PRO", 2)]));
    deliver(&app, &path, "shopify", "orders/paid", "e2", &shopify_order(2, "b@example.com", &[(1, "UPG", 1)]));
    let page = admin.get(&path);
    assert!(page.body.contains("2 grants") && page.body.contains("Unknown product: UPG"), "{}", page.body);
    assert!(page.body.contains("1 sale today") && page.body.contains("1 sale needs a decision"), "{}", page.body);
    let hooks = ids(&page, "hook_id");
    assert_eq!(hooks.len(), 1, "what is done has nothing to work off again");
    let only = admin.get(&format!("{path}?only=decision")).body;
    assert!(only.contains("UPG") && !only.contains("2 grants"));
    assert!(admin.get(&format!("{path}?only=errors")).body.contains("Nothing here yet"));
    app.given().named_entitlement("UPG");
    let again = admin.post(&format!("{path}/deliveries/again"), &[("hook_id", &hooks[0])]);
    assert_eq!(again.status, 303);
    app.run_outbox_until_empty();
    assert_eq!(super::grants(&app).len(), 3);
    assert!(admin.get("/connections").body.contains("2 sales today"));
}

#[test]
fn a_paused_shop_keeps_what_arrives_and_a_removed_one_takes_nothing() {
    let app = app();
    app.given().named_entitlement("PRO");
    let mut admin = app.admin();
    let path = connect(&mut admin, "shopify");
    assert_eq!(admin.post(&format!("{path}/pause"), &[]).status, 303);
    deliver(&app, &path, "shopify", "orders/paid", "e1", &shopify_order(1, "a@example.com", &[(1, "PRO", 1)]));
    deliver(&app, &path, "shopify", "orders/paid", "e2", &shopify_order(2, "a@example.com", &[(1, "UPG", 1)]));
    assert_eq!(super::grants(&app).len(), 0);
    assert_eq!(admin.post(&format!("{path}/resume"), &[]).status, 303);
    app.run_outbox_until_empty();
    assert_eq!((super::grants(&app).len(), app.count("held_sales")), (1, 1));
    assert_eq!(admin.post(&format!("{path}/removal"), &[]).status, 303);
    let body = shopify_order(3, "a@example.com", &[(1, "PRO", 1)]).to_string();
    assert_eq!(send(&app, &path, "shopify", "orders/paid", "e3", body.as_bytes()).status, 401);
    assert_eq!((super::grants(&app).len(), app.count("held_sales"), app.count("hooks")), (1, 0, 0));
}

#[test]
fn settings_are_saved_and_a_foreign_choice_is_refused() {
    let app = app();
    let mut admin = app.admin();
    let path = connect(&mut admin, "shopify");
    let wrong = admin.post(&path, &[("name", "Shop"), ("on_test", "burn")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Choose one of the answers"));
    assert_eq!(admin.post(&path, &[("name", "Laden"), ("on_test", "skip"), ("on_refund", "ask")]).status, 303);
    let page = admin.get(&path).body;
    assert!(
        page.contains("Laden") && page.contains("value=\"skip\" selected") && page.contains("value=\"ask\" selected")
    );
}

#[test]
fn the_last_sales_are_listed_with_their_grants() {
    let app = app();
    app.given().named_entitlement("PRO");
    let path = connect(&mut app.admin(), "shopify");
    deliver(&app, &path, "shopify", "orders/paid", "e1", &shopify_order(1, "a@example.com", &[(1, "PRO", 2)]));
    app.given().pending_grant().for_customer("by-hand@example.com").make();
    let mut viewer = app.viewer();
    let page = viewer.get("/sales").body;
    assert!(page.contains("#1") && page.contains("2 × PRO") && page.contains("Mira Holt"), "{page}");
    assert!(page.contains("File, form or API"), "{page}");
    let only = viewer.get("/sales?source=shopify").body;
    assert!(only.contains("Mira Holt") && !only.contains("by-hand@"), "{only}");
    assert!(!viewer.get("/sales?needs=decision").body.contains("<form class=\"row\" method=\"post\" action=\"/sales"));
}

#[test]
fn the_command_line_adds_a_shop_and_prints_its_url_last() {
    let app = TestApp::builder().with_system_clock().spawn();
    let say = |arguments: &[&str], input: &str| {
        let mut command = keydesk(&app.data_dir());
        command.arg("connection").args(arguments).env("DATABASE_URL", &app.database.url);
        run(command, input)
    };
    for kind in KINDS {
        let said = lines(&say(&["add", kind, "Laden", "--secret-stdin"], &format!("{SECRET}\n")));
        let url = said.lines().last().unwrap();
        assert!(url.starts_with("/hooks/con_") && !said.contains(SECRET), "{kind}: {said}");
        let sent = send(&app, url, kind, "orders/paid", "e1", b"{}");
        assert_eq!(sent.status, 200, "{kind}");
    }
    assert!(complaint(&say(&["add", "fastspring", "Laden"], "")).contains("signs nothing without a secret"));
    assert!(complaint(&say(&["add", "etsy", "Laden"], "")).contains("expected dodo, github, shopify"));
    let listed = lines(&say(&["list"], ""));
    assert!(listed.contains("\tshopify\tLaden\tactive"), "{listed}");
    assert_eq!(app.api_key(Role::Viewer).get("/grants").status, 200);
}
