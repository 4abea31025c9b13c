//! Forged requests: every form and every call, with every kind of wrong or missing proof.

use keydesk::api::access::{Access as CallAccess, CALLS};
use keydesk::domain::staff::Role;
use keydesk::web::routes::PAGES;
use keydesk::web::routes::access::Access;

use super::access::filled;
use crate::support::{Visitor, spawn_app};

/// Fields or headers.
type Pairs<'a> = Vec<(&'a str, &'a str)>;

const TOKEN: &str = "csrf_token";

/// What a form may carry: a token or none, and headers. All of these are refused.
fn forgeries<'a>(token: &'a str, stale: &'a str, origin: &'a str) -> Vec<(&'a str, Pairs<'a>, Pairs<'a>)> {
    vec![
        ("no token", vec![], vec![("origin", origin)]),
        ("an empty token", vec![(TOKEN, "")], vec![("origin", origin)]),
        ("somebody else's token", vec![(TOKEN, stale)], vec![("origin", origin)]),
        ("a foreign origin", vec![(TOKEN, token)], vec![("origin", "https://evil.example")]),
        ("another port", vec![(TOKEN, token)], vec![("origin", "http://127.0.0.1:1")]),
        ("the origin null", vec![(TOKEN, token)], vec![("origin", "null")]),
        ("no origin", vec![(TOKEN, token)], vec![]),
        ("another site", vec![(TOKEN, token)], vec![("sec-fetch-site", "cross-site")]),
        ("a neighbor", vec![(TOKEN, token)], vec![("origin", origin), ("sec-fetch-site", "same-site")]),
    ]
}

fn forms() -> impl Iterator<Item = (&'static str, Access)> {
    PAGES.iter().filter(|page| page.method == "POST").map(|page| (page.path, page.access))
}

fn forms_for(is_open: bool) -> impl Iterator<Item = &'static str> {
    // The code is asked of somebody who has a session, as on every page behind it.
    forms()
        .filter(move |(pattern, access)| (*access == Access::Open) == is_open && *pattern != "/login/code")
        .map(|(pattern, _)| pattern)
}

#[test]
fn every_form_refuses_every_kind_of_forgery() {
    let app = spawn_app();
    let mut admin = app.admin();
    let origin = admin.origin();
    let stale = app.agent().get("/account").csrf_token().unwrap();
    for pattern in forms_for(false) {
        let token = admin.get("/account").csrf_token().unwrap();
        for (what, fields, headers) in forgeries(&token, &stale, &origin) {
            let page = admin.post_raw(&filled(pattern), &fields, &headers);
            assert_eq!(page.status, 403, "POST {pattern} with {what}");
        }
    }
    assert_eq!(admin.get("/account").status, 200, "nobody was signed out");
}

#[test]
fn the_forms_before_sign_in_refuse_every_kind_of_forgery() {
    let app = spawn_app();
    let stale = app.anonymous().get("/login").csrf_token().unwrap();
    for pattern in forms_for(true) {
        let mut visitor = app.anonymous();
        let origin = visitor.origin();
        let token = visitor.get("/login").csrf_token().unwrap();
        for (what, fields, headers) in forgeries(&token, &stale, &origin) {
            let page = visitor.post_raw(&filled(pattern), &fields, &headers);
            assert_eq!(page.status, 403, "POST {pattern} with {what}");
        }
        // Without the cookie no token is good.
        let page = app.anonymous().post_raw(&filled(pattern), &[(TOKEN, &token)], &[("origin", &origin)]);
        assert_eq!(page.status, 403, "POST {pattern} without the cookie");
    }
}

#[test]
fn what_browsers_say_of_our_own_pages_is_taken() {
    let app = spawn_app();
    let mut admin = app.admin();
    let origin = admin.origin();
    let cases: [&[(&str, &str)]; 4] = [
        &[("origin", &origin)],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", &origin), ("sec-fetch-site", "same-origin")],
    ];
    for pattern in forms_for(false).filter(|pattern| *pattern != "/logout") {
        for headers in cases {
            let token = admin.get("/account").csrf_token().unwrap();
            let page = admin.post_raw(&filled(pattern), &[(TOKEN, &token)], headers);
            assert!(page.status != 403 && page.status < 500, "POST {pattern} with {headers:?}: {}", page.status);
        }
    }
}

#[test]
fn reading_a_page_changes_nothing_that_a_form_would() {
    let app = spawn_app();
    let mut admin = app.admin();
    for (pattern, _) in forms() {
        let has_page = PAGES.iter().any(|page| page.method == "GET" && page.path == pattern);
        let page = admin.get(&filled(pattern));
        let expected: &[u16] = if has_page { &[200, 303, 404] } else { &[303, 405] };
        assert!(expected.contains(&page.status), "GET {pattern}: {}", page.status);
    }
}

#[test]
fn every_call_wants_its_own_token_and_no_cookie_is_one() {
    let app = spawn_app();
    let mut admin: Visitor = app.admin();
    let anonymous = app.program(None);
    let wrong = app.program(Some("kdk_0000000000000000000000000000000000000000000".to_owned()));
    let viewer = app.api_key(Role::Viewer);
    for (method, pattern, access) in CALLS {
        let path = format!("/api{}", pattern.replace(['{', '}'], ""));
        let what = format!("{method} {path}");
        let with_cookie = admin.send(
            method.as_str(),
            &path,
            &[
                ("content-type", "application/json"),
                ("origin", "https://evil.example"),
                ("sec-fetch-site", "cross-site"),
            ],
            b"{}".to_vec(),
        );
        match access {
            CallAccess::Open => assert_ne!(with_cookie.status, 401, "{what}"),
            CallAccess::Role(role) => {
                assert_eq!(with_cookie.status, 401, "{what}");
                let path = pattern.replace(['{', '}'], "");
                for program in [&anonymous, &wrong] {
                    assert_eq!(program.send(method.as_str(), &path, &[], "{}").status, 401, "{what}");
                }
                let status = viewer.send(method.as_str(), &path, &[], "{}").status;
                assert_eq!(status == 403, *role > Role::Viewer, "{what} as viewer: {status}");
            }
        }
        if !pattern.starts_with("/licenses/") {
            assert!(with_cookie.header("access-control-allow-origin").is_none(), "{what}");
        }
    }
}

#[test]
fn a_foreign_host_is_refused_whatever_the_browser_says_and_reading_goes_on() {
    let app = spawn_app();
    let mut admin = app.admin();
    let port = app.address.port();
    let own = admin.origin();
    let by_name = (format!("localhost:{port}"), format!("http://localhost:{port}"));
    let same = ("sec-fetch-site", "same-origin");
    let mut send = |headers: &[(&str, &str)]| {
        let token = admin.get("/account").csrf_token().unwrap();
        admin.post_raw("/preferences", &[(TOKEN, &token), ("theme", "dark"), ("next", "/")], headers).status
    };
    assert_eq!(send(&[same, ("origin", &own)]), 303);
    assert_eq!(send(&[same, ("host", &by_name.0), ("origin", &by_name.1)]), 303, "another name of this machine");
    for host in ["evil.example", &format!("evil.example:{port}"), "127.0.0.1.evil.example"] {
        assert_eq!(send(&[same, ("host", host)]), 403, "{host}");
        assert_eq!(send(&[same, ("host", host), ("origin", &format!("http://{host}"))]), 403, "{host}");
        assert_eq!(send(&[("host", host), ("origin", &own)]), 403, "{host}");
    }
    assert_eq!(send(&[same, ("origin", "http://evil.example")]), 403, "the browser names another origin");
    assert_eq!(send(&[same, ("origin", "null")]), 403);
    for path in ["/healthz", "/readyz", "/login"] {
        assert!(admin.send("GET", path, &[("host", "evil.example")], Vec::new()).status < 400, "{path}");
    }
}

#[test]
fn a_portal_with_a_base_url_takes_its_own_host_and_that_of_its_proxy() {
    use crate::support::TestApp;
    let base = TestApp::builder().with("base_url", "http://keys.example.com");
    let post = |app: &TestApp, host: &str| {
        let mut visitor = app.anonymous();
        let token = visitor.get("/login").csrf_token().unwrap();
        let headers = [("host", host), ("origin", "http://keys.example.com"), ("sec-fetch-site", "same-origin")];
        visitor.post_raw("/login", &[(TOKEN, &token), ("email", "a@b.c"), ("password", "x")], &headers).status
    };
    let app = base.clone().spawn();
    for (host, is_taken) in [
        ("keys.example.com", true),
        ("KEYS.example.com:80", true),
        ("127.0.0.1:8080", true),
        ("keydesk:8080", true),
        ("keys.example.net", false),
        ("upstream.internal", false),
    ] {
        assert_eq!(post(&app, host) != 403, is_taken, "{host}");
    }
    let app = base.with("trusted_proxies", "127.0.0.1").spawn();
    assert_ne!(post(&app, "upstream.internal"), 403, "a trusted proxy calls the portal what it likes");
}
