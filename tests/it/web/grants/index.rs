//! The list of grants: states, search, filters, pages.

use std::collections::HashSet;

use diesel::connection::SimpleConnection;
use jiff::SignedDuration;
use keydesk::domain::entitlement::IntegrationType;
use keydesk::domain::staff::Role;
use serde_json::json;

use crate::support::client::encode;
use crate::support::{Page, TestApp, Visitor, spawn_app};

fn find(visitor: &mut Visitor, q: &str) -> Page {
    visitor.get(&format!("/grants?{}", encode(&[("q", q)])))
}

fn ids(page: &Page) -> Vec<String> {
    page.attributes("tr a[data-row]", "href")
        .iter()
        .map(|href| href.trim_start_matches("/grants/").to_owned())
        .collect()
}

fn many(app: &TestApp, count: i64) -> Vec<String> {
    let entitlement = app.given().entitlement();
    let start = app.now() - SignedDuration::from_hours(2);
    let make = |number: i64| {
        // Every third shares its moment with the one before, so that the id decides.
        let at = start + SignedDuration::from_secs(number - i64::from(number % 3 == 2));
        let email = format!("c{number}@example.com");
        app.given().pending_grant().of(&entitlement).for_customer(&email).sold_at(at).make().to_string()
    };
    (0..count).map(make).collect()
}

#[test]
fn strangers_sign_in_first_and_come_back() {
    let app = spawn_app();
    assert_eq!(app.anonymous().get("/grants?q=a").location(), "/login?next=/grants%3Fq%3Da");
}

#[test]
fn pages_forward_and_back_lose_and_repeat_nothing() {
    let app = spawn_app();
    let all: HashSet<String> = many(&app, 120).into_iter().collect();
    let mut viewer = app.viewer();
    for start in ["/grants?status=pending", "/grants"] {
        let (mut pages, mut page) = (Vec::new(), viewer.get(start));
        loop {
            pages.push(ids(&page));
            let Some(next) = page.attribute("a[rel=next]", "href") else { break };
            page = viewer.get(&next);
        }
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [40, 40, 40], "{start}");
        assert_eq!(pages.concat().into_iter().collect::<HashSet<_>>(), all);
        let mut back = vec![ids(&page)];
        while let Some(previous) = page.attribute("a[rel=prev]", "href") {
            page = viewer.get(&previous);
            back.push(ids(&page));
        }
        back.reverse();
        assert_eq!(back, pages, "{start}");
    }
}

#[test]
fn pending_grants_stand_with_the_longest_waiting_first_and_others_with_the_newest() {
    let app = spawn_app();
    let made = many(&app, 3);
    let mut agent = app.agent();
    let pending = ids(&agent.get("/grants?status=pending"));
    assert_eq!(pending[0], made[0]);
    assert_eq!(ids(&agent.get("/grants")).last(), pending.first());
}

#[test]
fn each_state_has_its_tab_and_count() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    for number in 0..3 {
        let email = format!("w{number}@example.com");
        app.given().pending_grant().of(&entitlement).for_customer(&email).make();
    }
    let delivered = app.given().pending_grant().of(&entitlement).make();
    app.given().fulfill(&delivered, "AAAA-BBBB-CCCC-DDDD");
    let page = app.viewer().get("/grants?status=delivered");
    assert_eq!(page.texts_of(".tabs a"), ["Pending 3", "Delivered 1", "Failed 0", "Revoked 0", "All 4"]);
    assert_eq!(page.text_of(".tabs [aria-current]"), "Delivered 1");
    assert_eq!(ids(&page), [delivered.to_string()]);
    assert!(page.row(delivered.as_str()).contains("Queued"));
    assert_eq!(page.count("tbody .state"), 1);
}

#[test]
fn a_late_grant_is_marked_and_one_that_is_held_by_a_colleague_is_left_alone() {
    let app = spawn_app();
    let ago = |minutes| app.now() - SignedDuration::from_mins(minutes);
    let late = app.given().pending_grant().sold_at(ago(300)).make();
    let soon = app.given().pending_grant().sold_at(ago(185)).make();
    let fresh = app.given().pending_grant().sold_at(ago(10)).make();
    let (mut anna, mut jonas) = (app.agent(), app.agent());
    let page = anna.get("/grants?status=pending");
    assert_eq!(ids(&page), [late.to_string(), soon.to_string(), fresh.to_string()]);
    assert_eq!((page.count(".bar.c-bad"), page.count(".bar.c-warn"), page.count(".bar")), (1, 1, 3));
    assert!(page.row(late.as_str()).contains("5 h, past target"), "{}", page.row(late.as_str()));
    let fulfill = format!("/grants/{late}/fulfillment/new");
    assert!(page.links().contains(&fulfill));
    assert!(!app.viewer().get("/grants?status=pending").links().contains(&fulfill));
    assert_eq!(anna.post(&format!("/grants/{late}/claim"), &[]).status, 303);
    let mine = anna.get("/grants?status=pending");
    assert!(mine.row(late.as_str()).contains("You") && mine.links().contains(&fulfill));
    let theirs = jonas.get("/grants?status=pending");
    assert!(theirs.row(late.as_str()).contains("until ") && !theirs.links().contains(&fulfill));
}

#[test]
fn exactly_at_the_target_a_grant_is_late_on_no_page_and_a_second_later_on_each() {
    let app = spawn_app();
    let id = app.given().pending_grant().sold_at(app.now() - SignedDuration::from_hours(4)).make();
    for is_late in [false, true] {
        let mut agent = app.agent();
        let list = agent.get("/grants?status=pending");
        assert_eq!(list.row(id.as_str()).contains("past target"), is_late);
        assert_eq!(list.has(".strip .bad"), is_late);
        for path in [format!("/grants/{id}"), format!("/grants/{id}/fulfillment/new")] {
            assert_eq!(agent.get(&path).has(".head .c-bad"), is_late, "{path}");
        }
        assert_eq!(agent.get("/").has(".strip .bad"), is_late);
        app.advance(SignedDuration::from_secs(1));
    }
}

#[test]
fn the_targets_clock_stands_still_outside_working_hours_and_on_holidays() {
    // It is Monday, 10:00 in UTC.
    let app = TestApp::builder().with("working_hours", "Mon-Fri 09:00-17:30").with("holidays", "2026-06-12").spawn();
    let on_thursday = app.now() - SignedDuration::from_hours(91);
    let in_time = app.given().pending_grant().sold_at(on_thursday).make();
    let earlier = on_thursday - SignedDuration::from_hours(4);
    let late = app.given().pending_grant().for_customer("b@example.com").sold_at(earlier).make();
    let mut agent = app.agent();
    let list = agent.get("/grants?status=pending");
    assert!(list.row(in_time.as_str()).contains("3 h 30 min"), "{}", list.row(in_time.as_str()));
    assert!(list.row(late.as_str()).contains("7 h 30 min, past target"), "{}", list.row(late.as_str()));
    for page in ["/", "/grants?status=pending"] {
        assert!(agent.get(page).text_of(".strip").contains("3 h 30 min over the 4 h target"), "{page}");
    }
    assert!(agent.get(&format!("/grants/{late}/fulfillment/new")).has("[data-waited]"));
    app.advance(SignedDuration::from_hours(10));
    let mut agent = app.agent();
    let list = agent.get("/grants?status=pending");
    assert!(list.row(in_time.as_str()).contains("11 h"), "{}", list.row(in_time.as_str()));
    assert!(!agent.get(&format!("/grants/{late}/fulfillment/new")).has("[data-waited]"), "nothing goes on at night");
}

#[test]
fn grants_of_platforms_are_listed_and_features_are_not_fulfilled() {
    let app = spawn_app();
    let entitlement = app.given().other_entitlement(IntegrationType::Discord);
    let id = app.given().pending_grant().of(&entitlement).make();
    app.given().pending_grant().for_customer("b@example.com").make();
    let mut agent = app.agent();
    let page = agent.get("/grants?integration_type=discord");
    assert_eq!(ids(&page), [id.to_string()]);
    let waiting = agent.get("/grants?status=pending&integration_type=discord");
    assert!(waiting.links().contains(&format!("/grants/{id}/fulfillment/new")));
    let feature = app.given().other_entitlement(IntegrationType::FeatureFlag);
    let feature = app.given().pending_grant().of(&feature).for_customer("c@example.com").make();
    let features = agent.get("/grants?status=pending&integration_type=feature_flag");
    assert!(!features.links().contains(&format!("/grants/{feature}/fulfillment/new")));
    assert_eq!(ids(&agent.get(&format!("/grants?entitlement_id={entitlement}"))), [id.to_string()]);
    let both = |kind| format!("/grants?entitlement_id={entitlement}&integration_type={kind}");
    assert_eq!(ids(&agent.get(&both("discord"))), [id.to_string()]);
    assert_eq!(ids(&agent.get(&both("telegram"))), [""; 0]);
}

#[test]
fn everything_that_names_a_grant_finds_it() {
    let app = spawn_app();
    let id = app
        .given()
        .pending_grant()
        .for_customer("Siobhan@Featherstone.example")
        .named("Siobhán O’Rourke")
        .with_payment("pay_3hRt8YpS1CvB6nMk")
        .with_subscription("sub_Qw7Er2Ty9Ui4Op")
        .make();
    app.given().pending_grant().make();
    let mut viewer = app.viewer();
    let texts =
        [id.as_str(), "pay_3hRt8", "sub_Qw7Er2", "featherstone", "siobhan@FEATHERSTONE.example", "siobhán", "ROURKE"];
    for q in texts {
        assert_eq!(ids(&find(&mut viewer, q)), [id.to_string()], "{q}");
    }
}

#[test]
fn ids_are_found_by_their_beginning_and_a_whole_one_finds_itself_alone() {
    let app = spawn_app();
    let first = app.given().pending_grant().with_payment("pay_1234567").make();
    let second = app.given().pending_grant().with_payment("pay_12345678").make();
    let mut viewer = app.viewer();
    let mut found = ids(&find(&mut viewer, "pay_12345"));
    found.sort();
    let mut both = [first.to_string(), second.to_string()];
    both.sort();
    assert_eq!(found, both);
    assert_eq!(ids(&find(&mut viewer, "pay_1234567")), [first.to_string()]);
    assert_eq!(ids(&find(&mut viewer, "pay_")), Vec::<String>::new());
}

#[test]
fn a_search_counts_and_pages_what_it_found_in_every_state() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let made: Vec<_> = (0..90)
        .map(|number| {
            let email = format!("anna{number}@kastanie.example");
            let at = app.now() - SignedDuration::from_mins(200 - number);
            app.given().pending_grant().of(&entitlement).for_customer(&email).sold_at(at).make()
        })
        .collect();
    app.given().fulfill(&made[7], "AAAA-BBBB-CCCC-DDDD");
    app.given().pending_grant().of(&entitlement).for_customer("otto@linde.example").make();
    let mut viewer = app.viewer();
    for (start, expected) in [("/grants?q=kastanie", 90), ("/grants?q=KASTANIE&status=pending", 89)] {
        let (mut seen, mut page) = (Vec::new(), viewer.get(start));
        assert_eq!(page.texts_of(".tabs .count"), ["89", "1", "0", "0", "90"]);
        loop {
            seen.extend(ids(&page));
            let Some(next) = page.attribute("a[rel=next]", "href") else { break };
            page = viewer.get(&next);
        }
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), expected);
        assert_eq!(seen.len(), expected);
        let oldest = made[0].to_string();
        let place = if start.contains("pending") { seen.first() } else { seen.last() };
        assert_eq!(place, Some(&oldest));
        let back = page.attribute("a[rel=prev]", "href").unwrap();
        assert_eq!(ids(&viewer.get(&back)).len(), 40);
    }
}

#[test]
fn a_search_that_too_many_match_says_so() {
    let app = spawn_app();
    many(&app, 310);
    let mut viewer = app.viewer();
    let page = find(&mut viewer, "example.com");
    assert_eq!(ids(&page).len(), 40);
    assert!(page.text_of(".note").contains("Refine your search"), "{}", page.text_of(".note"));
    assert!(!find(&mut viewer, "c30").has(".note"));
}

/// So many customers of that name who bought nothing, each a little newer than the one before.
fn customers_named(app: &TestApp, name: &str, count: usize) {
    let (now, lower) = (app.now().as_microsecond(), name.to_lowercase());
    app.read(|conn| {
        let insert = format!(
            "INSERT INTO customers
                 (id, email, email_key, name, locale, metadata, search_text, created_at, updated_at)
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
             SELECT 'cus_' || n, 'c' || n || '@example.com', 'c' || n || '@example.com', '{name}', 'en', '{{}}',
                    '{lower} c' || n || '@example.com', {now} + n, {now} FROM numbers"
        );
        conn.batch_execute(&insert).expect("customers");
    });
}

#[test]
fn of_very_many_customers_the_newest_are_looked_at() {
    let app = spawn_app();
    app.given().pending_grant().for_customer("first@example.com").make();
    app.advance(SignedDuration::from_secs(1));
    customers_named(&app, "C", 2_100);
    app.advance(SignedDuration::from_secs(1));
    let newest = app.given().pending_grant().for_customer("last@example.com").make();
    let mut viewer = app.viewer();
    let page = find(&mut viewer, "@example");
    assert_eq!(ids(&page), [newest.to_string()], "the first customer is not among the newest");
    assert!(page.text_of(".note").contains("Refine your search"), "{}", page.text_of(".note"));
    assert_eq!(ids(&find(&mut viewer, "first@")).len(), 1);
}

#[test]
fn a_long_part_of_a_name_is_found_behind_very_many_that_only_look_like_it() {
    let app = spawn_app();
    let meant = app.given().pending_grant().for_customer("first@example.com").named("Anna-Konrad Abel").make();
    app.advance(SignedDuration::from_secs(1));
    customers_named(&app, "Rad Kon Ab", 700);
    let mut viewer = app.viewer();
    for q in ["konrad ab", "na-Konrad A", "konrad abel"] {
        assert_eq!(ids(&find(&mut viewer, q)), [meant.to_string()], "{q}");
    }
    assert!(ids(&find(&mut viewer, "konkon ab")).is_empty());
}

#[test]
fn a_customer_is_found_by_the_present_name_alone() {
    let app = spawn_app();
    let id = app.given().pending_grant().for_customer("a@example.com").named("Ottilie Brandstätter").make();
    let mut viewer = app.viewer();
    assert_eq!(ids(&find(&mut viewer, "brandst")), [id.to_string()]);
    app.given().pending_grant().for_customer("a@example.com").make();
    let admin = app.api_key(Role::Admin);
    let customer = admin.get("/customers").json()["items"][0]["customer_id"].as_str().unwrap().to_owned();
    let renamed = admin.patch(&format!("/customers/{customer}"), &json!({"name": "Ottilie Lindqvist"}));
    assert_eq!(renamed.status, 200, "{}", renamed.text);
    assert_eq!(ids(&find(&mut viewer, "brandst")), Vec::<String>::new());
    assert_eq!(ids(&find(&mut viewer, "lindqv")).len(), 2);
}

#[test]
fn signs_of_patterns_and_of_markup_are_only_themselves() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let names = ["100 % Kontor", "A_B", "Back\\slash", "O'Neill", "\"><script>alert(1)</script>"];
    let made: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(number, name)| {
            let email = format!("n{number}@example.com");
            app.given().pending_grant().of(&entitlement).for_customer(&email).named(name).make().to_string()
        })
        .collect();
    let mut viewer = app.viewer();
    for (q, place) in [("%", 0), ("A_B", 1), ("\\", 2), ("'", 3), ("\"><script>", 4)] {
        let page = find(&mut viewer, q);
        assert_eq!((page.status, ids(&page)), (200, vec![made[place].clone()]), "{q}");
        assert_eq!(page.attribute("#q", "value").as_deref(), Some(q));
        assert!(!page.body.contains("<script>alert"), "{q}");
    }
}

#[test]
fn nonsense_in_the_query_does_no_harm() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut viewer = app.viewer();
    for query in [
        "status=lost",
        "integration_type=fax",
        "entitlement_id=x%27--",
        "after=nonsense",
        "before=%00",
        "after=ffffffffffffffff.x",
        "q=%00",
        "q=a%0Ab",
        &format!("q={}", "x".repeat(2_000)),
    ] {
        let page = viewer.get(&format!("/grants?{query}"));
        assert_eq!(page.status, 200, "{query}");
        assert!(page.has(".note.warn"), "{query}");
        assert_eq!(ids(&page), [id.to_string()], "{query}");
    }
    assert_eq!(viewer.get("/grants?entitlement_id=ent_0000000000000000000000").status, 200);
    let end = viewer.get("/grants?status=pending&after=fffffffffffff.zzzz");
    assert!(end.body.contains("The list ends here") || end.status == 200);
}

#[test]
fn an_empty_list_says_why() {
    let app = spawn_app();
    let mut agent = app.agent();
    let page = agent.get("/grants?status=pending");
    assert!(page.body.contains("Nothing is waiting") && page.has(".head button[disabled]"));
    assert!(page.has(".empty a[href='/grants/new']"), "nothing was ever sold");
    let page = find(&mut agent, "nobody");
    assert!(page.body.contains("Nothing found"));
    assert!(page.links().contains(&"/grants".to_owned()));
    assert!(app.given().entitlement().as_str().starts_with("ent_"));
}

#[test]
fn the_list_speaks_german() {
    let app = spawn_app();
    app.given().pending_grant().make();
    let mut agent = app.agent();
    agent.post("/preferences", &[("language", "de")]);
    let page = agent.get("/grants?status=pending");
    assert_eq!(page.heading(), "Zuteilungen");
    assert!(page.row("ada@example.com").contains("Ausliefern"));
}
