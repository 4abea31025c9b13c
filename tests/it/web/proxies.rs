//! Where the portal is reached: proxies in front that the settings do not know, and addresses that are not the portal's.

use jiff::SignedDuration;

use crate::support::{Page, TestApp, Visitor, spawn_app};

const STRANGER: &str = "203.0.113.9";

fn notices(page: &Page) -> String {
    page.texts_of(".note.bad").concat()
}

#[test]
fn admins_are_told_of_a_proxy_that_is_not_trusted_until_it_is() {
    let mut app = spawn_app();
    let (mut admin, mut agent) = (app.admin(), app.agent());
    assert_eq!(notices(&admin.get("/grants")), "");
    app.anonymous_at(STRANGER).get("/login");
    for path in ["/", "/grants", "/audit", "/staff", "/account"] {
        let told = notices(&admin.get(path));
        assert!(told.contains("KEYDESK_TRUSTED_PROXIES") && told.contains("127.0.0.1"), "{path}: {told}");
        assert!(!told.contains(STRANGER), "what a stranger sends is not shown: {told}");
        assert_eq!(notices(&agent.get("/")), "", "it is for admins");
    }
    admin.post("/preferences", &[("language", "de")]);
    let told = notices(&admin.get("/grants"));
    assert!(told.contains("Keydesk kennt Ihren Proxy nicht.") && told.contains("KEYDESK_TRUSTED_PROXIES"), "{told}");
    app.advance(SignedDuration::from_mins(59));
    assert_ne!(notices(&admin.get("/grants")), "");
    app.advance(SignedDuration::from_mins(1));
    let mut admin = app.admin();
    assert_eq!(notices(&admin.get("/grants")), "", "nothing of the kind has come for an hour");

    for (name, value) in [("x-real-ip", STRANGER), ("x-forwarded-proto", "https"), ("forwarded", "for=203.0.113.9")] {
        app.restart();
        assert_eq!(notices(&app.admin().get("/grants")), "");
        app.anonymous().send("GET", "/healthz", &[(name, value)], vec![]);
        assert!(notices(&app.admin().get("/grants")).contains("KEYDESK_TRUSTED_PROXIES"), "{name}");
    }
    app.restart_with("trusted_proxies", "127.0.0.0/8");
    app.anonymous_at(STRANGER).get("/login");
    assert_eq!(notices(&app.admin().get("/grants")), "");
}

#[test]
fn admins_are_told_that_cookies_are_not_secure_behind_https() {
    for (base_url, is_told) in
        [(None, true), (Some("http://keys.example"), true), (Some("https://keys.example"), false)]
    {
        let mut builder = TestApp::builder().with("trusted_proxies", "127.0.0.0/8");
        if let Some(url) = base_url {
            builder = builder.with("base_url", url);
        }
        let app = builder.spawn();
        let https = [("x-forwarded-proto", "https"), ("x-forwarded-for", STRANGER)];
        app.anonymous().send("GET", "/login", &https, vec![]);
        if base_url.is_some() {
            // Nobody signs in from here, where forms come from another address.
            continue;
        }
        let told = notices(&app.admin().get("/grants"));
        assert_eq!(told.contains("KEYDESK_BASE_URL"), is_told, "{base_url:?}: {told}");
        assert_eq!(notices(&app.agent().get("/grants")), "");
    }
}

/// Signs in as a browser does that opened the portal at this address, on plain http.
fn sign_in_at(app: &TestApp, origin: &str, language: &str) -> Page {
    let mut visitor = app.anonymous();
    language.clone_into(&mut visitor.language);
    let token = visitor.get("/login").csrf_token().unwrap();
    let fields = [("csrf_token", token.as_str()), ("email", "ada@desk.example"), ("password", "whatever it may be")];
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    visitor.post_raw("/login", &fields, &[("origin", origin), ("host", host)])
}

#[test]
fn a_form_from_another_address_is_refused_with_both_addresses_and_the_setting() {
    let app = spawn_app();
    let own = app.anonymous().origin();
    for origin in ["http://192.168.1.5:8080", "http://keys.lan:8080", "http://keydesk:8080", "http://localhost:1"] {
        for (language, title) in [("en", "This is not the portal’s address"), ("de", "Das ist nicht die Adresse")] {
            let page = sign_in_at(&app, origin, language);
            assert_eq!(page.status, 403, "{origin}");
            assert!(page.heading().starts_with(title), "{}", page.heading());
            let text = page.text_of("main");
            assert!(text.contains(origin) && text.contains(&own) && text.contains("KEYDESK_BASE_URL"), "{text}");
        }
    }
    for origin in ["null", "http://\"><script>", "file://", "http://0.0.0.0:8080"] {
        let page = sign_in_at(&app, origin, "en");
        assert_eq!((page.status, page.heading().as_str()), (403, "This request was rejected"), "{origin}");
        assert!(!page.body.contains("<script>"));
    }
}

#[test]
fn where_cookies_are_for_https_a_form_over_http_is_told_the_address() {
    let app = TestApp::builder().with("base_url", "https://keys.example").spawn();
    let origin = app.anonymous().origin();
    let headers = [("origin", origin.as_str()), ("sec-fetch-site", "same-origin")];
    let page = app.anonymous().post_raw("/login", &[("csrf_token", "x"), ("email", "a"), ("password", "b")], &headers);
    assert_eq!(page.status, 403);
    let text = page.text_of("main");
    assert!(text.contains("https://keys.example") && text.contains(&origin), "{text}");
}

#[test]
fn links_of_a_portal_that_listens_everywhere_lead_to_this_machine() {
    let app = TestApp::builder().with("listen", "0.0.0.0:0").spawn();
    let address = ([127, 0, 0, 1], app.address.port()).into();
    let person = app.given().staff(keydesk::domain::staff::Role::Admin);
    let mut admin = Visitor::new(address);
    let signed_in = admin.post("/login", &[("email", &person.email), ("password", crate::support::given::PASSWORD)]);
    assert_eq!(signed_in.status, 303, "{}", signed_in.body);
    admin.get("/staff");
    admin.post("/staff", &[("email", "grace@desk.example"), ("name", "Grace"), ("role", "agent")]);
    app.run_outbox_until_empty();
    let text = app.mailbox.only().text();
    assert!(text.contains(&format!("http://{address}/")) && !text.contains("0.0.0.0"), "{text}");
}
