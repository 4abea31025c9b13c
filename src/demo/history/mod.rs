//! Older orders, and a backlog of today. They are too many to be replayed one by one: one thread creates their rows, and
//! another writes them.

mod order;

use std::collections::HashMap;
use std::sync::mpsc::{channel, sync_channel};

use anyhow::anyhow;
use jiff::{SignedDuration, Timestamp};

use super::calendar::{Calendar, after, before};
use super::customers::CustomerPool;
use super::offers::Offer;
use super::rng::Rng;
use super::team::Team;
use crate::domain::audit::NewAuditEntry;
use crate::domain::ids::CustomerId;
use crate::storage::bulk::{self, Rows};
use crate::storage::{Conn, audit_log, customers};
use crate::usecases::Context;
use order::{Course, Order};

/// The number of orders written together; at most four times as many are in memory.
const BATCH: u32 = 5_000;

/// An order's audit entries lie within this distance of its delivery.
const MARGIN: SignedDuration = SignedDuration::from_hours(72);

pub(crate) struct History<'a> {
    ctx: &'a Context,
    team: &'a Team,
    offers: &'a [Offer],
    calendar: Calendar<'a>,
    customers: HashMap<String, CustomerId>,
    /// Entries that wait for earlier ones, so that the log is in chronological order.
    entries: Vec<(Timestamp, NewAuditEntry)>,
}

impl<'a> History<'a> {
    pub(crate) fn new(ctx: &'a Context, team: &'a Team, offers: &'a [Offer], calendar: Calendar<'a>) -> Self {
        Self { ctx, team, offers, calendar, customers: HashMap::new(), entries: Vec::new() }
    }

    /// Writes `orders` that came in and were finished between two times.
    pub(crate) fn write(
        &mut self,
        conn: &mut Conn,
        rng: &mut Rng,
        pool: &mut CustomerPool,
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
            // Rows are dropped by the thread that allocated them, which is faster.
            let (written, to_drop) = channel::<Rows>();
            let writer = scope.spawn(move || {
                to_write.iter().try_for_each(|rows| {
                    let done = bulk::write(conn, &rows);
                    let _ = written.send(rows);
                    done
                })
            });
            let made_up = self.make_up(rng, pool, orders, (from, until), |rows| {
                to_drop.try_iter().for_each(drop);
                batches.send(rows).is_ok()
            });
            drop(batches);
            writer.join().map_err(|_| anyhow!("the thread that writes panicked"))??;
            made_up
        })?;
        Ok(bulk::put_back(conn, structure)?)
    }

    /// Passes rows to the writer until that fails; joining the writer then returns the error.
    fn make_up(
        &mut self,
        rng: &mut Rng,
        pool: &mut CustomerPool,
        orders: u32,
        (from, until): (Timestamp, Timestamp),
        give_on: impl Fn(Rows) -> bool,
    ) -> anyhow::Result<()> {
        // Leaves time for the entries before the first and after the last delivery.
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
            let mut delivered: Vec<_> = (0..count).map(|_| self.calendar.moment_between(rng, begin, end)).collect();
            delivered.sort_unstable();
            let mut rows = Rows::default();
            for at in delivered {
                let (course, customer) = (Course::of(rng), pool.next(rng));
                let known = self.customers.get(customer.email.as_str()).cloned();
                self.order(rng, &mut rows, &Order { course, at, customer, known })?;
            }
            done += count;
            let settled = if done == orders { Timestamp::MAX } else { before(end, MARGIN) };
            self.log(rng, &mut rows, settled)?;
            if !give_on(rows) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Writes pending orders of the last hours. Their entries follow younger ones in the log, by less than a day.
    pub(crate) fn add_backlog(
        &mut self,
        conn: &mut Conn,
        rng: &mut Rng,
        pool: &mut CustomerPool,
        orders: u32,
    ) -> anyhow::Result<()> {
        let mut moments: Vec<_> = (0..orders).map(|_| before(self.calendar.now, rng.minutes(5, 20 * 60))).collect();
        moments.sort_unstable();
        let mut rows = Rows::default();
        for at in moments {
            let customer = pool.next(rng);
            let known = match self.customers.get(customer.email.as_str()) {
                Some(id) => Some(id.clone()),
                // Customers of the last month were created by use cases.
                None => customers::find_by_email(conn, &customer.email)?.map(|known| known.id),
            };
            self.order(rng, &mut rows, &Order { course: Course::Waits, at, customer, known })?;
        }
        self.log(rng, &mut rows, Timestamp::MAX)?;
        Ok(bulk::write(conn, &rows)?)
    }

    fn order(&mut self, rng: &mut Rng, rows: &mut Rows, order: &Order) -> anyhow::Result<()> {
        let id = order.write(self.ctx, rng, self.team, self.offers, rows, &mut self.entries)?;
        self.customers.insert(order.customer.email.to_string(), id);
        Ok(())
    }

    /// Moves the entries before this time to the rows, in chronological order.
    fn log(&mut self, rng: &mut Rng, rows: &mut Rows, before: Timestamp) -> anyhow::Result<()> {
        self.entries.sort_by_key(|(at, _)| *at);
        let settled = self.entries.partition_point(|(at, _)| *at < before);
        for (at, entry) in self.entries.drain(..settled) {
            rows.add_entry(&self.ctx.keyring, rng.id(audit_log::ID_PREFIX), &entry, at)?;
        }
        Ok(())
    }
}
