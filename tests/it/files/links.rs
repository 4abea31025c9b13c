//! Links to files: signed, for a while, and only as long as the customer has the grant.

use jiff::SignedDuration;
use keydesk::domain::ids::GrantId;
use keydesk::storage::grants;
use keydesk::usecases::customers::erase::erase_customer;

use super::{delivered, downloads, entitlement_of, mailed_link, of_files};
use crate::support::given::actor;
use crate::support::{TestApp, spawn_app};

fn tampered(link: &str) -> Vec<String> {
    let (path, query) = link.split_once('?').unwrap();
    let (expires, signature) = query.trim_start_matches("expires=").split_once("&signature=").unwrap();
    let later = expires.parse::<i64>().unwrap() + 1;
    let (rest, last) = signature.split_at(signature.len() - 2);
    let flipped = format!("{rest}{}", if last == "AA" { "BB" } else { "AA" });
    vec![
        path.to_owned(),
        format!("{path}?expires={later}&signature={signature}"),
        format!("{path}?expires={expires}&signature={flipped}"),
        format!("{path}?expires={expires}&signature="),
        format!("{path}?expires=x&signature=%00"),
    ]
}

#[test]
fn a_link_that_is_not_ours_is_like_one_to_an_unknown_grant() {
    let app = spawn_app();
    let (grant, link) = delivered(&app, &[("a.zip", b"a"), ("b.zip", b"b")]);
    let mut visitor = app.anonymous();
    let urls = downloads(&visitor.get(&link));
    let of_other = link.replace(grant.as_str(), GrantId::random().as_str());
    let unknown = visitor.get(&of_other);
    assert_eq!((unknown.status, unknown.heading()), (404, "Page not found".to_owned()));
    let query = urls[0].split_once('?').unwrap().1;
    let crossed = format!("{}?{query}", urls[1].split_once('?').unwrap().0);
    let page_as_file = format!("{}?{}", urls[0].split_once('?').unwrap().0, link.split_once('?').unwrap().1);
    let wrong = [tampered(&link), tampered(&urls[0]), vec![crossed, page_as_file, "/files/x".into(), "/files".into()]];
    for wrong in wrong.concat() {
        let page = visitor.get(&wrong);
        assert_eq!((page.status, page.text_of("main")), (404, unknown.text_of("main")), "{wrong}");
    }
    let page = visitor.get(&link);
    for (name, value) in [("cache-control", "private, no-store"), ("x-robots-tag", "noindex")] {
        assert_eq!(page.header(name), Some(value));
    }
    assert!(!page.has("script") && page.header("set-cookie").is_none() && !page.body.contains("Keydesk 0"));
}

#[test]
fn the_page_is_in_the_customers_language_or_the_chosen_one() {
    let app = spawn_app();
    let id = of_files(&app);
    super::upload(&mut app.admin(), &id, "", &[("a.zip", &super::content(1_500_000))]);
    let grant = app.given().pending_grant().of(&id).with_locale("de-AT").make();
    app.agent().post(&format!("/grants/{grant}/fulfillment"), &[]);
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.only().subject(), "Ihre Downloads: Tonwerk");
    let mut customer = app.anonymous();
    let page = customer.get(&mailed_link(&app, &grant));
    assert!(page.text_of("main").contains("Diese Links funktionieren bis") && page.body.contains("1,5 MB"));
    let english = page.attributes("footer.foot a", "href").remove(0);
    assert!(customer.get(&english).text_of("main").contains("These links work until"));
}

#[test]
fn expired_links_say_so_and_new_ones_are_mailed_on_request() {
    let app = TestApp::builder().with("download_links", "2d").spawn();
    let (grant, link) = delivered(&app, &[("a.zip", b"a")]);
    let mut customer = app.anonymous();
    let urls = downloads(&customer.get(&link));
    app.advance(SignedDuration::from_hours(48));
    for url in [&link, &urls[0]] {
        let page = customer.get(url);
        assert_eq!((page.status, page.heading()), (410, "These links have expired".to_owned()));
        assert!(page.has("form[action$=new-links]"));
    }
    let page = customer.get(&link);
    let field = |name: &str| page.attribute(&format!("[name={name}]"), "value").unwrap();
    let (expires, signature) = (field("expires"), field("signature"));
    let path = format!("/files/{grant}/new-links");
    let ask = |signature: &str| {
        app.anonymous().post_raw(&path, &[("expires", &expires), ("signature", signature), ("lang", "en")], &[])
    };
    assert_eq!(ask("forged").status, 404);
    let sent = ask(&signature);
    assert_eq!((sent.status, sent.heading()), (200, "Check your e-mail".to_owned()));
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert_eq!(app.anonymous().get(&mailed_link(&app, &grant)).status, 200, "the new link works");
    assert_eq!(customer.get(&link).status, 410, "the old one does not");
    // Asking again at once mails nothing, and the answer is the same.
    let again = ask(&signature);
    assert_eq!((again.text_of("main"), app.run_outbox_until_empty()), (sent.text_of("main"), 0));
    app.advance(SignedDuration::from_mins(11));
    ask(&signature);
    assert_eq!(app.run_outbox_until_empty(), 1);
    app.admin().post(&format!("/grants/{grant}/revocation"), &[("reason", "Chargeback")]);
    app.advance(SignedDuration::from_mins(11));
    let after = ask(&signature);
    assert_eq!((after.text_of("main"), app.run_outbox_until_empty()), (sent.text_of("main"), 0));
}

#[test]
fn what_was_revoked_removed_or_erased_is_gone_at_once() {
    let app = spawn_app();
    let (grant, link) = delivered(&app, &[("a.zip", b"a"), ("b.zip", b"b")]);
    let (mut customer, mut admin) = (app.anonymous(), app.admin());
    let urls = downloads(&customer.get(&link));
    let gone = |customer: &mut crate::support::Visitor, url: &str| {
        let page = customer.get(url);
        (page.status, page.heading()) == (410, "No longer available".to_owned())
    };
    let edit = admin.get(&format!("/entitlements/{}/edit", entitlement_of(&app, &grant)));
    let removal = edit.attribute("#files form[action$=removal]", "action").unwrap();
    admin.post(&removal, &[]);
    assert!(gone(&mut customer, &urls[0]) && customer.get(&urls[1]).status == 200);
    assert_eq!(downloads(&customer.get(&link)).len(), 1);
    admin.post(&format!("/grants/{grant}/revocation"), &[("reason", "Chargeback")]);
    assert!(gone(&mut customer, &link) && gone(&mut customer, &urls[1]));
    admin.post(&format!("/grants/{grant}/restoration"), &[("reason", "It was a mistake")]);
    assert_eq!((customer.get(&link).status, customer.get(&urls[1]).status), (200, 200));
    let id = app.read(|conn| grants::find(conn, &grant).unwrap()).customer_id;
    assert!(app.count("file_downloads") > 0);
    erase_customer(app.context(), &id, &actor()).unwrap();
    assert!(gone(&mut customer, &link) && gone(&mut customer, &urls[1]));
    assert_eq!(app.count("file_downloads"), 0);
}

#[test]
fn too_many_requests_wait() {
    let app = TestApp::builder().with("rate_limit_address", "3").spawn();
    let (_, link) = delivered(&app, &[("a.zip", b"a")]);
    let mut customer = app.anonymous();
    let statuses: Vec<u16> = (0..4).map(|_| customer.get(&link).status).collect();
    assert_eq!(statuses, [200, 200, 200, 429]);
    let page = customer.get(&link);
    assert_eq!((page.heading(), page.header("retry-after")), ("Too many requests".to_owned(), Some("20")));
}
