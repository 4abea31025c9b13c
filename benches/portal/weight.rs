//! What a visit weighs: requests, and bytes as they are sent to a browser that takes gzip.

use super::browser::Browser;
use super::driver::http::Line;

pub fn print(browser: &Browser) {
    let mut line = Line::open(browser.address);
    let mut size = |path: &str| {
        let request = String::from_utf8(browser.get(path)).unwrap();
        let answer = line.send(request.replacen("\r\n", "\r\naccept-encoding: gzip\r\n", 1).as_bytes());
        assert_eq!(answer.status, 200, "{path}");
        answer.body.len()
    };
    let page =
        String::from_utf8(Line::open(browser.address).send(&browser.get("/grants?status=pending")).body).unwrap();
    let assets: Vec<&str> = page.split('"').filter(|text| text.starts_with("/assets/")).collect();
    let queue = size("/grants?status=pending");
    let files: usize = assets.iter().map(|path| size(path)).sum();
    println!("\n| visit | requests | bytes, gzip |\n|---|---|---|");
    println!("| the queue for the first time | {} | {} |", 1 + assets.len(), queue + files);
    for (name, path) in [
        ("the queue again", "/grants?status=pending"),
        ("all grants", "/grants"),
        ("audit log", "/audit"),
        ("overview", "/"),
    ] {
        println!("| {name} | 1 | {} |", size(path));
    }
}
