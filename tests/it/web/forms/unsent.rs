//! Forms whose session has ended, or of another session: nothing that was typed is lost, and nothing is sent unasked.

use jiff::SignedDuration;
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::storage::grants;
use keydesk::web::forms::labels::label;
use keydesk::web::routes::PAGES;
use keydesk::web::routes::access::Access;
use keydesk::web::unsent_forms::fields::{FULFILLMENT, is_kept};
use keydesk::web::unsent_forms::sealed::UnsentForm;

use crate::support::given::{PASSWORD, Person};
use crate::support::provider::{IdentityProvider, verified};
use crate::support::{Page, TestApp, Visitor, spawn_app};
use crate::web::access::filled;

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";
const NOTE: &str = "Thank you for waiting.\r\nYour invoice follows.";

fn status(app: &TestApp, id: &GrantId) -> GrantStatus {
    app.read(|conn| grants::find(conn, id).expect("the grant")).status
}

fn fulfillment(id: &GrantId) -> String {
    format!("/grants/{id}/fulfillment")
}

/// What somebody typed into the fulfillment form.
fn typed(idempotency_key: &str) -> [(&str, &str); 6] {
    [
        ("key", KEY),
        ("activations_limit", "7"),
        ("expires_at", "31 Dec 2026"),
        ("expires_time", "18:00"),
        ("customer_note", NOTE),
        ("idempotency_key", idempotency_key),
    ]
}

/// Opens the form of the grant, waits until the session has ended, and sends it.
fn send_too_late(app: &TestApp, visitor: &mut Visitor, id: &GrantId) -> (Page, String) {
    let form = visitor.get(&format!("{}/new", fulfillment(id)));
    let idempotency_key = form.field("idempotency_key").value;
    app.advance(SignedDuration::from_mins(61));
    (visitor.post(&fulfillment(id), &typed(&idempotency_key)), idempotency_key)
}

fn sealed(page: &Page) -> String {
    page.attribute("input[name=unsent_form]", "value").expect("a sealed form")
}

fn sign_in_on(visitor: &mut Visitor, page: &Page, person: &Person, password: &str) -> Page {
    let (sealed, next) = (sealed(page), page.field("next").value);
    let fields = [("email", person.email.as_str()), ("password", password), ("next", &next), ("unsent_form", &sealed)];
    visitor.post("/login", &fields)
}

fn assert_is_the_form(page: &Page, idempotency_key: &str) {
    assert_eq!((page.status, page.errors().len()), (200, 0), "{}", page.body);
    for (name, value) in typed(idempotency_key) {
        assert_eq!(page.field(name).value, value.replace("\r\n", "\n"), "{name}");
    }
    assert!(page.text_of(".note.warn").contains("send it again"), "{}", page.text_of(".note.warn"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
}

#[test]
fn a_form_whose_session_has_ended_is_there_again_after_signing_in_and_is_not_sent() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let id = app.given().pending_grant().make();
    let mut agent = app.sign_in(&person.email, PASSWORD);
    let (page, idempotency_key) = send_too_late(&app, &mut agent, &id);
    assert_eq!((page.status, page.heading().as_str()), (401, "Sign in"));
    assert!(page.text_of(".note.warn").contains("nothing was sent"));
    assert!(!page.body.contains(KEY) && !page.body.contains("invoice"), "it is sealed");
    assert!(agent.cookies.values().all(|cookie| !cookie.contains(&sealed(&page)[..40])));
    let wrong = sign_in_on(&mut agent, &page, &person, "not the password at all");
    assert_eq!((wrong.status, sealed(&wrong)), (422, sealed(&page)), "a wrong password loses nothing");
    let done = sign_in_on(&mut agent, &wrong, &person, PASSWORD);
    assert_eq!((done.status, done.location().as_str()), (303, "/unsent-form"));
    for _ in 0..2 {
        assert_is_the_form(&agent.get("/unsent-form"), &idempotency_key);
    }
    assert_eq!(status(&app, &id), GrantStatus::Pending);
    let sent = agent.post(&fulfillment(&id), &typed(&idempotency_key));
    assert_eq!((sent.status, sent.location()), (303, format!("/grants/{id}")));
    assert_eq!(status(&app, &id), GrantStatus::Delivered);
    assert_eq!(agent.get("/unsent-form").status, 303, "it was sent");
    assert!(agent.get("/").flash().contains("No form is waiting"));
}

#[test]
fn a_preview_and_a_longer_claim_keep_the_form_too() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let id = app.given().pending_grant().make();
    for act in ["fulfillment/preview", "claim"] {
        let mut agent = app.sign_in(&person.email, PASSWORD);
        agent.get("/account");
        app.advance(SignedDuration::from_mins(61));
        let page = agent.post(&format!("/grants/{id}/{act}"), &typed("idem_mine"));
        assert_eq!(page.status, 401, "{act}");
        assert_eq!(sign_in_on(&mut agent, &page, &person, PASSWORD).location(), "/unsent-form");
        assert_is_the_form(&agent.get("/unsent-form"), "idem_mine");
        assert!(app.read(|conn| grants::find(conn, &id).expect("there")).claim.is_none(), "{act}");
    }
}

#[test]
fn the_form_goes_through_the_second_factor() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let (phone, _) = app.given().second_factor(&person);
    let id = app.given().pending_grant().make();
    let mut agent = app.anonymous();
    agent.post("/login", &[("email", &person.email), ("password", PASSWORD)]);
    agent.get("/login/code");
    let code = phone.next_code(&app);
    assert_eq!(agent.post("/login/code", &[("code", &code)]).status, 303);
    let (page, idempotency_key) = send_too_late(&app, &mut agent, &id);
    assert_eq!(sign_in_on(&mut agent, &page, &person, PASSWORD).location(), "/login/code");
    let ask = agent.get("/login/code");
    assert!(!ask.body.contains(KEY) && agent.get("/unsent-form").status == 303, "not before the second factor");
    assert_eq!(agent.post("/login/code", &[("code", "000000")]).status, 422);
    let code = phone.next_code(&app);
    assert_eq!(agent.post("/login/code", &[("code", &code)]).location(), "/unsent-form");
    assert_is_the_form(&agent.get("/unsent-form"), &idempotency_key);
}

#[test]
fn the_form_goes_to_the_identity_provider_and_back() {
    let provider = IdentityProvider::start();
    for settings in [None, Some(("passwords", "off"))] {
        let builder = provider.portal();
        let app = match settings {
            Some((name, value)) => builder.with(name, value).spawn(),
            None => builder.spawn(),
        };
        let person = app.given().staff(Role::Agent);
        let id = app.given().pending_grant().make();
        let mut agent = app.anonymous();
        assert_eq!(provider.sign_in(&mut agent, &verified("s", &person.email)).location(), "/grants");
        let (page, idempotency_key) = send_too_late(&app, &mut agent, &id);
        assert_eq!(page.status, 401);
        let fields = [("unsent_form", sealed(&page)), ("next", "/grants".to_owned()), ("with", "provider".to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let departure = agent.post("/login/unsent-form", &fields);
        assert_eq!(departure.status, 200);
        let there = departure.attribute("a.primary", "href").expect("a link");
        assert!(departure.attribute("meta[http-equiv=refresh]", "content").expect("it goes on").ends_with(&there));
        assert!(!there.contains(KEY) && !departure.body.contains(KEY));
        let leaves = agent.get(&there);
        let back = provider.answer(&leaves, &verified("s", &person.email));
        assert_eq!(agent.get(&back).location(), "/unsent-form");
        assert_is_the_form(&agent.get("/unsent-form"), &idempotency_key);
        assert_eq!(status(&app, &id), GrantStatus::Pending);
    }
}

#[test]
fn nobody_else_sees_the_form_and_nobody_after_a_quarter_of_an_hour() {
    let app = spawn_app();
    let (person, other) = (app.given().staff(Role::Agent), app.given().staff(Role::Agent));
    let id = app.given().pending_grant().make();
    let mut agent = app.sign_in(&person.email, PASSWORD);
    let (page, _) = send_too_late(&app, &mut agent, &id);
    assert_eq!(sign_in_on(&mut agent, &page, &other, PASSWORD).location(), "/unsent-form");
    let shown = agent.get("/unsent-form");
    assert_eq!((shown.status, shown.location().as_str()), (303, "/"));
    let home = agent.get("/");
    assert!(home.flash().contains("somebody else") && !home.body.contains(KEY), "{}", home.flash());

    let mut agent = app.sign_in(&person.email, PASSWORD);
    let (page, _) = send_too_late(&app, &mut agent, &id);
    app.advance(SignedDuration::from_mins(15));
    assert_eq!(sign_in_on(&mut agent, &page, &person, PASSWORD).location(), format!("/grants/{id}"));
    assert_eq!(agent.get("/unsent-form").location(), "/");
}

#[test]
fn a_form_stays_in_the_session_for_a_quarter_of_an_hour() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let id = app.given().pending_grant().make();
    let mut agent = app.sign_in(&person.email, PASSWORD);
    let (page, _) = send_too_late(&app, &mut agent, &id);
    sign_in_on(&mut agent, &page, &person, PASSWORD);
    app.advance(SignedDuration::from_mins(14));
    assert_eq!(agent.get("/unsent-form").status, 200);
    app.advance(SignedDuration::from_mins(1));
    assert_eq!(agent.get("/unsent-form").status, 303);
}

#[test]
fn what_was_not_sealed_here_is_not_shown() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let id = app.given().pending_grant().make();
    let mut agent = app.sign_in(&person.email, PASSWORD);
    let (page, _) = send_too_late(&app, &mut agent, &id);
    let good = sealed(&page);
    let mut tampered = good.clone().into_bytes();
    let last = tampered.len() - 1;
    tampered[last] = if tampered[last] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(tampered).unwrap();
    for bad in ["x", "", &good[1..], &tampered, "<script>"] {
        let mut visitor = app.anonymous();
        let fields = [("email", person.email.as_str()), ("password", PASSWORD), ("unsent_form", bad)];
        assert_eq!(visitor.post("/login", &fields).location(), "/", "{bad}");
        assert_eq!(visitor.get("/unsent-form").status, 303, "{bad}");
    }
    assert!(UnsentForm::open(app.context(), &good).is_some());
    assert!(UnsentForm::open(spawn_app().context(), &good).is_none(), "another installation");
}

#[test]
fn a_grant_that_somebody_else_delivered_meanwhile_is_said_so_with_the_key_that_was_typed() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let id = app.given().pending_grant().make();
    let mut agent = app.sign_in(&person.email, PASSWORD);
    let (page, _) = send_too_late(&app, &mut agent, &id);
    app.given().fulfill(&id, "ANOTHER-KEY-OF-A-COLLEAGUE");
    sign_in_on(&mut agent, &page, &person, PASSWORD);
    let shown = agent.get("/unsent-form");
    assert_eq!((shown.status, shown.chip().as_str()), (409, "Delivered"));
    assert!(shown.body.contains(KEY) && shown.body.contains("31 Dec 2026"));
}

#[test]
fn the_longest_key_comes_back_whole() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let id = app.given().pending_grant().make();
    let mut agent = app.sign_in(&person.email, PASSWORD);
    agent.get("/account");
    app.advance(SignedDuration::from_mins(61));
    let key = "\u{1F511}".repeat(keydesk::domain::license_key::LicenseKeyValue::MAX_CHARACTERS);
    let page = agent.post(&fulfillment(&id), &[("key", &key)]);
    assert_eq!(sign_in_on(&mut agent, &page, &person, PASSWORD).location(), "/unsent-form");
    assert_eq!(agent.get("/unsent-form").field("key").value, key);
}

#[test]
fn every_form_without_a_session_is_answered_with_the_sign_in_page_and_what_was_typed_is_kept() {
    let app = spawn_app();
    let person = app.given().staff(Role::Admin);
    let forms = PAGES.iter().filter(|page| page.method == "POST" && page.access != Access::Open);
    let values = ["reason", "email", "name", "description", "url", "customer_email", "payment_id", "expires_at", "q"];
    for form in forms {
        let (pattern, path) = (form.path, filled(form.path));
        let mut visitor = app.anonymous();
        let origin = visitor.origin();
        let fields: Vec<(&str, &str)> = values.iter().map(|name| (*name, "What I typed")).collect();
        let secrets = [("password", PASSWORD), ("new_password", "a secret of mine"), ("grant_id", "kept")];
        let page = visitor.post_raw(&path, &[&fields[..], &secrets[..]].concat(), &[("origin", &origin)]);
        assert_eq!((page.status, page.heading().as_str()), (401, "Sign in"), "{pattern}");
        assert_eq!(page.has("input[name=unsent_form]"), is_kept(pattern), "{pattern}");
        if !is_kept(pattern) || FULFILLMENT.contains(&pattern) {
            continue;
        }
        let kept = UnsentForm::open(app.context(), &sealed(&page)).expect("it opens").fields;
        assert!(kept.iter().all(|(name, _)| !name.contains("password")), "{pattern}");
        assert_eq!(sign_in_on(&mut visitor, &page, &person, PASSWORD).location(), "/unsent-form", "{pattern}");
        let shown = visitor.get("/unsent-form");
        assert_eq!(shown.status, 200, "{pattern}");
        assert_eq!(shown.attribute("main form", "action"), Some(path), "{pattern}");
        for name in values {
            assert_eq!(shown.field(name).value, "What I typed", "{pattern} {name}");
            assert!(label(name).is_some() && !shown.text_of(&format!("label[for={name}]")).is_empty(), "{name}");
        }
        assert_eq!(shown.attribute("input[name=grant_id]", "type").as_deref(), Some("hidden"));
    }
}

#[test]
fn a_preview_of_a_script_without_a_session_leaves_the_sign_in_page_that_is_shown_valid() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut visitor = app.anonymous();
    let (origin, path) = (visitor.origin(), format!("/grants/{id}/fulfillment/preview"));
    let page = visitor.post_raw(
        &path,
        &[("key", KEY)],
        &[("origin", &origin), ("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "empty")],
    );
    assert_eq!((page.status, page.header("set-cookie")), (401, None));
    assert!(!page.has("input[name=unsent_form]"));
}

#[test]
fn every_form_in_which_something_is_typed_is_kept() {
    // Forms that consist of a button, of choices, or of secrets.
    let others = [
        "/logout",
        "/account/second-factor",
        "/account/password",
        "/account/second-factor/removal",
        "/account/recovery-codes",
        "/account/sessions/end-others",
        "/account/sessions/{id}/end",
        "/account/passkeys",
        "/account/passkeys/{id}/removal",
        "/grants/take-next",
        "/grants/bulk/upload",
        "/grants/bulk/export",
        "/grants/bulk/{action}",
        "/jobs/{id}/stop",
        "/jobs/{id}/again",
        "/jobs/{id}/undo",
        "/grants/{id}/release",
        "/grants/{id}/acceptance",
        "/grants/{id}/skip",
        "/grants/{id}/resumption",
        "/grants/{id}/undo",
        "/grants/{id}/send-now",
        "/grants/{id}/assignment",
        "/customers/{id}/merger",
        "/notes/{id}/deletion",
        "/saved-views/{id}/deletion",
        "/grants/{id}/decision",
        "/license-keys/{id}/status",
        "/license-keys/{id}/instances/{instance_id}/deactivation",
        "/staff/{id}/link",
        "/staff/{id}/role",
        "/staff/{id}/status",
        "/staff/{id}/second-factor/removal",
        "/staff/{id}/identity/removal",
        "/api-keys/{id}/revocation",
        "/stock/alerts",
        "/stock/{id}/serve",
        "/stock/batches/{id}/replace",
        "/stock/{id}/import/{upload_id}/confirm",
        "/sales/import/{id}/columns",
        "/sales/import/{id}/read",
        "/sales/import/{id}/check",
        "/sales/import/{id}/confirm",
        "/entitlements/{id}/files",
        "/entitlements/{id}/files/{file_id}/note",
        "/entitlements/{id}/files/{file_id}/position",
        "/entitlements/{id}/files/{file_id}/removal",
        "/webhooks/{id}/deletion",
        "/webhooks/{id}/reveal",
        "/webhooks/{id}/secret",
        "/webhooks/{id}/test",
        "/webhooks/{id}/messages/{message_id}/resend",
        "/connections",
        "/connections/{id}/poll",
        "/connections/{id}/secrets",
        "/connections/{id}/deliveries/again",
        "/sales/decision",
        "/connections/{id}/pause",
        "/connections/{id}/resume",
        "/connections/{id}/key",
        "/connections/{id}/webhook",
        "/connections/{id}/decision",
        "/connections/{id}/removal",
    ];
    for form in PAGES.iter().filter(|page| page.method == "POST" && page.access != Access::Open) {
        assert_ne!(is_kept(form.path), others.contains(&form.path), "{}", form.path);
    }
}

#[test]
fn a_form_that_is_sent_after_signing_in_again_in_another_tab_is_there_filled_in() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let id = app.given().pending_grant().make();
    let mut agent = app.sign_in(&person.email, PASSWORD);
    let form = agent.get(&format!("{}/new", fulfillment(&id)));
    let (token, idempotency_key) = (form.csrf_token().unwrap(), form.field("idempotency_key").value);
    agent.post("/logout", &[]);
    agent.get("/login");
    assert_eq!(agent.post("/login", &[("email", &person.email), ("password", PASSWORD)]).status, 303);
    agent.get("/account");
    let origin = agent.origin();
    let mut fields = typed(&idempotency_key).to_vec();
    fields.push(("csrf_token", &token));
    let page = agent.post_raw(&fulfillment(&id), &fields, &[("origin", &origin)]);
    assert_eq!(page.status, 403);
    for (name, value) in typed(&idempotency_key) {
        assert_eq!(page.field(name).value, value.replace("\r\n", "\n"), "{name}");
    }
    assert_ne!(page.csrf_token(), Some(token));
    assert_eq!(status(&app, &id), GrantStatus::Pending, "nothing is sent");
    assert_eq!(agent.post(&fulfillment(&id), &typed(&idempotency_key)).status, 303);
    assert_eq!(status(&app, &id), GrantStatus::Delivered);
}

#[test]
fn another_form_with_an_older_token_is_there_too_and_one_without_a_token_is_refused() {
    let app = spawn_app();
    let mut admin = app.admin();
    let stale = app.agent().get("/account").csrf_token().unwrap();
    let id = app.given().pending_grant().make();
    let (path, origin) = (format!("/grants/{id}/revocation"), admin.origin());
    let page = admin.post_raw(&path, &[("csrf_token", &stale), ("reason", "<b>refund</b>")], &[("origin", &origin)]);
    assert_eq!((page.status, page.field("reason").value.as_str()), (403, "<b>refund</b>"));
    assert_eq!(page.attribute("main form", "action"), Some(path.clone()));
    for token in ["", "nonsense"] {
        let page = admin.post_raw(&path, &[("csrf_token", token), ("reason", "refund")], &[("origin", &origin)]);
        assert_eq!((page.status, page.heading().as_str()), (403, "This request was rejected"), "{token:?}");
    }
    let foreign = [("origin", "https://evil.example")];
    let page = admin.post_raw(&path, &[("csrf_token", &stale), ("reason", "refund")], &foreign);
    assert_eq!((page.status, page.has("[name=reason]")), (403, false));
    assert_eq!(status(&app, &id), GrantStatus::Pending);
}

#[test]
fn the_address_of_an_action_leads_to_its_object() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let mut agent = app.agent();
    for (path, object) in [
        (format!("/grants/{id}/fulfillment"), format!("/grants/{id}")),
        (format!("/grants/{id}/fulfillment/preview"), format!("/grants/{id}")),
        (format!("/grants/{id}/reveal"), format!("/grants/{id}")),
        (format!("/grants/{id}/claim"), format!("/grants/{id}")),
        (format!("/grants/{id}/emails"), format!("/grants/{id}")),
        ("/grants/take-next".to_owned(), "/grants".to_owned()),
        ("/license-keys/lic_1/status".to_owned(), "/license-keys/lic_1".to_owned()),
        ("/license-keys/lic_1/instances/lki_1/deactivation".to_owned(), "/license-keys/lic_1".to_owned()),
        ("/entitlements/ent_1".to_owned(), "/entitlements/ent_1/edit".to_owned()),
        ("/webhooks/ep_1/messages/msg_1/resend".to_owned(), "/webhooks/ep_1/messages/msg_1".to_owned()),
        ("/api-keys/key_1/revocation".to_owned(), "/api-keys".to_owned()),
        ("/account/password".to_owned(), "/account".to_owned()),
        ("/staff/stf_1/role".to_owned(), "/staff/stf_1".to_owned()),
    ] {
        for visitor in [&mut agent, &mut app.anonymous()] {
            let page = visitor.get(&path);
            assert_eq!((page.status, page.location()), (303, object.clone()), "{path}");
        }
    }
    assert_eq!(agent.get("/logout").status, 405, "it has no object");
}

#[test]
fn holding_longer_keeps_what_was_typed() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    agent.post(&format!("/grants/{id}/claim"), &[]);
    app.advance(SignedDuration::from_mins(10));
    let form = agent.get(&format!("{}/new", fulfillment(&id)));
    let button = format!("button[form=fulfill][formaction='/grants/{id}/claim']");
    assert_eq!(form.text_of(&button), "Extend by 15 min");
    let page = agent.post(&format!("/grants/{id}/claim"), &typed("idem_mine"));
    assert_eq!(page.status, 200);
    for (name, value) in typed("idem_mine") {
        assert_eq!(page.field(name).value, value.replace("\r\n", "\n"), "{name}");
    }
    assert!(page.flash().contains("Taken by you until 10:25"), "{}", page.flash());
    assert_eq!(page.attribute("form#fulfill", "action"), Some(fulfillment(&id)));
    let half = [("key", "KEY"), ("expires_at", "2026-1"), ("activations_limit", "5-")];
    let page = agent.post(&format!("/grants/{id}/claim"), &half);
    assert_eq!(
        (page.field("expires_at").value.as_str(), page.field("activations_limit").value.as_str()),
        ("2026-1", "5-")
    );
}

#[test]
fn links_beside_the_fulfillment_form_open_beside_it() {
    let app = spawn_app();
    app.given().pending_grant().make();
    let id = app.given().pending_grant().make();
    let page = app.agent().get(&format!("{}/new", fulfillment(&id)));
    let links = page.count(".side a");
    assert!(links >= 2);
    assert_eq!(page.count(".side a[target=_blank][rel=noopener]"), links);
}
