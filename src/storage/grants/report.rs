//! What was delivered in a period, by product, person and channel, and how much of it within the target.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;

use super::filter::Channel;
use super::lines::Doer;
use super::stats::waiting_of;
use super::throughput::Pauses;
use crate::domain::grant::target::Target;
use crate::domain::ids::{ConnectionId, EntitlementId};
use crate::storage::catalog::entitlements;
use crate::storage::connections::rows;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::{api_keys, grants, mirrored_entitlements, staff};
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// The maximum number of deliveries read; the oldest are left out.
pub(crate) const MAX_DELIVERIES: i64 = 50_000;

/// Deliveries of a product or a person, or all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deliveries {
    pub count: i64,
    /// Those that waited no longer than the target.
    pub within_target: i64,
    waits: Vec<i64>,
}

impl Deliveries {
    fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.within_target += other.within_target;
        self.waits.extend(&other.waits);
    }

    fn add(&mut self, wait: i64, target: i64) {
        self.count += 1;
        self.within_target += i64::from(wait <= target);
        self.waits.push(wait);
    }

    /// The percentage within the target, rounded down: 100 only if all are. `None` without deliveries.
    pub(crate) fn percent_within(&self) -> Option<i64> {
        (self.count > 0).then(|| self.within_target * 100 / self.count)
    }

    /// The time that half of them waited at most, in seconds.
    pub(crate) fn median(&self) -> Option<i64> {
        let mut waits = self.waits.clone();
        waits.sort_unstable();
        waits.get(waits.len().div_ceil(2).max(1) - 1).copied()
    }
}

/// A line of the report about a product.
#[derive(Debug, Clone)]
pub(crate) struct ProductLine {
    pub id: EntitlementId,
    pub name: String,
    pub deliveries: Deliveries,
    /// The number of grants that wait now.
    pub waiting: i64,
}

/// A line of the report about a channel.
#[derive(Debug, Clone)]
pub(crate) struct ChannelLine {
    pub channel: Channel,
    /// Of its connection, if it is one and still there.
    pub name: Option<String>,
    pub deliveries: Deliveries,
    pub waiting: i64,
}

/// The report.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub all: Deliveries,
    /// The most deliveries first.
    pub products: Vec<ProductLine>,
    /// Whoever delivered, the most deliveries first; `None` if that is not known.
    pub people: Vec<(Option<Doer>, Deliveries)>,
    /// The channels at which sales are made, the most deliveries first; none where no connection brings any.
    pub channels: Vec<ChannelLine>,
    /// Whether there were more deliveries than were read.
    pub is_cut: bool,
}

/// The report on deliveries since that moment, and until before another; waiting times are those of the target's clock.
pub(crate) fn read(
    conn: &mut Conn,
    (since, until): (Timestamp, Option<Timestamp>),
    target: &Target,
) -> Result<Report, StorageError> {
    let rows: Vec<(String, Option<String>, i64, Option<i64>)> = grants::table
        .filter(grants::delivered_at.ge(to_micros(since)))
        .filter(grants::delivered_at.lt(until.map_or(i64::MAX, to_micros)))
        .order(grants::delivered_at.desc())
        .select((grants::entitlement_id, grants::delivered_by, grants::created_at, grants::delivered_at))
        .inline_limit(MAX_DELIVERIES)
        .load(conn)?;
    let is_cut = i64::try_from(rows.len()).is_ok_and(|count| count >= MAX_DELIVERIES);
    let mut pauses = Pauses::read(conn, since)?;
    let (mut all, mut products, mut people) = (Deliveries::default(), HashMap::new(), HashMap::new());
    for (entitlement_id, by, created_at, delivered_at) in rows {
        let Some(delivered_at) = delivered_at else { continue };
        let (wait, longest) =
            (pauses.delivery(created_at, delivered_at).wait_seconds(target), target.duration.as_secs());
        all.add(wait, longest);
        products.entry(entitlement_id).or_insert_with(Deliveries::default).add(wait, longest);
        people.entry(by).or_insert_with(Deliveries::default).add(wait, longest);
    }
    let products = named_products(conn, products)?;
    Ok(Report { all, channels: channels(conn, &products)?, products, people: named_people(conn, people)?, is_cut })
}

/// The products' lines by the connection that they are mirrored from.
fn channels(conn: &mut Conn, products: &[ProductLine]) -> Result<Vec<ChannelLine>, StorageError> {
    let mirrored: Vec<(String, String)> = mirrored_entitlements::table
        .select((mirrored_entitlements::entitlement_id, mirrored_entitlements::connection_id))
        .load(conn)?;
    if mirrored.is_empty() {
        return Ok(Vec::new());
    }
    let mirrored: HashMap<String, String> = mirrored.into_iter().collect();
    let names = rows::names(conn)?;
    let mut lines: Vec<ChannelLine> = Vec::new();
    for product in products {
        let id = mirrored.get(product.id.as_str()).map(|id| ConnectionId::stored(id.clone()));
        let channel = id.map_or(Channel::Own, Channel::Connection);
        let at = lines.iter().position(|line| line.channel == channel).unwrap_or_else(|| {
            let name = match &channel {
                Channel::Own => None,
                Channel::Connection(id) => names.iter().find(|(known, _)| known == id).map(|(_, name)| name.clone()),
            };
            lines.push(ChannelLine { channel, name, deliveries: Deliveries::default(), waiting: 0 });
            lines.len() - 1
        });
        if let Some(line) = lines.get_mut(at) {
            line.deliveries.join(&product.deliveries);
            line.waiting += product.waiting;
        }
    }
    lines.sort_by_key(|line| std::cmp::Reverse((line.deliveries.count, line.waiting)));
    Ok(lines)
}

/// The products that were delivered or that somebody waits for.
fn named_products(conn: &mut Conn, mut found: HashMap<String, Deliveries>) -> Result<Vec<ProductLine>, StorageError> {
    let mut lines = Vec::new();
    for entitlement in entitlements::list(conn)? {
        let deliveries = found.remove(entitlement.id.as_str()).unwrap_or_default();
        let waiting = waiting_of(conn, &entitlement.id)?;
        if deliveries.count + waiting > 0 {
            lines.push(ProductLine { id: entitlement.id, name: entitlement.name, deliveries, waiting });
        }
    }
    // What was deleted since.
    for (id, deliveries) in found {
        let entitlement = entitlements::find(conn, &EntitlementId::stored(id))?;
        let waiting = waiting_of(conn, &entitlement.id)?;
        lines.push(ProductLine { id: entitlement.id, name: entitlement.name, deliveries, waiting });
    }
    lines.sort_by(|one, other| {
        (other.deliveries.count, other.waiting, &one.name).cmp(&(one.deliveries.count, one.waiting, &other.name))
    });
    Ok(lines)
}

fn named_people(
    conn: &mut Conn,
    found: HashMap<Option<String>, Deliveries>,
) -> Result<Vec<(Option<Doer>, Deliveries)>, StorageError> {
    let ids: Vec<String> = found.keys().flatten().cloned().collect();
    let people: Vec<(String, String)> =
        staff::table.filter(staff::id.eq_any(&ids)).select((staff::id, staff::name)).load(conn)?;
    let programs: Vec<(String, String)> =
        api_keys::table.filter(api_keys::id.eq_any(&ids)).select((api_keys::id, api_keys::name)).load(conn)?;
    let (people, programs) =
        (people.into_iter().collect::<HashMap<_, _>>(), programs.into_iter().collect::<HashMap<_, _>>());
    let doer = |id: String| Doer { staff_name: people.get(&id).cloned(), api_key_name: programs.get(&id).cloned(), id };
    let mut lines: Vec<(Option<Doer>, Deliveries)> =
        found.into_iter().map(|(id, deliveries)| (id.map(doer), deliveries)).collect();
    let key = |line: &(Option<Doer>, Deliveries)| line.0.as_ref().map(|doer| doer.id.clone());
    lines.sort_by(|one, other| (other.1.count, key(one)).cmp(&(one.1.count, key(other))));
    Ok(lines)
}
