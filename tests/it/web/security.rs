//! What every page promises: headers, cookies, forged and broken requests, errors in the portal's look.

use keydesk::domain::staff::Role;
use keydesk::storage::staff::sessions;
use sha2::{Digest, Sha256};

use crate::support::given::PASSWORD;
use crate::support::{Page, TestApp, Visitor, spawn_app};

const FORM: &str = "application/x-www-form-urlencoded";

fn assert_protected(page: &Page, what: &str) {
    let header = |name: &str| page.header(name).unwrap_or_default().to_owned();
    assert_eq!(
        header("content-security-policy"),
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "{what}"
    );
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header("referrer-policy"), "strict-origin", "{what}");
    assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{what}");
    assert!(!header("x-request-id").is_empty(), "{what}");
    assert!(page.header("access-control-allow-origin").is_none(), "{what}");
    assert!(page.header("server").is_none(), "{what}");
}

#[test]
fn every_answer_carries_the_protecting_headers() {
    let app = spawn_app();
    let (mut anonymous, mut agent) = (app.anonymous(), app.agent());
    let origin = agent.origin();
    let style = anonymous.get("/login").attribute("link[rel=stylesheet]", "href").unwrap();
    for path in ["/", "/login", "/healthz", "/readyz", "/nowhere", "/logout", "/assets/none.css", &style] {
        for visitor in [&mut anonymous, &mut agent] {
            let page = visitor.get(path);
            assert_protected(&page, path);
            let is_asset = path == style;
            let cache = if is_asset { "public, max-age=31536000, immutable" } else { "no-store" };
            assert_eq!(page.header("cache-control"), Some(cache), "{path}");
            assert!(page.header("strict-transport-security").is_none(), "{path}");
        }
    }
    let posts = [
        agent.post("/preferences", &[("theme", "dark")]),
        agent.post_raw("/preferences", &[], &[("origin", &origin)]),
        agent.post_raw("/preferences", &[], &[]),
        agent.post_bytes("/preferences", vec![b'a'; 1_100_000], FORM, &[("origin", &origin)]),
        agent.post_bytes("/preferences", b"a=%ff".to_vec(), FORM, &[("origin", &origin)]),
        agent.post_bytes("/preferences", b"{}".to_vec(), "application/json", &[("origin", &origin)]),
        agent.send("DELETE", "/login", &[("origin", &origin)], vec![]),
    ];
    let statuses: Vec<u16> = posts.iter().map(|page| page.status).collect();
    assert_eq!(statuses, [303, 403, 403, 413, 400, 415, 405]);
    for page in &posts {
        assert_protected(page, &page.status.to_string());
    }
}

#[test]
fn under_https_cookies_are_bound_to_the_host_and_browsers_told_to_stay() {
    let app = TestApp::builder().with("base_url", "https://keys.example.com").spawn();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    let page = visitor.get("/login");
    assert!(page.header("strict-transport-security").is_some());
    let token = page.csrf_token().unwrap();
    let fields = [("csrf_token", token.as_str()), ("email", &person.email), ("password", PASSWORD)];
    assert_eq!(visitor.post_raw("/login", &fields, &[("origin", &visitor.origin())]).status, 403, "another origin");
    let answer = visitor.post_raw("/login", &fields, &[("origin", "https://keys.example.com")]);
    assert_eq!(answer.status, 303);
    for (page, name) in [(&page, "__Host-keydesk_login="), (&answer, "__Host-keydesk_session=")] {
        let cookie = page.header("set-cookie").unwrap();
        assert!(cookie.starts_with(name), "{cookie}");
        for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[test]
fn the_cookie_is_not_in_the_database_and_strangers_leave_nothing_there() {
    let app = spawn_app();
    let mut visitor = app.anonymous();
    for path in ["/login", "/", "/nowhere", "/healthz"] {
        visitor.get(path);
    }
    let count = |app: &TestApp| app.read(|conn| sessions::count(conn).unwrap());
    assert_eq!(count(&app), 0);
    let visitor = app.agent();
    assert_eq!(count(&app), 1);
    let cookie = &visitor.cookies["keydesk_session"];
    let hash = Sha256::digest(cookie.as_bytes());
    assert!(app.read(|conn| sessions::find(conn, &hash).unwrap()).is_none(), "the cookie is sealed as well");
    assert!(cookie.len() > 60);
}

#[test]
fn the_session_cookie_is_kept_from_scripts_and_other_sites() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    let answer = visitor.post("/login", &[("email", &person.email), ("password", PASSWORD)]);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("keydesk_session=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    assert!(!cookie.contains("Secure") && !cookie.contains("Max-Age") && !cookie.contains("Expires"), "{cookie}");
    let mut tampered = app.anonymous();
    tampered.cookies.clone_from(&visitor.cookies);
    tampered.cookies.insert("keydesk_session".to_owned(), format!("{}x", visitor.cookies["keydesk_session"]));
    assert_eq!(tampered.get("/").status, 303);
}

#[test]
fn a_forged_post_changes_nothing() {
    let app = spawn_app();
    let (mut visitor, mut other) = (app.agent(), app.agent());
    visitor.get("/nowhere");
    other.get("/nowhere");
    let (token, theirs, origin) = (visitor.token(), other.token(), visitor.origin());
    let mut post = |token: &str, headers: &[(&str, &str)]| {
        let mut fields = vec![("theme", "dark")];
        if !token.is_empty() {
            fields.push(("csrf_token", token));
        }
        visitor.post_raw("/preferences", &fields, headers).status
    };
    for (headers, expected) in [
        (vec![("origin", origin.as_str())], 303),
        (vec![("sec-fetch-site", "same-origin")], 303),
        (vec![("sec-fetch-site", "none")], 303),
        (vec![("sec-fetch-site", "same-site"), ("origin", &origin)], 403),
        (vec![("sec-fetch-site", "cross-site"), ("origin", &origin)], 403),
        (vec![("origin", "http://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![("referer", origin.as_str())], 403),
        (vec![], 403),
    ] {
        assert_eq!(post(&token, &headers), expected, "{headers:?}");
        for wrong in ["", "x", &theirs, "%00", &token[..token.len() - 1]] {
            assert_eq!(post(wrong, &headers), 403, "{wrong:?} {headers:?}");
        }
    }
    let page = visitor.post_raw("/preferences", &[("theme", "light")], &[("origin", &origin)]);
    assert_eq!((page.status, page.heading().as_str()), (403, "This request was rejected"));
    assert_eq!(visitor.get("/nowhere").attribute("html", "data-theme").as_deref(), Some("dark"));
}

#[test]
fn a_forged_sign_in_is_refused() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut victim = app.anonymous();
    let mut attacker = app.anonymous();
    let (token, origin) = (attacker.get("/login").csrf_token().unwrap(), victim.origin());
    let fields = [("csrf_token", token.as_str()), ("email", &person.email), ("password", PASSWORD)];
    assert_eq!(victim.post_raw("/login", &fields, &[("origin", &origin)]).status, 403, "no cookie");
    victim.get("/login");
    assert_eq!(victim.post_raw("/login", &fields, &[("origin", &origin)]).status, 403, "another's token");
    victim.cookies.insert("keydesk_login".to_owned(), "made-up".to_owned());
    assert_eq!(victim.post_raw("/login", &fields, &[("origin", &origin)]).status, 403, "an unsigned cookie");
}

#[test]
fn a_signed_out_post_is_answered_with_the_sign_in_page() {
    let app = spawn_app();
    let mut visitor = app.anonymous();
    let origin = visitor.origin();
    let answer = visitor.post_raw("/preferences", &[("theme", "dark")], &[("origin", &origin)]);
    assert_eq!((answer.status, answer.heading().as_str()), (401, "Sign in"));
}

#[test]
fn tokens_differ_on_every_page_and_all_are_good() {
    let app = spawn_app();
    let mut visitor = app.agent();
    let one = visitor.get("/nowhere").csrf_token().unwrap();
    let two = visitor.get("/nowhere").csrf_token().unwrap();
    assert_ne!(one, two);
    let origin = visitor.origin();
    for token in [one, two] {
        let fields = [("csrf_token", token.as_str()), ("theme", "auto")];
        assert_eq!(visitor.post_raw("/preferences", &fields, &[("origin", &origin)]).status, 303);
    }
}

#[test]
fn nobody_is_led_to_another_site() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    for next in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "\r\nSet-Cookie: a=b",
        "/\r\nX: y",
        "evil",
        "/ä",
    ] {
        let mut visitor = app.anonymous();
        let answer = visitor.post("/login", &[("email", &person.email), ("password", PASSWORD), ("next", next)]);
        assert_eq!((answer.status, answer.location().as_str()), (303, "/"), "{next:?}");
        assert!(answer.header("x").is_none());
    }
}

#[test]
fn errors_have_the_portals_look_and_a_way_back() {
    let app = spawn_app();
    let (mut anonymous, mut viewer) = (app.anonymous(), app.viewer());
    for path in ["/nowhere", "/grants/x/y/z", "/%ff%fe", "/%00", "/..%2f..%2fetc/passwd", "/<script>"] {
        let path = path.replace('<', "%3C").replace('>', "%3E");
        let page = anonymous.get(&path);
        assert_eq!((page.status, page.heading().as_str()), (404, "This page does not exist"), "{path}");
        assert!(page.has("a[href='/login']"));
        let page = viewer.get(&path);
        assert_eq!((page.status, page.heading().as_str()), (404, "This page does not exist"), "{path}");
        assert!(page.has("main a[href='/grants']") && page.has("nav.nav"));
        assert!(page.text_of(".empty .hint").contains(page.header("x-request-id").unwrap()));
    }
    let page = viewer.get("/logout");
    assert_eq!((page.status, page.heading().as_str()), (405, "This is not possible here"));
    assert_eq!(page.header("allow"), Some("POST"));
}

#[test]
fn broken_requests_get_a_clear_error_and_never_a_500() {
    let app = spawn_app();
    let mut agent = app.agent();
    let (token, origin) = (agent.token(), agent.origin());
    let with_token = |rest: &[u8]| [format!("csrf_token={token}&").as_bytes(), rest].concat();
    for (body, expected) in [
        (with_token(b"theme=dark&theme=light&role=admin&x[y]=1&=&&&"), 303),
        (with_token(b"theme=%00"), 422),
        (with_token(b"theme=%"), 422),
        (with_token(b"theme=%c3%28"), 400),
        (with_token(b"theme=\xff\xfe"), 400),
        (with_token(b"%ff=dark"), 400),
        (with_token("a=1&".repeat(5_000).as_bytes()), 400),
        (with_token(&vec![b'a'; 1025 * 1024]), 413),
        (vec![b'a'; 3 * 1024 * 1024], 413),
        (vec![], 403),
    ] {
        let page = agent.post_bytes("/preferences", body, FORM, &[("origin", &origin)]);
        assert_eq!(page.status, expected, "{}", page.body);
    }
    for content_type in ["application/json", "multipart/form-data; boundary=x", "text/plain", "\u{e4}", ""] {
        let page = agent.post_bytes("/preferences", with_token(b"theme=dark"), content_type, &[("origin", &origin)]);
        assert_eq!(page.status, 415, "{content_type:?}");
    }
    for (query, expected) in
        [("next=%ff", 400), ("next=%00", 200), ("lang=%F0%9F%92%A9", 200), ("next=/&next=//x&lang=de&lang=xx", 200)]
    {
        assert_eq!(app.anonymous().get(&format!("/login?{query}")).status, expected, "{query}");
    }
    for cookie in ["", "=", "\u{e4}", "a b", "%ff", &"x".repeat(5_000)] {
        let mut visitor = app.anonymous();
        visitor.cookies.insert("keydesk_session".to_owned(), cookie.to_owned());
        assert_eq!(visitor.get("/").status, 303, "{cookie:?}");
    }
}

#[test]
fn a_forwarded_address_is_believed_from_trusted_proxies_only() {
    let guess = |app: &TestApp, number: usize| {
        let mut visitor = Visitor::new(app.address);
        let (token, origin) = (visitor.token(), visitor.origin());
        let email = format!("guess{number}@desk.example");
        let fields = [("csrf_token", token.as_str()), ("email", &email), ("password", "wrong")];
        let from = format!("198.51.100.{number}");
        visitor.post_raw("/login", &fields, &[("origin", &origin), ("x-forwarded-for", &from)]).status
    };
    let app = spawn_app();
    let answers: Vec<u16> = (0..21).map(|number| guess(&app, number)).collect();
    assert_eq!(answers.last(), Some(&429), "a stranger cannot pretend to be many");
    let app = TestApp::builder().with("trusted_proxies", "127.0.0.0/8").spawn();
    let answers: Vec<u16> = (0..21).map(|number| guess(&app, number)).collect();
    assert_eq!(answers.last(), Some(&422));
}

#[test]
fn assets_change_their_name_with_their_content_and_are_compressed() {
    let app = spawn_app();
    let mut visitor = app.anonymous();
    let page = visitor.get("/login");
    let style = page.attribute("link[rel=stylesheet]", "href").unwrap();
    let script = page.attribute("script[src]", "src").unwrap();
    let icon = page.attribute("link[rel=icon]", "href").unwrap();
    for (path, kind) in
        [(&style, "text/css; charset=utf-8"), (&script, "text/javascript; charset=utf-8"), (&icon, "image/svg+xml")]
    {
        let asset = visitor.send("GET", path, &[("accept-encoding", "gzip")], vec![]);
        assert_eq!((asset.status, asset.header("content-type")), (200, Some(kind)), "{path}");
        assert_eq!(asset.header("content-encoding"), Some("gzip"), "{path}");
        let hash = path.split('.').nth(1).unwrap();
        assert!(hash.len() == 12 && hash.chars().all(|c| c.is_ascii_hexdigit()), "{path}");
    }
    assert_eq!(visitor.get("/assets/app.000000000000.css").status, 404);
}

#[test]
fn health_is_told_without_signing_in_and_metrics_are_not_on_this_port() {
    let app = spawn_app();
    let mut visitor = app.anonymous();
    assert_eq!(visitor.get("/healthz").status, 200);
    assert_eq!(visitor.get("/readyz").status, 200);
    assert_eq!(visitor.get("/metrics").status, 404);
    let app = TestApp::builder().with("metrics_listen", "127.0.0.1:0").spawn();
    app.anonymous().get("/login");
    let metrics = Visitor::new(app.server().metrics_address().unwrap()).get("/metrics");
    assert_eq!(metrics.status, 200);
    for line in [
        "keydesk_http_requests_total{method=\"GET\",route=\"/login\",status=\"200\"} 1",
        "keydesk_outbox_messages 0",
        "keydesk_pending_grants 0",
        "keydesk_outbox_oldest_seconds 0",
        "keydesk_outbox_messages_by_kind{kind=\"webhook\"} 0",
    ] {
        assert!(metrics.body.contains(line), "{line}: {}", metrics.body);
    }
}
