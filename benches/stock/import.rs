//! A list of keys comes in by the page while somebody works in the queue.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::driver::calls::get;
use super::driver::http::Line;
use super::driver::load::{Figures, Request, run};
use super::stage::{Stage, key};

const KEYS: usize = 100_000;

pub fn measure(stage: &Stage) {
    let list: String = (0..KEYS).map(|number| key(number) + "\n").collect();
    let form = format!("/stock/{}/import", stage.entitlement_id);
    let (preview, first) = beside_the_queue(stage, || {
        let answer = Line::open(stage.portal.address).send(&stage.browser.upload(&form, "keys.txt", &list));
        assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
        let preview = answer.location.unwrap();
        let page = Line::open(stage.portal.address).send(&stage.browser.get(&preview));
        assert_eq!(page.status, 200);
        preview
    });
    let ((), second) = beside_the_queue(stage, || {
        let confirm = stage.browser.post(&format!("{preview}/confirm"), "others=corrected");
        assert_eq!(Line::open(stage.portal.address).send(&confirm).status, 303);
        while available(stage) < KEYS {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    println!("\n| import of {KEYS} keys | s | queue meanwhile, 1 client /s | p50 ms | p99 ms |\n|---|---|---|---|---|");
    for (name, (elapsed, queue)) in [("preview", first), ("confirmed until all are in stock", second)] {
        println!("| {name} | {:.1} | {} |", elapsed.as_secs_f64(), queue.cells());
    }
    println!("at most {} MB", stage.portal.peak());
}

/// Does the work, and says how long it took and how fast the queue was meanwhile.
fn beside_the_queue<T>(stage: &Stage, work: impl FnOnce() -> T) -> (T, (Duration, Figures)) {
    let is_over = AtomicBool::new(false);
    let ask = || {
        let bytes = stage.browser.get("/grants?status=pending");
        (!is_over.load(Ordering::Relaxed)).then_some(Request { bytes, status: 200 })
    };
    std::thread::scope(|scope| {
        let queue = scope.spawn(|| run(stage.portal.address, 1, Duration::from_secs(600), &ask));
        let started = Instant::now();
        let done = work();
        let elapsed = started.elapsed();
        is_over.store(true, Ordering::Relaxed);
        (done, (elapsed, queue.join().unwrap()))
    })
}

fn available(stage: &Stage) -> usize {
    let call = get(stage.portal.address, &format!("/entitlements/{}/stock", stage.entitlement_id), &stage.token);
    let body = Line::open(stage.portal.address).send(&call.bytes).body;
    let counts: serde_json::Value = serde_json::from_slice(&body).unwrap();
    usize::try_from(counts["available"].as_u64().unwrap()).unwrap()
}
