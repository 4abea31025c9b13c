//! Grants by channel and by product: lists that are put together from those of single products, and the report.

use diesel::connection::SimpleConnection;
use jiff::SignedDuration;
use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::storage::db::connection::Conn;

use crate::support::{Page, TestApp, spawn_app};

const CONNECTION: &str = "con_000000000000000000001";

/// Makes the entitlements those of a connected account.
fn mirror(app: &TestApp, entitlements: &[&EntitlementId]) {
    let connection = format!(
        "INSERT INTO connections (id, kind, name, api_url, state, sends_email, poll_every, next_poll_at, created_at, updated_at)
         VALUES ('{CONNECTION}', 'dodo', 'Dodo live', 'http://127.0.0.1:9', 'paused', false, 60, {}, 0, 0);",
        i64::MAX
    );
    let mirrored = entitlements.iter().map(|id| {
        format!(
            "INSERT INTO mirrored_entitlements (entitlement_id, connection_id, is_listed, seen_at)
             VALUES ('{id}', '{CONNECTION}', true, 0);"
        )
    });
    let statements: String = std::iter::once(connection).chain(mirrored).collect();
    Conn::open(&app.database.target()).unwrap().batch_execute(&statements).unwrap();
}

/// Sells a grant of each product in turn, `each` times, a minute apart; the newest last.
fn sell(app: &TestApp, products: &[&EntitlementId], each: usize) -> Vec<GrantId> {
    let mut ids = Vec::new();
    for number in 0..each {
        for product in products {
            app.advance(SignedDuration::from_mins(1));
            let email = format!("c{number}@example.com");
            ids.push(app.given().pending_grant().of(product).for_customer(&email).make());
        }
    }
    ids
}

fn ids(page: &Page) -> Vec<String> {
    let links = page.attributes("tr a[data-row]", "href");
    links.iter().map(|href| href.trim_start_matches("/grants/").to_owned()).collect()
}

fn strings(ids: impl IntoIterator<Item = GrantId>) -> Vec<String> {
    ids.into_iter().map(|id| id.to_string()).collect()
}

/// Every page of the list, forward, and back again.
fn walk(app: &TestApp, first: &str) -> Vec<String> {
    let mut agent = app.agent();
    let (mut page, mut found, mut pages) = (agent.get(first), Vec::new(), 0);
    loop {
        assert_eq!(page.status, 200, "{first}");
        found.extend(ids(&page));
        let Some(next) = page.attribute("a[rel=next]", "href") else { break };
        page = agent.get(&next);
        pages += 1;
    }
    let mut back = ids(&page);
    while let Some(previous) = page.attribute("a[rel=prev]", "href") {
        page = agent.get(&previous);
        back.splice(0..0, ids(&page));
    }
    assert_eq!(back, found, "{first}: the same way back");
    assert!(pages > 0, "{first} has several pages");
    found
}

#[test]
fn a_list_by_product_goes_through_each_product_in_the_lists_own_order() {
    let app = spawn_app();
    let [zeta, alpha, mid] = ["Zeta", "alpha", "Mid"].map(|name| app.given().named_entitlement(name));
    let sold = sell(&app, &[&zeta, &alpha, &mid], 20);
    let of = |nth: usize| sold.iter().skip(nth).step_by(3).cloned();
    let expected = strings(of(1).chain(of(2)).chain(of(0)));
    assert_eq!(walk(&app, "/grants?status=pending&sort=product"), expected);
    let back = strings(of(0).chain(of(2)).chain(of(1)));
    assert_eq!(walk(&app, "/grants?status=pending&sort=-product"), back);
    let all = strings(of(1).rev().chain(of(2).rev()).chain(of(0).rev()));
    assert_eq!(walk(&app, "/grants?sort=product"), all);

    let mut agent = app.agent();
    let page = agent.get("/grants?status=pending");
    let sort = page.attribute("th[aria-sort=none] a", "href").expect("a link");
    assert_eq!(sort, "/grants?status=pending&sort=product");
    let page = agent.get(&sort);
    assert!(page.has("th[aria-sort=ascending] a[href='/grants?status=pending&sort=-product']"));
    assert!(page.has("th[aria-sort=none] a[href='/grants?status=pending']"), "and back to the order by time");
    assert!(page.links().contains(&"/grants?status=delivered&sort=product".to_owned()), "tabs keep it");
    assert!(page.links().contains(&"/grants.csv?status=pending&sort=product".to_owned()));
    let file = agent.get("/grants.csv?status=pending&sort=product");
    let lines: Vec<&str> = file.body.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(lines, expected);
    let view = [("name", "By product"), ("status", "pending"), ("sort", "product")];
    assert_eq!(agent.post("/saved-views", &view).location(), "/grants?status=pending&sort=product");
    // What a search finds comes by its date, and offers nothing else.
    let found = agent.get("/grants?q=c1@example.com&status=pending&sort=product");
    assert_eq!(ids(&found), strings([3, 4, 5].map(|at| sold[at].clone())));
    assert!(!found.has("th a[href*='sort=']"));
    assert!(agent.get("/grants?sort=nonsense").body.contains("could not be read"));
}

#[test]
fn a_channel_has_what_was_sold_there_in_every_list() {
    let app = spawn_app();
    let [one, own, two] = ["One", "Own", "Two"].map(|name| app.given().named_entitlement(name));
    assert!(!app.agent().get("/grants").has("[name=channel]"), "there is nothing to choose");
    mirror(&app, &[&one, &two]);
    let sold = sell(&app, &[&one, &own, &two], 25);
    let there: Vec<GrantId> = sold.iter().enumerate().filter(|(at, _)| at % 3 != 1).map(|(_, id)| id.clone()).collect();
    let here: Vec<GrantId> = sold.iter().skip(1).step_by(3).cloned().collect();
    let channel = format!("channel={CONNECTION}");
    assert_eq!(walk(&app, &format!("/grants?status=pending&{channel}")), strings(there.clone()));
    assert_eq!(walk(&app, &format!("/grants?{channel}")), strings(there.iter().rev().cloned()));
    assert_eq!(walk(&app, &format!("/grants?{channel}&order=oldest")), strings(there.clone()));
    let mut agent = app.agent();
    let page = agent.get("/grants?status=pending&channel=own");
    assert_eq!(ids(&page), strings(here.clone()));
    assert!(page.text_of(".in-force").contains("By hand, API or file"));
    assert!(page.text_of(".tabs [aria-current]").contains("25"), "{}", page.text_of(".tabs"));
    let page = agent.get(&format!("/grants?{channel}&q=c1@example.com"));
    assert_eq!(ids(&page).len(), 2);
    assert!(page.text_of("#f-ch [selected]").contains("Dodo live"));
    let page = agent.get(&format!("/grants?{channel}&entitlement_id={own}"));
    assert!(ids(&page).is_empty());
    assert_eq!(agent.get("/grants.csv?channel=own").body.lines().count(), 26);
    let by_product = agent.get(&format!("/grants?status=pending&{channel}&sort=-product"));
    assert_eq!(ids(&by_product)[0], sold[2].to_string());
}

#[test]
fn the_report_counts_by_channel_and_on_days_of_ones_own() {
    let app = spawn_app();
    let [there, own] = ["There", "Own"].map(|name| app.given().named_entitlement(name));
    let sold = sell(&app, &[&there, &own, &own], 1);
    for (number, id) in sold.iter().take(2).enumerate() {
        app.given().fulfill(id, &format!("KEYS-OF-CHANNEL-000{number}"));
    }
    let mut agent = app.agent();
    assert!(!agent.get("/report").has("[aria-labelledby=channels-t]"), "one channel is no table");
    mirror(&app, &[&there]);
    app.advance(SignedDuration::from_hours(48));
    let mut agent = app.agent();
    let page = agent.get("/report?days=7");
    let rows = page.texts_of("[aria-labelledby=channels-t] tbody tr");
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().any(|row| row.contains("Dodo live") && row.contains('1')), "{rows:?}");
    let links = page.attributes("[aria-labelledby=channels-t] a", "href");
    assert!(links.iter().any(|link| link.starts_with("/grants?status=delivered&channel=own&from=")), "{links:?}");
    assert!(links.iter().all(|link| agent.get(link).rows().len() == 1), "{links:?}");

    let day = "from=2026-06-15&to=2026-06-15";
    let page = agent.get(&format!("/report?{day}"));
    assert!(page.text_of(".strip").contains('2'), "{}", page.text_of(".strip"));
    assert!(page.links().contains(&format!("/report.csv?{day}")));
    assert!(page.links().iter().any(|link| link.starts_with("/grants?status=delivered&") && link.ends_with(day)));
    let empty = agent.get("/report?from=2026-06-16");
    assert!(!empty.text_of(".strip").contains('2'), "{}", empty.text_of(".strip"));
    let file = agent.get(&format!("/report.csv?{day}"));
    assert!(file.body.contains("channel,own,,1,") && file.body.contains(",Dodo live,1,"), "{}", file.body);
    for wrong in ["from=x", "from=2026-06-16&to=2026-06-15"] {
        let page = agent.get(&format!("/report?{wrong}"));
        assert_eq!((page.status, page.errors().len()), (422, 1), "{wrong}");
        assert_eq!(agent.get(&format!("/report.csv?{wrong}")).status, 422, "{wrong}");
    }
}
