//! Downloads: whole and in ranges, counted, and what their answers say.

use keydesk::usecases::files::sweep::sweep_files;

use super::{content, delivered, downloads, entitlement_of, folder, stored};
use crate::support::{Visitor, spawn_app};

const SIZE: u32 = 700_001;

fn range(visitor: &mut Visitor, url: &str, range: &str, more: &[(&str, &str)]) -> crate::support::Page {
    visitor.send("GET", url, &[&[("range", range)], more].concat(), Vec::new())
}

#[test]
fn a_download_is_the_file_under_its_name_and_never_shown_in_the_browser() {
    let app = spawn_app();
    let (_, link) = delivered(&app, &[("Größe \"1\".zip", &content(SIZE))]);
    let mut customer = app.anonymous();
    let urls = downloads(&customer.get(&link));
    let page = customer.send("GET", &urls[0], &[("accept-encoding", "gzip")], Vec::new());
    assert_eq!((page.status, page.bytes == content(SIZE)), (200, true));
    let hash = keydesk::crypto::hex(&<sha2::Sha256 as sha2::Digest>::digest(content(SIZE)));
    for (name, value) in [
        ("content-length", SIZE.to_string()),
        ("content-type", "application/zip".to_owned()),
        ("etag", format!("\"{hash}\"")),
        ("accept-ranges", "bytes".to_owned()),
        ("cache-control", "private, no-store".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("content-security-policy", "default-src 'none'; sandbox".to_owned()),
        (
            "content-disposition",
            "attachment; filename=\"Gr__e _1_.zip\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20_1_.zip".to_owned(),
        ),
    ] {
        assert_eq!(page.header(name), Some(value.as_str()), "{name}");
    }
    assert!(page.header("last-modified").is_some() && page.header("set-cookie").is_none());
    let head = customer.send("HEAD", &urls[0], &[], Vec::new());
    assert_eq!((head.status, head.bytes.len(), head.header("content-length")), (200, 0, Some("700001")));
}

#[test]
fn a_download_that_broke_off_is_resumed() {
    let app = spawn_app();
    let (_, link) = delivered(&app, &[("a.zip", &content(SIZE))]);
    let mut customer = app.anonymous();
    let url = downloads(&customer.get(&link)).remove(0);
    let first = range(&mut customer, &url, "bytes=0-299999", &[]);
    let etag = first.header("etag").unwrap().to_owned();
    assert_eq!((first.status, first.header("content-range")), (206, Some("bytes 0-299999/700001")));
    let rest = range(&mut customer, &url, "bytes=300000-", &[("if-range", &etag)]);
    assert_eq!((rest.status, rest.header("content-length")), (206, Some("400001")));
    assert!([first.bytes, rest.bytes].concat() == content(SIZE));
    let last = range(&mut customer, &url, "bytes=-1", &[]);
    assert_eq!((last.status, last.bytes), (206, content(SIZE)[700_000..].to_vec()));
    let other = range(&mut customer, &url, "bytes=300000-", &[("if-range", "\"other\"")]);
    assert_eq!((other.status, other.bytes.len()), (200, 700_001), "another version begins anew");
    let behind = range(&mut customer, &url, "bytes=700001-", &[]);
    assert_eq!((behind.status, behind.header("content-range")), (416, Some("bytes */700001")));
    let several = range(&mut customer, &url, "bytes=0-1,5-6", &[]);
    assert_eq!((several.status, several.bytes.len()), (200, 700_001));
}

#[test]
fn each_download_that_begins_at_the_beginning_is_counted_once() {
    let app = spawn_app();
    let (grant, link) = delivered(&app, &[("a.zip", &content(SIZE))]);
    let mut customer = app.anonymous();
    let url = downloads(&customer.get(&link)).remove(0);
    customer.get(&url);
    range(&mut customer, &url, "bytes=0-9", &[]);
    range(&mut customer, &url, "bytes=10-", &[]);
    customer.send("HEAD", &url, &[], Vec::new());
    let entitlement = entitlement_of(&app, &grant);
    let page = app.admin().get(&format!("/entitlements/{entitlement}/edit"));
    assert_eq!(page.text_of("#files tbody td[data-label=Downloads]"), "2");
    let card = app.agent().get(&format!("/grants/{grant}")).text_of("[aria-labelledby=files-t] tbody");
    assert!(card.contains("2, last"), "{card}");
    assert_eq!(app.count("audit_entries WHERE action = 'file.downloaded' AND address IS NULL"), 2);
}

#[test]
fn an_empty_file_is_a_file() {
    let app = spawn_app();
    let (_, link) = delivered(&app, &[("empty.txt", b"")]);
    let mut customer = app.anonymous();
    let url = downloads(&customer.get(&link)).remove(0);
    let page = customer.get(&url);
    assert_eq!((page.status, page.bytes.len(), page.header("content-length")), (200, 0, Some("0")));
}

#[test]
fn a_missing_content_is_said_and_not_counted() {
    let app = spawn_app();
    let (_, link) = delivered(&app, &[("a.zip", b"a")]);
    let mut customer = app.anonymous();
    let url = downloads(&customer.get(&link)).remove(0);
    let hash = stored(&app).0.remove(0);
    let path = folder(&app).join(&hash[..2]).join(&hash);
    std::fs::rename(&path, folder(&app).join("elsewhere")).unwrap();
    let page = customer.get(&url);
    assert_eq!((page.status, page.heading()), (503, "Not available at the moment".to_owned()));
    assert_eq!(app.count("file_downloads"), 0);
    std::fs::rename(folder(&app).join("elsewhere"), &path).unwrap();
    assert_eq!((customer.get(&url).status, sweep_files(app.context()).unwrap()), (200, 0));
}
