//! A stand-in of the vendor's account: a real HTTP server with the calls that Keydesk makes, the faults that the test
//! asks for, and a record of every call. It believes nothing of Keydesk and imports none of its rules.

pub mod account;
pub mod calls;
pub mod faults;
mod happenings;
pub mod hooks;
pub(super) mod http;
mod limits;
pub mod objects;
mod routes;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use keydesk::domain::clock::Clock;

use account::Account;
use calls::{Call, Kind};
use faults::{Fault, Faults, Moment};
use hooks::Webhooks;
use limits::Limits;
use objects::Style;

/// May read and write.
pub const FULL_KEY: &str = "dodo_test_full_7Fq2x7Qd";
/// May read.
pub const READ_ONLY_KEY: &str = "dodo_test_read_only_19aB";

/// What every thread of the server shares.
struct State {
    account: Account,
    webhooks: Webhooks,
    faults: Faults,
    limits: Limits,
    style: Style,
    calls: Vec<Call>,
    keys: Vec<String>,
}

struct Shared {
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Clone)]
pub struct Vendor {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Vendor {
    /// An account with nothing in it, which keeps the machine's time.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = State {
            account: Account::new(Clock::system()),
            webhooks: Webhooks::default(),
            faults: Faults::default(),
            limits: Limits::default(),
            style: Style::default(),
            calls: Vec::new(),
            keys: vec![FULL_KEY.to_owned()],
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), bell: Condvar::new() });
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let served = Arc::clone(&served);
                std::thread::spawn(move || serve(stream, &served));
            }
        });
        Self { address, shared }
    }

    /// As [`Self::start`], by this clock.
    pub fn keeping_time_of(clock: &Clock) -> Self {
        let vendor = Self::start();
        vendor.state().account.clock = clock.clone();
        vendor
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// What happens in the account while nobody looks: sales, revocations, what others do there.
    pub fn account<T>(&self, act: impl FnOnce(&mut Account) -> T) -> T {
        act(&mut self.state().account)
    }

    /// How objects are written from here on.
    pub fn style(&self, change: impl FnOnce(&mut Style)) {
        change(&mut self.state().style);
    }

    /// How many calls it takes in a minute and in a second.
    pub fn limit(&self, per_minute: usize, per_second: Option<usize>) {
        let mut state = self.state();
        (state.limits.per_minute, state.limits.per_second) = (per_minute, per_second);
    }

    /// The API key with all rights is another one from here on.
    pub fn replace_key(&self, key: &str) {
        self.state().keys = vec![key.to_owned()];
    }

    /// The next call of that kind goes wrong like this.
    pub fn fail_next(&self, kind: Kind, fault: Fault) {
        self.fail(kind, fault, 1);
    }

    /// So many calls of that kind go wrong like this.
    pub fn fail(&self, kind: Kind, fault: Fault, times: usize) {
        self.state().faults.add(kind, fault, times);
    }

    /// Asks for the fault of every call from here on.
    pub fn fail_as(&self, choose: impl FnMut(Kind) -> Option<Fault> + Send + 'static) {
        self.state().faults.choose = Some(Box::new(choose));
    }

    /// Nothing goes wrong any more.
    pub fn heal(&self) {
        self.state().faults = Faults::default();
        self.shared.bell.notify_all();
    }

    /// This happens as soon as the next page of grants was read.
    pub fn after_next_page(&self, act: impl FnOnce(&mut Account) + Send + 'static) {
        self.state().faults.between_pages.push_back(Box::new(act));
    }

    /// Calls of that kind wait, before or after they are done, until [`Self::heal`].
    pub fn hold(&self, kind: Kind, moment: Moment) {
        self.state().faults.held = Some((kind, moment));
    }

    /// Every call so far, in the order in which they were done.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    pub fn calls_of(&self, kind: Kind) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.kind == kind).collect()
    }

    pub fn forget_calls(&self) {
        self.state().calls.clear();
    }

    /// How many calls of that kind wait to be done.
    pub fn held(&self, kind: Kind) -> usize {
        self.state().faults.waiting(kind)
    }

    /// Waits until so many calls of that kind were done or are held.
    pub fn wait_for(&self, kind: Kind, count: usize) {
        let reached = |state: &State| {
            state.calls.iter().filter(|call| call.kind == kind).count() + state.faults.waiting(kind) >= count
        };
        let waited =
            self.shared.bell.wait_timeout_while(self.state(), Duration::from_secs(30), |state| !reached(state));
        let (state, _) = waited.unwrap_or_else(std::sync::PoisonError::into_inner);
        assert!(reached(&state), "{count} calls of {kind:?} do not come: {:#?}", state.calls);
    }
}

/// Answers one connection until it ends.
fn serve(stream: TcpStream, shared: &Shared) {
    let mut stream = std::io::BufReader::new(stream);
    while let Some(request) = http::read(&mut stream) {
        let Some(answer) = answer(&request, shared) else { return };
        if http::write(stream.get_mut(), &answer).is_err() {
            return;
        }
    }
}

/// The answer to a request; none where the line is cut.
fn answer(request: &http::Request, shared: &Shared) -> Option<http::Answer> {
    let lock = || shared.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let kind = Kind::of(&request.method, &request.path);
    let mut state = lock();
    if state.faults.is_held(kind, Moment::Before) {
        state = wait(state, shared, kind, Moment::Before);
    }
    let fault = state.faults.next(kind);
    let state_ref = &mut *state;
    let answer = state_ref.limits.refuse(&state_ref.account.clock).or_else(|| fault.and_then(Fault::instead));
    let is_done = answer.is_none() && fault.is_none_or(Fault::is_done);
    let answer = match answer {
        Some(refused) => refused,
        None if is_done => routes::route(state_ref, request),
        None => http::Answer::error(500, "INTERNAL_SERVER_ERROR", "nothing was done"),
    };
    let done = is_done.then_some(answer.status);
    let answer = match fault {
        Some(fault) if is_done => fault.afterwards(answer),
        Some(Fault::HangsUp) => None,
        _ => Some(answer),
    };
    let answer = answer.map(|answer| state_ref.limits.told(&state_ref.account.clock, answer));
    let status = answer.as_ref().map(|answer| answer.status);
    state.calls.push(Call::new(kind, request, status, done));
    shared.bell.notify_all();
    if state.faults.is_held(kind, Moment::After) {
        drop(wait(state, shared, kind, Moment::After));
    }
    answer
}

fn wait<'a>(mut state: MutexGuard<'a, State>, shared: &'a Shared, kind: Kind, moment: Moment) -> MutexGuard<'a, State> {
    if moment == Moment::Before {
        state.faults.held_calls.push(kind);
    }
    shared.bell.notify_all();
    let waited = shared.bell.wait_while(state, |state| state.faults.is_held(kind, moment));
    waited.unwrap_or_else(std::sync::PoisonError::into_inner)
}
