//! The scenario: when orders come in, and what happens to them. Staff work during office hours; orders come in at any time.

use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::calendar::{Calendar, after, before};
use super::customers::CustomerPool;
use super::events::{Action, Event, MailEnd, Order, OtherEnd};
use super::goods::is_link;
use super::offers::{KeyStyle, Offer};
use super::rng::Rng;
use super::team::Team;
use crate::domain::outbox::{GIVE_UP_AFTER, pause_after};

pub(crate) struct Setting<'a> {
    pub grants: u32,
    pub calendar: Calendar<'a>,
    /// When a waiting grant counts as late.
    pub target: SignedDuration,
    pub team: &'a Team,
    pub offers: &'a [Offer],
}

/// What happens to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Waits,
    WaitsLate,
    Claimed,
    Delivered,
    DeliveredToday,
    /// Delivered minutes ago; the e-mail has not been sent yet.
    JustDelivered,
    Greylisted,
    Refused,
    Undeliverable,
    Revoked,
    RevokedUnfulfilled,
    Other(OtherEnd),
}

/// One of each first, so that few grants show everything; later ones are random.
const FIRST: [Course; 18] = [
    Course::WaitsLate,
    Course::Delivered,
    Course::Refused,
    Course::Waits,
    Course::Revoked,
    Course::Claimed,
    Course::DeliveredToday,
    Course::Other(OtherEnd::Delivered),
    Course::Greylisted,
    Course::JustDelivered,
    Course::Undeliverable,
    Course::RevokedUnfulfilled,
    Course::Other(OtherEnd::Waiting),
    Course::WaitsLate,
    Course::DeliveredToday,
    Course::JustDelivered,
    Course::Other(OtherEnd::Failed),
    Course::Waits,
];

struct Scenario<'a> {
    rng: &'a mut Rng,
    setting: &'a Setting<'a>,
    pool: &'a mut CustomerPool,
    events: Vec<Event>,
}

/// All events, in chronological order.
pub(crate) fn plan(rng: &mut Rng, pool: &mut CustomerPool, setting: &Setting<'_>) -> Vec<Event> {
    let mut scenario = Scenario { rng, setting, pool, events: Vec::new() };
    let count = usize::try_from(setting.grants).unwrap_or(usize::MAX);
    for place in 0..count {
        let course = FIRST.get(place).copied().unwrap_or_else(|| scenario.course(place, count));
        scenario.write(place, course);
    }
    scenario.working_days();
    let mut events = scenario.events;
    events.retain(|event| event.at <= setting.calendar.now);
    events.sort_by_key(|event| event.at);
    events
}

impl Scenario<'_> {
    fn course(&mut self, place: usize, count: usize) -> Course {
        // The waiting line does not grow with the month's orders.
        let waiting = (24 + count / 60) * 1_000 / count.max(1);
        let today = (count / 25).min(60) * 1_000 / count.max(1);
        let weights = [waiting * 7 / 10, waiting * 3 / 10, today, 25, 8, 40, 8, 90];
        let course = self.rng.weighted(&[&weights[..], &[1_000 - weights.iter().sum::<usize>().min(999)]].concat());
        match course {
            0 => Course::Waits,
            1 => Course::WaitsLate,
            2 => Course::DeliveredToday,
            3 => Course::Refused,
            4 => Course::Undeliverable,
            5 => Course::Revoked,
            6 => Course::RevokedUnfulfilled,
            7 => Course::Other(if place.is_multiple_of(9) { OtherEnd::Failed } else { OtherEnd::Delivered }),
            _ => Course::Delivered,
        }
    }

    fn write(&mut self, place: usize, course: Course) {
        let now = self.setting.calendar.now;
        let Some(offer) = self.offer(course) else { return };
        let is_by_hand = offer.keys != KeyStyle::None;
        let keys = offer.keys;
        let target = usize::try_from(self.setting.target.as_mins()).unwrap_or(0).clamp(30, 2_400);
        match course {
            Course::Waits => {
                let ago = self.rng.minutes(3, target - 10);
                self.order(before(now, ago), place, offer, OtherEnd::Waiting);
            }
            Course::WaitsLate => {
                let ago = self.rng.minutes(target + 15, target * 9);
                self.order(before(now, ago), place, offer, OtherEnd::Waiting);
            }
            Course::Claimed => {
                let ago = self.rng.minutes(60, target - 20);
                self.order(before(now, ago), place, offer, OtherEnd::Waiting);
                let since = self.rng.minutes(2, 4);
                // The second agent works on it; the first one's password is printed.
                self.event(before(now, since), Action::Claim { order: place, agent: 1 });
            }
            Course::Other(OtherEnd::Waiting) => {
                let ago = self.rng.minutes(20, target - 10);
                self.order(before(now, ago), place, offer, OtherEnd::Waiting);
            }
            Course::Other(end) => {
                let at = self.setting.calendar.working_moment(self.rng, 0);
                self.order(at, place, offer, end);
            }
            Course::RevokedUnfulfilled => {
                let at = self.setting.calendar.working_moment(self.rng, 2);
                let ordered = before(at, self.rng.minutes(30, 600));
                self.order(ordered, place, offer, OtherEnd::Waiting);
                self.event(at, Action::Revoke { order: place });
            }
            _ if !is_by_hand => {
                let at = self.setting.calendar.working_moment(self.rng, 0);
                self.order(at, place, offer, OtherEnd::Delivered);
                self.event(
                    after(at, SignedDuration::from_millis(1_800)),
                    Action::Mail { order: place, end: MailEnd::Sent },
                );
            }
            _ => self.deliver(place, course, offer, keys),
        }
    }

    /// An order that a person fulfills, and what follows.
    fn deliver(&mut self, place: usize, course: Course, offer: Offer, keys: KeyStyle) {
        let now = self.setting.calendar.now;
        let at = match course {
            Course::JustDelivered => before(now, self.rng.minutes(2, 9)),
            Course::Greylisted => before(now, SignedDuration::from_mins(51)),
            Course::DeliveredToday => self.setting.calendar.today(self.rng),
            Course::Undeliverable => self.setting.calendar.working_moment(self.rng, 5),
            Course::Revoked => self.setting.calendar.working_moment(self.rng, 3),
            _ => self.setting.calendar.working_moment(self.rng, 0),
        };
        let wait = match self.rng.weighted(&[45, 35, 15, 5]) {
            0 => self.rng.minutes(6, 45),
            1 => self.rng.minutes(45, 180),
            2 => self.rng.minutes(180, 540),
            _ => self.rng.minutes(600, 1_800),
        };
        let agent = self.agent(at);
        self.order(before(at, wait), place, offer, OtherEnd::Waiting);
        if self.rng.percent(40) {
            let held = self.rng.minutes(1, 5);
            self.event(before(at, held), Action::Claim { order: place, agent });
        }
        self.event(at, Action::Fulfill { order: place, agent, keys });
        let sent = after(at, SignedDuration::from_millis(700 + i64::try_from(self.rng.below(2_500)).unwrap_or(0)));
        match course {
            Course::JustDelivered => {}
            Course::Greylisted => self.try_again_and_again(place, sent, now),
            Course::Undeliverable => self.try_again_and_again(place, sent, after(sent, GIVE_UP_AFTER)),
            Course::Refused => self.event(sent, Action::Mail { order: place, end: MailEnd::Refused }),
            _ => {
                self.event(sent, Action::Mail { order: place, end: MailEnd::Sent });
                if self.rng.percent(4) {
                    let later = after(at, self.rng.minutes(60, 2_000));
                    let agent = self.agent(later);
                    self.event(later, Action::Reveal { order: place, agent });
                }
                if course == Course::Revoked {
                    let later = after(at, self.rng.minutes(600, 3_500));
                    self.event(later, Action::Revoke { order: place });
                }
            }
        }
    }

    /// Attempts that the server defers, on the outbox's retry schedule.
    fn try_again_and_again(&mut self, order: usize, first: Timestamp, until: Timestamp) {
        let (mut at, mut attempts) = (first, 0);
        while at <= until {
            attempts += 1;
            self.event(at, Action::Mail { order, end: MailEnd::Later });
            at = after(at, pause_after(attempts).saturating_add(SignedDuration::from_secs(1)));
        }
        if until < self.setting.calendar.now {
            self.event(after(until, SignedDuration::from_secs(2)), Action::Mail { order, end: MailEnd::Later });
        }
    }

    fn offer(&mut self, course: Course) -> Option<Offer> {
        let fits = |offer: &&Offer| match course {
            // What waits does so for a link.
            Course::Other(OtherEnd::Waiting) => is_link(offer.entitlement.config.integration_type()),
            Course::Other(_) => offer.entitlement.config.license_key().is_none(),
            Course::Delivered => offer.entitlement.config.license_key().is_some(),
            _ => offer.keys != KeyStyle::None,
        };
        let offers: Vec<&Offer> = self.setting.offers.iter().filter(|offer| offer.weight > 0).filter(fits).collect();
        let weights: Vec<usize> = offers.iter().map(|offer| offer.weight).collect();
        let place = self.rng.weighted(&weights);
        offers.get(place).map(|offer| (*offer).clone())
    }

    fn order(&mut self, at: Timestamp, place: usize, offer: Offer, other_end: OtherEnd) {
        let customer = self.pool.next(self.rng);
        self.event(at, Action::Order(Box::new(Order { place, offer, customer, other_end })));
    }

    fn event(&mut self, at: Timestamp, action: Action) {
        self.events.push(Event { at, action });
    }

    /// An agent who works at this time; the last agent left twelve days ago.
    fn agent(&mut self, at: Timestamp) -> usize {
        let has_left = at > before(self.setting.calendar.now, SignedDuration::from_hours(24 * 12));
        let agents = self.setting.team.agents.len();
        self.rng.below(if has_left { agents.saturating_sub(1) } else { agents })
    }

    /// People sign in at the start of their day, and one leaves.
    fn working_days(&mut self) {
        let zone = self.setting.calendar.zone;
        let today = self.setting.calendar.now.to_zoned(zone.clone()).date();
        let agents = self.setting.team.agents.len();
        for back in 0..31_i64 {
            let Ok(day) = today.checked_sub(back.days()) else { continue };
            if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                continue;
            }
            for agent in 0..agents {
                let (hour, minute) =
                    (i8::try_from(self.rng.between(7, 8)).unwrap_or(8), i8::try_from(self.rng.below(60)).unwrap_or(0));
                let Ok(at) = day.at(hour, minute, 0, 0).to_zoned(zone.clone()) else { continue };
                if agent + 1 < agents || back > 12 {
                    self.event(at.timestamp(), Action::SignIn { agent });
                }
            }
        }
        let left = before(self.setting.calendar.now, SignedDuration::from_hours(24 * 12));
        self.event(left, Action::LetGo { agent: agents.saturating_sub(1) });
    }
}
