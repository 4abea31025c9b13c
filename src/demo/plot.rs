//! The plot: which orders come when, and what becomes of them. Staff work in office hours; orders
//! come at any hour.

use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::acts::{Act, MailEnd, Order, OtherEnd, What};
use super::calendar::{Calendar, after, before};
use super::customers::Crowd;
use super::dice::Dice;
use super::offers::{KeyStyle, Offer};
use super::team::Team;
use super::wares::is_oauth;
use crate::domain::outbox::{GIVE_UP_AFTER, pause_after};

pub struct Setting<'a> {
    pub grants: u32,
    pub calendar: Calendar<'a>,
    /// When a waiting grant counts as late.
    pub target: SignedDuration,
    pub team: &'a Team,
    pub offers: &'a [Offer],
}

/// What becomes of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Waits,
    WaitsLate,
    Held,
    Delivered,
    DeliveredToday,
    /// Delivered minutes ago; the e-mail is still to go out.
    JustDelivered,
    Greylisted,
    Refused,
    Undeliverable,
    Revoked,
    RevokedUnfulfilled,
    Other(OtherEnd),
}

/// One of everything first, so that few grants show much; then as a month goes.
const FIRST: [Fate; 18] = [
    Fate::WaitsLate,
    Fate::Delivered,
    Fate::Refused,
    Fate::Waits,
    Fate::Revoked,
    Fate::Held,
    Fate::DeliveredToday,
    Fate::Other(OtherEnd::Delivered),
    Fate::Greylisted,
    Fate::JustDelivered,
    Fate::Undeliverable,
    Fate::RevokedUnfulfilled,
    Fate::Other(OtherEnd::Waiting),
    Fate::WaitsLate,
    Fate::DeliveredToday,
    Fate::JustDelivered,
    Fate::Other(OtherEnd::Failed),
    Fate::Waits,
];

struct Plot<'a> {
    dice: &'a mut Dice,
    setting: &'a Setting<'a>,
    crowd: &'a mut Crowd,
    acts: Vec<Act>,
}

/// All acts, in the order of time.
pub fn plan(dice: &mut Dice, crowd: &mut Crowd, setting: &Setting<'_>) -> Vec<Act> {
    let mut plot = Plot { dice, setting, crowd, acts: Vec::new() };
    let count = usize::try_from(setting.grants).unwrap_or(usize::MAX);
    for place in 0..count {
        let fate = FIRST.get(place).copied().unwrap_or_else(|| plot.fate(place, count));
        plot.tell(place, fate);
    }
    plot.working_days();
    let mut acts = plot.acts;
    acts.retain(|act| act.at <= setting.calendar.now);
    acts.sort_by_key(|act| act.at);
    acts
}

impl Plot<'_> {
    fn fate(&mut self, place: usize, count: usize) -> Fate {
        // The waiting line does not grow with the month's orders.
        let waiting = (24 + count / 60) * 1_000 / count.max(1);
        let today = (count / 25).min(60) * 1_000 / count.max(1);
        let weights = [waiting * 7 / 10, waiting * 3 / 10, today, 25, 8, 40, 8, 90];
        let fated = self.dice.weighted(&[&weights[..], &[1_000 - weights.iter().sum::<usize>().min(999)]].concat());
        match fated {
            0 => Fate::Waits,
            1 => Fate::WaitsLate,
            2 => Fate::DeliveredToday,
            3 => Fate::Refused,
            4 => Fate::Undeliverable,
            5 => Fate::Revoked,
            6 => Fate::RevokedUnfulfilled,
            7 => Fate::Other(if place.is_multiple_of(9) { OtherEnd::Failed } else { OtherEnd::Delivered }),
            _ => Fate::Delivered,
        }
    }

    fn tell(&mut self, place: usize, fate: Fate) {
        let now = self.setting.calendar.now;
        let Some(offer) = self.offer(fate) else { return };
        let is_by_hand = offer.keys != KeyStyle::None;
        let keys = offer.keys;
        let target = usize::try_from(self.setting.target.as_mins()).unwrap_or(0).clamp(30, 2_400);
        match fate {
            Fate::Waits => {
                let ago = self.dice.minutes(3, target - 10);
                self.order(before(now, ago), place, offer, OtherEnd::Waiting);
            }
            Fate::WaitsLate => {
                let ago = self.dice.minutes(target + 15, target * 9);
                self.order(before(now, ago), place, offer, OtherEnd::Waiting);
            }
            Fate::Held => {
                let ago = self.dice.minutes(60, target - 20);
                self.order(before(now, ago), place, offer, OtherEnd::Waiting);
                let since = self.dice.minutes(2, 4);
                // The second agent works on it; the first one's password is printed.
                self.act(before(now, since), What::Hold { order: place, agent: 1 });
            }
            Fate::Other(OtherEnd::Waiting) => {
                let ago = self.dice.minutes(20, target - 10);
                self.order(before(now, ago), place, offer, OtherEnd::Waiting);
            }
            Fate::Other(end) => {
                let at = self.setting.calendar.working_moment(self.dice, 0);
                self.order(at, place, offer, end);
            }
            Fate::RevokedUnfulfilled => {
                let at = self.setting.calendar.working_moment(self.dice, 2);
                let ordered = before(at, self.dice.minutes(30, 600));
                self.order(ordered, place, offer, OtherEnd::Waiting);
                self.act(at, What::Revoke { order: place });
            }
            _ if !is_by_hand => {
                let at = self.setting.calendar.working_moment(self.dice, 0);
                self.order(at, place, offer, OtherEnd::Delivered);
                self.act(
                    after(at, SignedDuration::from_millis(1_800)),
                    What::Mail { order: place, end: MailEnd::Sent },
                );
            }
            _ => self.deliver(place, fate, offer, keys),
        }
    }

    /// An order that a person delivers, and what follows.
    fn deliver(&mut self, place: usize, fate: Fate, offer: Offer, keys: KeyStyle) {
        let now = self.setting.calendar.now;
        let at = match fate {
            Fate::JustDelivered => before(now, self.dice.minutes(2, 9)),
            Fate::Greylisted => before(now, SignedDuration::from_mins(51)),
            Fate::DeliveredToday => self.setting.calendar.today(self.dice),
            Fate::Undeliverable => self.setting.calendar.working_moment(self.dice, 5),
            Fate::Revoked => self.setting.calendar.working_moment(self.dice, 3),
            _ => self.setting.calendar.working_moment(self.dice, 0),
        };
        let wait = match self.dice.weighted(&[45, 35, 15, 5]) {
            0 => self.dice.minutes(6, 45),
            1 => self.dice.minutes(45, 180),
            2 => self.dice.minutes(180, 540),
            _ => self.dice.minutes(600, 1_800),
        };
        let agent = self.agent(at);
        self.order(before(at, wait), place, offer, OtherEnd::Waiting);
        if self.dice.percent(40) {
            let held = self.dice.minutes(1, 5);
            self.act(before(at, held), What::Hold { order: place, agent });
        }
        self.act(at, What::Fulfill { order: place, agent, keys });
        let sent = after(at, SignedDuration::from_millis(700 + i64::try_from(self.dice.below(2_500)).unwrap_or(0)));
        match fate {
            Fate::JustDelivered => {}
            Fate::Greylisted => self.try_again_and_again(place, sent, now),
            Fate::Undeliverable => self.try_again_and_again(place, sent, after(sent, GIVE_UP_AFTER)),
            Fate::Refused => self.act(sent, What::Mail { order: place, end: MailEnd::Refused }),
            _ => {
                self.act(sent, What::Mail { order: place, end: MailEnd::Sent });
                if self.dice.percent(4) {
                    let later = after(at, self.dice.minutes(60, 2_000));
                    let agent = self.agent(later);
                    self.act(later, What::Reveal { order: place, agent });
                }
                if fate == Fate::Revoked {
                    let later = after(at, self.dice.minutes(600, 3_500));
                    self.act(later, What::Revoke { order: place });
                }
            }
        }
    }

    /// Attempts that the server puts off, at the outbox's own pace.
    fn try_again_and_again(&mut self, order: usize, first: Timestamp, until: Timestamp) {
        let (mut at, mut attempts) = (first, 0);
        while at <= until {
            attempts += 1;
            self.act(at, What::Mail { order, end: MailEnd::Later });
            at = after(at, pause_after(attempts).saturating_add(SignedDuration::from_secs(1)));
        }
        if until < self.setting.calendar.now {
            self.act(after(until, SignedDuration::from_secs(2)), What::Mail { order, end: MailEnd::Later });
        }
    }

    fn offer(&mut self, fate: Fate) -> Option<Offer> {
        let fits = |offer: &&Offer| match fate {
            // What waits does so for the customer to connect an account.
            Fate::Other(OtherEnd::Waiting) => is_oauth(offer.entitlement.config.integration_type()),
            Fate::Other(_) => offer.entitlement.config.license_key().is_none(),
            Fate::Delivered => offer.entitlement.config.license_key().is_some(),
            _ => offer.keys != KeyStyle::None,
        };
        let offers: Vec<&Offer> = self.setting.offers.iter().filter(|offer| offer.weight > 0).filter(fits).collect();
        let weights: Vec<usize> = offers.iter().map(|offer| offer.weight).collect();
        let place = self.dice.weighted(&weights);
        offers.get(place).map(|offer| (*offer).clone())
    }

    fn order(&mut self, at: Timestamp, place: usize, offer: Offer, other_end: OtherEnd) {
        let customer = self.crowd.next(self.dice);
        self.act(at, What::Order(Box::new(Order { place, offer, customer, other_end })));
    }

    fn act(&mut self, at: Timestamp, what: What) {
        self.acts.push(Act { at, what });
    }

    /// Who works at that time; the last agent left twelve days ago.
    fn agent(&mut self, at: Timestamp) -> usize {
        let has_left = at > before(self.setting.calendar.now, SignedDuration::from_hours(24 * 12));
        let agents = self.setting.team.agents.len();
        self.dice.below(if has_left { agents.saturating_sub(1) } else { agents })
    }

    /// People sign in when their day begins, and one leaves.
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
                let (hour, minute) = (
                    i8::try_from(self.dice.between(7, 8)).unwrap_or(8),
                    i8::try_from(self.dice.below(60)).unwrap_or(0),
                );
                let Ok(at) = day.at(hour, minute, 0, 0).to_zoned(zone.clone()) else { continue };
                if agent + 1 < agents || back > 12 {
                    self.act(at.timestamp(), What::SignIn { agent });
                }
            }
        }
        let left = before(self.setting.calendar.now, SignedDuration::from_hours(24 * 12));
        self.act(left, What::LetGo { agent: agents.saturating_sub(1) });
    }
}
