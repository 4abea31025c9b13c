//! How fast a backlog of webhooks goes out to one receiver that answers at once.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use keydesk::domain::ids::EntitlementId;
use keydesk::domain::staff::Role;
use keydesk::usecases::Context;

use super::driver::http::Line;
use super::driver::process::Portal;
use super::{fill, post, token};

const MESSAGES: usize = 5_000;

/// Leaves a backlog while nothing sends, then starts the portal and waits until all has arrived.
pub fn measure(ctx: &Context, entitlement_id: &EntitlementId, data_dir: &Path, settings: &[(&str, &str)]) {
    let (address, arrived) = receive();
    let token = token(ctx, Role::Admin);
    let portal = Portal::start(data_dir, settings);
    let body = format!("{{\"url\":\"http://{address}/hook\"}}");
    let answer = Line::open(portal.address).send(&post(portal.address, "/webhooks", Some(&token), &body, 201).bytes);
    assert!(answer.status < 300, "{}", String::from_utf8_lossy(&answer.body));
    drop(portal);
    fill::pending(ctx, entitlement_id, "hook", MESSAGES);
    let started = Instant::now();
    let portal = Portal::start(data_dir, settings);
    while arrived.load(Ordering::Relaxed) < MESSAGES {
        assert!(started.elapsed() < Duration::from_secs(300), "{} arrived", arrived.load(Ordering::Relaxed));
        std::thread::sleep(Duration::from_millis(5));
    }
    let rate = MESSAGES as f64 / started.elapsed().as_secs_f64();
    println!("{MESSAGES} webhooks to one receiver: {rate:.0}/s; {} MB", portal.memory());
}

/// Answers 204 to everything, and counts.
fn receive() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let arrived = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&arrived);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let counter = Arc::clone(&counter);
            std::thread::spawn(move || answer(stream, &counter));
        }
    });
    (address, arrived)
}

fn answer(stream: TcpStream, counter: &AtomicUsize) {
    let _ = stream.set_nodelay(true);
    let mut stream = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(text) = line.strip_prefix("content-length:") {
                length = text.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        if stream.read_exact(&mut body).is_err() {
            return;
        }
        counter.fetch_add(1, Ordering::Relaxed);
        if stream.get_mut().write_all(b"HTTP/1.1 204 No Content\r\n\r\n").is_err() {
            return;
        }
    }
}
