//! Finding customers by a part of their name or address, through a trigram index: FTS5 on SQLite, `pg_trgm` on
//! PostgreSQL. The number of rows read does not grow with the table.

use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::storage::db::connection::Conn;
use crate::storage::db::dialect::contains;
use crate::storage::db::error::StorageError;
use crate::storage::schema::customers;
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// The maximum number of results; the newest are returned.
pub(crate) const MAX_HITS: usize = 150;

/// Up to this many matches, PostgreSQL is faster if it sorts them than if it scans customers from newest to oldest.
const MANY: i64 = 1_000;

/// The length of a trigram. Shorter texts cannot use the index: they are matched against the beginnings of names, and
/// within the newest customers, whose number is `NEWEST`.
const TRIGRAM: usize = 3;
const NEWEST: i64 = 5_000;

/// For a text of at least this length, searching for adjacent trigrams without their positions is nearly as selective
/// and takes half the time. Of these candidates, the newest are checked, up to `CANDIDATES`.
const LONG: usize = 8;
const CANDIDATES: i64 = 600;

/// The ids of the customers found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    pub ids: Vec<String>,
    /// Whether there may be more matches.
    pub is_cut: bool,
}

#[derive(QueryableByName)]
struct Hit {
    #[diesel(sql_type = Text)]
    id: String,
}

/// Finds customers whose name or address contains `text`, ignoring case; if `text` is a customer's whole address, only
/// that customer.
pub(crate) fn find(conn: &mut Conn, text: &str) -> Result<Found, StorageError> {
    let text = text.to_lowercase();
    let whole: Option<String> =
        customers::table.filter(customers::email_key.eq(&text)).select(customers::id).first(conn).optional()?;
    if let Some(id) = whole {
        return Ok(Found { ids: vec![id], is_cut: false });
    }
    if text.chars().count() < TRIGRAM { by_beginning(conn, &text) } else { by_trigrams(conn, &text) }
}

fn by_trigrams(conn: &mut Conn, text: &str) -> Result<Found, StorageError> {
    let limit = i64::try_from(MAX_HITS).unwrap_or(i64::MAX) + 1;
    let hits: Vec<Hit> = match conn {
        Conn::Sqlite(conn) => match of_candidates(conn, text)? {
            Some(hits) => hits,
            None => by_phrase(conn, text, limit)?,
        },
        Conn::Postgres(conn) => on_postgres(conn, &contains(text), limit)?,
    };
    let mut ids: Vec<String> = hits.into_iter().map(|hit| hit.id).collect();
    let is_cut = ids.len() > MAX_HITS;
    ids.truncate(MAX_HITS);
    Ok(Found { ids, is_cut })
}

/// Customers whose text contains the trigrams of `text` in sequence, newest first.
fn by_phrase(conn: &mut SqliteConnection, text: &str, limit: i64) -> QueryResult<Vec<Hit>> {
    diesel::sql_query(
        "SELECT customer_id AS id FROM customer_searches WHERE number IN
         (SELECT rowid FROM customer_trigrams WHERE text MATCH $1 ORDER BY rowid DESC LIMIT $2)
         ORDER BY number DESC",
    )
    .bind::<Text, _>(quoted(text))
    .bind::<BigInt, _>(limit)
    .load(conn)
}

/// A faster search for long ASCII texts, which FTS5 and Rust fold to the same case. `None` for other texts, or if
/// there are too many false candidates.
fn of_candidates(conn: &mut SqliteConnection, text: &str) -> QueryResult<Option<Vec<Hit>>> {
    #[derive(QueryableByName)]
    struct Candidate {
        #[diesel(sql_type = Text)]
        id: String,
        #[diesel(sql_type = Bool)]
        is_meant: bool,
    }
    let letters: Vec<char> = text.chars().collect();
    if letters.len() < LONG || !text.is_ascii() {
        return Ok(None);
    }
    let last = letters.split_at(letters.len() - TRIGRAM).1;
    let trigrams = letters.chunks_exact(TRIGRAM).chain((!letters.len().is_multiple_of(TRIGRAM)).then_some(last));
    let trigrams: Vec<String> = trigrams.map(|trigram| quoted(&trigram.iter().collect::<String>())).collect();
    let candidates = diesel::sql_query(
        "SELECT s.customer_id AS id, instr(s.text, $1) > 0 AS is_meant
         FROM customer_trigrams t JOIN customer_searches s ON s.number = t.rowid
         WHERE t.text MATCH $2 ORDER BY t.rowid DESC LIMIT $3",
    )
    .bind::<Text, _>(text)
    .bind::<Text, _>(trigrams.join(" AND "))
    .bind::<BigInt, _>(CANDIDATES)
    .load_iter::<Candidate, DefaultLoadingMode>(conn)?;
    let (mut looked_at, mut hits) = (0, Vec::new());
    for candidate in candidates {
        let candidate = candidate?;
        looked_at += 1;
        if candidate.is_meant {
            hits.push(Hit { id: candidate.id });
        }
        if hits.len() > MAX_HITS {
            return Ok(Some(hits));
        }
    }
    Ok((looked_at < CANDIDATES).then_some(hits))
}

/// Quotes a text as a string of the FTS5 query language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The newest matches. Scans customers in order of time only if there are many matches, because then the first ones
/// are found soon. Left to itself, the planner may do so for a few matches too, and read all customers.
fn on_postgres(conn: &mut PgConnection, pattern: &str, limit: i64) -> QueryResult<Vec<Hit>> {
    let few = diesel::sql_query(
        "WITH found AS MATERIALIZED
             (SELECT id, created_at FROM customers WHERE search_text LIKE $1 ESCAPE '\\' LIMIT $2)
         SELECT id FROM found ORDER BY created_at DESC, id DESC",
    )
    .bind::<Text, _>(pattern)
    .bind::<BigInt, _>(MANY)
    .load::<Hit>(conn)?;
    if few.len() < usize::try_from(MANY).unwrap_or(usize::MAX) {
        return Ok(few.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)).collect());
    }
    diesel::sql_query(
        "SELECT id FROM customers WHERE search_text LIKE $1 ESCAPE '\\' ORDER BY created_at DESC, id DESC LIMIT $2",
    )
    .bind::<Text, _>(pattern)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

fn by_beginning(conn: &mut Conn, text: &str) -> Result<Found, StorageError> {
    let limit = i64::try_from(MAX_HITS).unwrap_or(i64::MAX);
    let mut ids: Vec<String> = customers::table
        .filter(customers::search_text.ge(text).and(customers::search_text.lt(beyond(text))))
        .or_filter(customers::email_key.ge(text).and(customers::email_key.lt(beyond(text))))
        .select(customers::id)
        .inline_limit(limit)
        .load(conn)?;
    let newest: Vec<(String, String)> = customers::table
        .order((customers::created_at.desc(), customers::id.desc()))
        .select((customers::id, customers::search_text))
        .inline_limit(NEWEST)
        .load(conn)?;
    let is_cut = ids.len() == MAX_HITS || newest.len() >= usize::try_from(NEWEST).unwrap_or(usize::MAX);
    ids.extend(newest.into_iter().filter(|(_, searched)| searched.contains(text)).map(|(id, _)| id));
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(MAX_HITS);
    Ok(Found { ids, is_cut })
}

/// An upper bound: all texts that start with `text` sort before it.
pub(in crate::storage) fn beyond(text: &str) -> String {
    format!("{text}\u{10FFFF}")
}
