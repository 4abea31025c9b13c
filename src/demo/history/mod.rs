//! What lies behind the last month: orders that are long over, and a backlog of these days. They are
//! too many to be played act by act: their rows are made up by one thread and written by another.

mod order;

use std::collections::HashMap;
use std::sync::mpsc::{channel, sync_channel};

use anyhow::anyhow;
use jiff::{SignedDuration, Timestamp};

use super::calendar::{Calendar, after, before};
use super::customers::Crowd;
use super::dice::Dice;
use super::offers::Offer;
use super::team::Team;
use crate::domain::audit::NewAuditEntry;
use crate::domain::ids::CustomerId;
use crate::storage::bulk::{self, Rows};
use crate::storage::{Conn, audit_log, customers};
use crate::usecases::Context;
use order::{Fate, Order};

/// Orders that are written together; the rows of four times as many are in memory at most.
const BATCH: u32 = 5_000;

/// An order's first entry lies less than this before the stretch of time it is delivered in, and its
/// last less than this after.
const MARGIN: SignedDuration = SignedDuration::from_hours(72);

pub struct History<'a> {
    ctx: &'a Context,
    team: &'a Team,
    offers: &'a [Offer],
    calendar: Calendar<'a>,
    customers: HashMap<String, CustomerId>,
    /// Entries that wait for earlier ones, so that the log is in the order of time.
    entries: Vec<(Timestamp, NewAuditEntry)>,
}

impl<'a> History<'a> {
    pub fn new(ctx: &'a Context, team: &'a Team, offers: &'a [Offer], calendar: Calendar<'a>) -> Self {
        Self { ctx, team, offers, calendar, customers: HashMap::new(), entries: Vec::new() }
    }

    /// Writes `orders` that came and were settled between two moments.
    pub fn tell(
        &mut self,
        conn: &mut Conn,
        dice: &mut Dice,
        crowd: &mut Crowd,
        orders: u32,
        (from, until): (Timestamp, Timestamp),
    ) -> anyhow::Result<()> {
        if orders == 0 {
            return Ok(());
        }
        let structure = bulk::take_down(conn)?;
        std::thread::scope(|scope| {
            let conn = &mut *conn;
            let (batches, to_write) = sync_channel::<Rows>(1);
            // Rows are dropped where they were made: memory that another thread gives back costs more.
            let (written, to_drop) = channel::<Rows>();
            let writer = scope.spawn(move || {
                to_write.iter().try_for_each(|rows| {
                    let done = bulk::write(conn, &rows);
                    let _ = written.send(rows);
                    done
                })
            });
            let told = self.make_up(dice, crowd, orders, (from, until), |rows| {
                to_drop.try_iter().for_each(drop);
                batches.send(rows).is_ok()
            });
            drop(batches);
            writer.join().map_err(|_| anyhow!("the thread that writes panicked"))??;
            told
        })?;
        Ok(bulk::put_back(conn, structure)?)
    }

    /// Gives rows on until that fails; the writer then says why when it is joined.
    fn make_up(
        &mut self,
        dice: &mut Dice,
        crowd: &mut Crowd,
        orders: u32,
        (from, until): (Timestamp, Timestamp),
        give_on: impl Fn(Rows) -> bool,
    ) -> anyhow::Result<()> {
        // The first and the last have room for what comes before and after their delivery.
        let (first, last) = (after(from, MARGIN), before(until, MARGIN));
        let whole = first.duration_until(last);
        let mut done = 0;
        while done < orders {
            let count = BATCH.min(orders - done);
            let moment = |order: u32| {
                after(
                    first,
                    whole.saturating_mul(i32::try_from(order).unwrap_or(0)) / i32::try_from(orders).unwrap_or(1),
                )
            };
            let (begin, end) = (moment(done), moment(done + count));
            let mut delivered: Vec<_> = (0..count).map(|_| self.calendar.moment_between(dice, begin, end)).collect();
            delivered.sort_unstable();
            let mut rows = Rows::default();
            for at in delivered {
                let (fate, customer) = (Fate::of(dice), crowd.next(dice));
                let known = self.customers.get(customer.email.as_str()).cloned();
                self.order(dice, &mut rows, &Order { fate, at, customer, known })?;
            }
            done += count;
            let settled = if done == orders { Timestamp::MAX } else { before(end, MARGIN) };
            self.log(dice, &mut rows, settled)?;
            if !give_on(rows) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Writes orders of these hours that wait. They stand in the log behind younger entries, by less than a day.
    pub fn pile_up(&mut self, conn: &mut Conn, dice: &mut Dice, crowd: &mut Crowd, orders: u32) -> anyhow::Result<()> {
        let mut moments: Vec<_> = (0..orders).map(|_| before(self.calendar.now, dice.minutes(5, 20 * 60))).collect();
        moments.sort_unstable();
        let mut rows = Rows::default();
        for at in moments {
            let customer = crowd.next(dice);
            let known = match self.customers.get(customer.email.as_str()) {
                Some(id) => Some(id.clone()),
                // The last month's crowd came by another way.
                None => customers::find_by_email(conn, &customer.email)?.map(|known| known.id),
            };
            self.order(dice, &mut rows, &Order { fate: Fate::Waits, at, customer, known })?;
        }
        self.log(dice, &mut rows, Timestamp::MAX)?;
        Ok(bulk::write(conn, &rows)?)
    }

    fn order(&mut self, dice: &mut Dice, rows: &mut Rows, order: &Order) -> anyhow::Result<()> {
        let id = order.write(self.ctx, dice, self.team, self.offers, rows, &mut self.entries)?;
        self.customers.insert(order.customer.email.to_string(), id);
        Ok(())
    }

    /// Moves the entries from before that moment to the rows, in the order of time.
    fn log(&mut self, dice: &mut Dice, rows: &mut Rows, before: Timestamp) -> anyhow::Result<()> {
        self.entries.sort_by_key(|(at, _)| *at);
        let settled = self.entries.partition_point(|(at, _)| *at < before);
        for (at, entry) in self.entries.drain(..settled) {
            rows.add_entry(&self.ctx.keyring, dice.id(audit_log::ID_PREFIX), &entry, at)?;
        }
        Ok(())
    }
}
