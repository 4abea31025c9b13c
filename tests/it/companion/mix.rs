//! Random mixes of what staff, the account and the network do; then quiet, and both sides agree. `TEST_MIX_SEEDS=200`
//! adds so many mixes, `TEST_MIX_SEED=17` repeats one.

use jiff::SignedDuration;

use super::agreement;
use super::both_sides::Companion;
use crate::support::vendor::account::Status;
use crate::support::vendor::faults::Fault;
use crate::support::vendor::hooks::{Delivery, Event};

/// The mixes of every run of the suite.
const SEEDS: u64 = 6;
const STEPS: usize = 70;
const STOCK: usize = 40;

#[test]
fn after_any_mix_of_actions_and_faults_both_sides_agree() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("TEST_MIX_SEED") {
        Some(seed) => seed..=seed,
        None => 1..=SEEDS + number("TEST_MIX_SEEDS").unwrap_or(0),
    };
    for seed in seeds {
        let mut mix = Mix::new(seed);
        for _ in 0..STEPS {
            mix.step();
        }
        mix.companion.vendor.heal();
        mix.repeat_what_was_lost();
        mix.companion.settle();
        agreement::check(&mix.companion);
        mix.is_done = true;
    }
}

/// `SplitMix64`.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn pick<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        all.get(self.below(all.len())).cloned()
    }
}

struct Mix {
    companion: Companion,
    rng: Rng,
    seed: u64,
    entitlements: Vec<String>,
    customers: Vec<String>,
    /// How many keys were typed or came from elsewhere.
    keys: usize,
    /// Events that the account tells later.
    late: Vec<Event>,
    /// Events that did not arrive.
    lost: Vec<Event>,
    /// Events that are under way.
    under_way: Vec<(Event, Delivery)>,
    script: Vec<String>,
    is_done: bool,
}

impl Drop for Mix {
    fn drop(&mut self) {
        if !self.is_done {
            eprintln!("the mix of TEST_MIX_SEED={}: {:#?}", self.seed, self.script);
        }
    }
}

impl Mix {
    fn new(seed: u64) -> Self {
        let companion = Companion::start();
        let mut rng = Rng(seed);
        companion.vendor.style(|style| {
            (style.is_lower_case, style.has_null_metadata) = (rng.percent(50), rng.percent(50));
            (style.leaves_out, style.is_strange) = (rng.percent(50), rng.percent(50));
            (style.is_newest_first, style.is_coarse) = (rng.percent(50), rng.percent(50));
        });
        let entitlements =
            vec![companion.entitlement.clone(), companion.there(|account| account.entitlement("Second"))];
        let mut customers = vec![companion.customer.clone()];
        companion.there(|account| {
            customers.extend((0..3).map(|number| account.customer(&format!("c{number}@example.com"), "C", None)));
        });
        let mut mix = Self {
            companion,
            rng,
            seed,
            entitlements,
            customers,
            keys: 0,
            late: Vec::new(),
            lost: Vec::new(),
            under_way: Vec::new(),
            script: Vec::new(),
            is_done: false,
        };
        mix.sell();
        mix.companion.poll();
        mix.companion.add_stock(0..STOCK);
        mix
    }

    fn step(&mut self) {
        let (seconds, is_long) = (self.rng.below(40), self.rng.percent(10));
        let seconds = i64::try_from(seconds).unwrap() * if is_long { 60 } else { 1 };
        self.companion.app.advance(SignedDuration::from_secs(seconds));
        match self.rng.below(100) {
            0..16 => self.sell(),
            16..32 => self.fulfill(),
            32..46 => self.fulfill_from_stock(),
            46..52 => self.deliver_elsewhere(),
            52..57 => self.revoke(),
            57..62 => self.grant_again(),
            62..65 => self.know_the_next_key(),
            65..69 => self.change_a_customer(),
            69..79 => {
                self.note("poll");
                self.companion.poll();
            }
            79..87 => {
                self.note("send");
                self.companion.send();
            }
            87..94 => self.tell(),
            _ => self.change_the_weather(),
        }
    }

    fn note(&mut self, what: impl Into<String>) {
        let at = self.companion.app.now().strftime("%d %H:%M:%S").to_string();
        self.script.push(format!("{at} {}", what.into()));
    }

    fn key(&mut self) -> String {
        self.keys += 1;
        format!("TYPED-{:04}-KEY", self.keys)
    }

    /// A grant there with this status.
    fn grant(&mut self, is_wanted: impl Fn(&Status) -> bool) -> Option<String> {
        let grants = self.companion.there(|account| account.grants.clone());
        let ids: Vec<String> =
            grants.into_iter().filter(|grant| is_wanted(&grant.status)).map(|grant| grant.id).collect();
        self.rng.pick(&ids)
    }

    fn sell(&mut self) {
        let entitlement = self.rng.pick(&self.entitlements).unwrap();
        let customer = self.rng.pick(&self.customers).unwrap();
        let (pieces, grants) = ([1, 1, 3][self.rng.below(3)], [1, 1, 3][self.rng.below(3)]);
        let ids = self.companion.there(|account| account.sell_many(&entitlement, &customer, pieces, grants));
        self.note(format!("sell {ids:?}"));
    }

    fn fulfill(&mut self) {
        let key = self.key();
        let Some(id) = self.grant(|_| true) else { return };
        let done = self.companion.find_here(&id).map(|_| self.companion.fulfill(&id, &key).is_ok());
        self.note(format!("fulfill {id} with {key}: {done:?}"));
    }

    fn fulfill_from_stock(&mut self) {
        let Some(id) = self.grant(|_| true) else { return };
        let done = self.companion.find_here(&id).map(|_| self.companion.fulfill_from_stock(&id).is_ok());
        self.note(format!("fulfill {id} from stock: {done:?}"));
    }

    /// Somebody works in the account itself; once in a while with a key that lies in our stock.
    fn deliver_elsewhere(&mut self) {
        let Some(id) = self.grant(|status| *status == Status::Pending) else { return };
        let is_ours = self.rng.percent(20);
        let key = if is_ours { crate::stock::key(self.rng.below(STOCK)) } else { self.key() };
        let done = self.companion.there(|account| account.deliver(&id, &key));
        self.note(format!("{id} is delivered elsewhere with {key}: {done}"));
    }

    fn revoke(&mut self) {
        let Some(id) = self.grant(|status| *status != Status::Revoked) else { return };
        let reason = self.rng.pick(&["refund", "SubscriptionPaused", "subscription_on_hold", "manual"]).unwrap();
        self.companion.there(|account| account.revoke(&id, reason));
        self.note(format!("{id} is revoked: {reason}"));
    }

    fn grant_again(&mut self) {
        let Some(id) = self.grant(|status| *status == Status::Revoked) else { return };
        let keeps_key = self.rng.percent(50);
        self.companion.there(|account| account.grant_again(&id, keeps_key));
        self.note(format!("{id} is granted again, with its key: {keeps_key}"));
    }

    /// The next key that is typed is known there.
    fn know_the_next_key(&mut self) {
        let key = format!("TYPED-{:04}-KEY", self.keys + 1);
        self.companion.there(|account| account.know(&key));
        self.note(format!("{key} is known there"));
    }

    fn change_a_customer(&mut self) {
        let id = self.rng.pick(&self.customers).unwrap();
        let number = self.rng.below(1_000);
        self.companion.there(|account| {
            let customer = account.customers.get_mut(&id).unwrap();
            (customer.name, customer.locale) = (format!("Name {number}"), Some("fr".to_owned()));
            customer.email = format!("{id}.{number}@example.com");
        });
        self.note(format!("{id} is Name {number}"));
    }

    /// Each event is lost, told, told twice, kept, under way for a while, or forged; in any order.
    fn tell(&mut self) {
        let (portal, connection_id) = (self.companion.app.address, self.companion.connection_id.clone());
        for (event, delivery) in std::mem::take(&mut self.under_way) {
            let status = delivery.post(portal, &connection_id);
            self.note(format!("{} {:?} arrives late: {status}", event.kind, event.subject));
            assert!(matches!(status, 200 | 401), "{status}");
            if status == 401 {
                self.lost.push(event);
            }
        }
        let mut events = std::mem::take(&mut self.late);
        events.extend(self.companion.vendor.take_events());
        while !events.is_empty() {
            let event = events.swap_remove(self.rng.below(events.len()));
            let delivery = self.companion.vendor.sign(&event);
            let times = match self.rng.below(100) {
                0..25 => {
                    self.lost.push(event.clone());
                    0
                }
                25..60 => 1,
                60..75 => 2,
                75..85 => {
                    self.late.push(event.clone());
                    continue;
                }
                85..95 => {
                    self.under_way.push((event, delivery));
                    continue;
                }
                _ => {
                    assert_eq!(delivery.forged().post(portal, &connection_id), 401);
                    self.lost.push(event);
                    continue;
                }
            };
            self.note(format!("{} {:?} is told {times} times", event.kind, event.subject));
            for _ in 0..times {
                assert_eq!(delivery.post(portal, &connection_id), 200);
            }
        }
    }

    /// No list tells that a grant has another key than before, if it was revoked, granted again and delivered between
    /// two looks. Its webhook does, which is repeated for a day.
    fn repeat_what_was_lost(&mut self) {
        let (portal, connection_id) = (self.companion.app.address, self.companion.connection_id.clone());
        let mut lost = std::mem::take(&mut self.lost);
        lost.append(&mut self.late);
        lost.extend(std::mem::take(&mut self.under_way).into_iter().map(|(event, _)| event));
        lost.extend(self.companion.vendor.take_events());
        for event in lost {
            if event.kind == "entitlement_grant.delivered" {
                assert_eq!(self.companion.vendor.sign(&event).post(portal, &connection_id), 200);
            }
        }
    }

    fn change_the_weather(&mut self) {
        let chance = self.rng.pick(&[0, 0, 20, 60]).unwrap();
        let mut rng = Rng(self.rng.next());
        self.companion.vendor.fail_as(move |_| {
            let faults = [
                Fault::Says(500),
                Fault::DoesAndSays(500),
                Fault::HangsUp,
                Fault::DoesAndHangsUp,
                Fault::DoesAndStammers,
                Fault::TooMany(20),
            ];
            if rng.percent(chance) { rng.pick(&faults) } else { None }
        });
        self.note(format!("{chance} % of the calls go wrong"));
    }
}
