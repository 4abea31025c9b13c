//! Finding customers by words of their name or address, or by a value of their metadata.

use diesel::prelude::*;

use crate::domain::customer::{Customer, EmailAddress};
use crate::domain::ids::CustomerId;
use crate::domain::text::folded;
use crate::storage::db::connection::Conn;
use crate::storage::db::dialect::beyond;
use crate::storage::db::error::StorageError;
use crate::storage::metadata::{self, ObjectKind};
use crate::storage::schema::customers;
use crate::storage::sql::inline_limit::InlineLimitDsl;
pub(crate) use crate::storage::trigrams::Found;
use crate::storage::trigrams::{self, MAX_HITS, Word};

/// Texts without a word as long as a trigram are matched against the beginnings of names, and within the newest
/// customers, whose number this is.
const NEWEST: i64 = 5_000;

/// The text in which words of a name or address are searched: folded, a name with umlauts also spelled out, and the
/// address as typed and in ASCII.
pub(in crate::storage) fn search_text(customer: &Customer) -> String {
    let (key, typed) = (customer.email.key(), folded::fold(customer.email.as_str()));
    let mut lines = vec![folded::fold(&customer.name)];
    lines.extend(folded::spelled_out(&customer.name).map(|name| folded::fold(&name)));
    lines.extend((typed != key).then_some(typed));
    lines.insert(lines.len().min(1), key);
    lines.join("\n")
}

/// Finds customers whose name and address contain each word of `text`, in any order and ignoring case and accents, or
/// whose metadata has it as a value; if `text` is a customer's id or whole address, only that customer.
pub(crate) fn find(conn: &mut Conn, text: &str) -> Result<Found, StorageError> {
    if CustomerId::parse(text).is_ok() {
        let living: Option<Option<String>> =
            customers::table.find(text).select(customers::merged_into).first(conn).optional()?;
        return Ok(Found { ids: vec![living.flatten().unwrap_or_else(|| text.to_owned())], is_cut: false });
    }
    let key = EmailAddress::parse(text).map_or_else(|_| text.to_lowercase(), |address| address.key());
    let whole: Option<(String, Option<String>)> = customers::table
        .filter(customers::email_key.eq(&key))
        .select((customers::id, customers::merged_into))
        .first(conn)
        .optional()?;
    if let Some((id, living)) = whole {
        return Ok(Found { ids: vec![living.unwrap_or(id)], is_cut: false });
    }
    let words = Word::all_of(text);
    let mut found = match trigrams::find(conn, &trigrams::CUSTOMERS, &words)? {
        Some(found) => found,
        None => by_beginning(conn, text, &words)?,
    };
    for id in metadata::find(conn, ObjectKind::Customer, text, MAX_HITS)? {
        if !found.ids.contains(&id) {
            found.ids.push(id);
        }
    }
    Ok(found)
}

fn by_beginning(conn: &mut Conn, text: &str, words: &[Word]) -> Result<Found, StorageError> {
    let text = folded::words(text).join(" ");
    if text.is_empty() {
        return Ok(Found::default());
    }
    let limit = i64::try_from(MAX_HITS).unwrap_or(i64::MAX);
    let found: Vec<(String, Option<String>)> = customers::table
        .filter(customers::search_text.ge(&text).and(customers::search_text.lt(beyond(&text))))
        .or_filter(customers::email_key.ge(&text).and(customers::email_key.lt(beyond(&text))))
        .select((customers::id, customers::merged_into))
        .inline_limit(limit)
        .load(conn)?;
    let mut ids: Vec<String> = found.into_iter().map(|(id, living)| living.unwrap_or(id)).collect();
    let newest: Vec<(String, String)> = customers::table
        .order((customers::created_at.desc(), customers::id.desc()))
        .select((customers::id, customers::search_text))
        .inline_limit(NEWEST)
        .load(conn)?;
    let is_cut = ids.len() == MAX_HITS || newest.len() >= usize::try_from(NEWEST).unwrap_or(usize::MAX);
    let is_meant = |searched: &str| words.iter().all(|word| word.occurs_in(searched));
    ids.extend(newest.into_iter().filter(|(_, searched)| is_meant(searched)).map(|(id, _)| id));
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(MAX_HITS);
    Ok(Found { ids, is_cut })
}
