//! The table of pages and what is derived from it: the navigation, the links of the templates, and the lists of the
//! suites in other languages.

use std::fs;
use std::path::{Path, PathBuf};

use keydesk::domain::staff::Role;
use keydesk::web::routes::PAGES;
use keydesk::web::routes::navigation::{NAVIGATION, Nav};

use crate::support::TestApp;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_navigation_shows_each_role_what_it_may_open_and_where_it_is() {
    let app = TestApp::builder().keeping_mail().spawn();
    for role in Role::ALL {
        let mut visitor = app.staff(role);
        let items = |is_setting| {
            let items = NAVIGATION.iter().filter(move |item| item.is_setting == is_setting);
            let urls = items.filter(|item| role >= item.access.role(Role::Agent));
            urls.map(|item| format!("{}{}", item.path, item.query)).collect::<Vec<_>>()
        };
        let (mut expected, settings) = (items(false), items(true));
        expected.push(settings[0].clone());
        assert_eq!(visitor.get("/").attributes("header nav a", "href"), expected, "{}", role.as_str());
        for url in expected.iter().chain(&settings) {
            let page = visitor.get(url);
            assert_eq!(page.status, 200, "{url}");
            let section = if settings.contains(url) { &settings[0] } else { url };
            assert_eq!(page.attributes("header nav a[aria-current=page]", "href"), [section.as_str()]);
            if settings.contains(url) && settings.len() > 1 {
                assert_eq!(page.attributes("main > nav a", "href"), settings, "the settings are tabs of each other");
                assert_eq!(page.attributes("main > nav a[aria-current=page]", "href"), [url.as_str()]);
            }
            assert!(page.texts_of("nav a").iter().all(|text| !text.contains("nav-")), "each item has a text");
        }
    }
    let sending = TestApp::builder().spawn().admin().get("/staff").attributes("nav a", "href");
    let is_mail = |url: &String| NAVIGATION.iter().any(|item| item.nav == Nav::Mail && item.path == url);
    assert!(!sending.iter().any(is_mail), "where mail is sent there is no mailbox: {sending:?}");
}

/// The files of a folder and of those in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A path as it is written in a template, with `{}` for each part that is filled in; `None` where a part is chosen
/// between texts.
fn written(url: &str) -> Option<String> {
    let (mut path, mut rest) = (String::new(), url);
    while let Some((before, inner)) = rest.split_once("{{") {
        path = path + before + "{}";
        rest = inner.split_once("}}")?.1;
    }
    path += rest;
    let path = path.split(['?', '#']).next()?;
    let (path, choice) = path.split_once("{%").map_or((path, false), |(path, _)| (path, path.ends_with('/')));
    (!choice).then(|| path.to_owned())
}

fn is_page(method: &str, path: &str) -> bool {
    PAGES.iter().filter(|page| page.method == method).any(|page| {
        let (mut known, mut parts) = (page.path.split('/'), path.split('/'));
        known.by_ref().zip(parts.by_ref()).all(|(known, part)| known == part || known.starts_with('{') && part == "{}")
            && page.path.matches('/').count() == path.matches('/').count()
    })
}

#[test]
fn templates_lead_to_pages_of_the_table_alone() {
    let mut count = 0;
    for file in files(&root().join("templates")) {
        let text = fs::read_to_string(&file).unwrap();
        for tag in text.split('<').skip(1) {
            for (attribute, is_form) in [(" href=\"/", false), (" action=\"/", true), (" formaction=\"/", true)] {
                let Some((_, url)) = tag.split_once(attribute) else { continue };
                let Some(path) = written(url.split('"').next().unwrap()).map(|path| format!("/{path}")) else {
                    continue;
                };
                let method = if is_form && !tag.contains("method=\"get\"") { "POST" } else { "GET" };
                let is_known = is_page(method, &path) || path.starts_with("/api/") || path.starts_with("/files/");
                assert!(is_known, "{}: {method} {path} is not in the table of pages", file.display());
                count += 1;
            }
        }
    }
    assert!(count > 100, "links are recognized: {count}");
    assert!(!is_page("GET", "/grant") && !is_page("GET", "/grants/{}/fulfillment"), "a wrong one is noticed");
}

/// `tests/pages.json` is the table for the suites in JavaScript and Python. Where it differs it is written anew.
#[cfg(all(feature = "oidc", feature = "passkeys"))]
#[test]
fn the_other_suites_have_the_table_of_pages() {
    use keydesk::web::routes::access::Access;
    let lines: Vec<String> = PAGES
        .iter()
        .map(|page| {
            let access = match page.access {
                Access::Open => "open",
                Access::Enrolling => "enrolling",
                Access::Reveal => "reveal",
                Access::Role(role) => role.as_str(),
            };
            format!(r#"{{"method": "{}", "path": "{}", "access": "{access}"}}"#, page.method, page.path)
        })
        .collect();
    let (path, text) = (root().join("tests/pages.json"), format!("[\n  {}\n]\n", lines.join(",\n  ")));
    if fs::read_to_string(&path).unwrap_or_default() != text {
        fs::write(&path, text).unwrap();
        panic!("tests/pages.json was not the table of pages; it is now, and belongs into the commit");
    }
}
