//! What grants and customers are found by in their metadata: order numbers and other values, folded. Whoever writes
//! metadata writes them in the same transaction.

use diesel::prelude::*;
use serde_json::Value;

use super::db::Tx;
use super::db::connection::Conn;
use super::db::dialect::beyond;
use super::db::error::StorageError;
use super::schema::metadata_values;
use super::sql::inline_limit::InlineLimitDsl;
use crate::domain::text::folded;

/// Shorter and longer values are not searched for.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=128;

/// What has the metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    Grant,
    Customer,
}

impl ObjectKind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Customer => "customer",
        }
    }
}

/// The text as values are compared; `None` for one that no value is found by.
fn normal(text: &str) -> Option<String> {
    let value = folded::fold(text).split_whitespace().collect::<Vec<_>>().join(" ");
    LENGTHS.contains(&value.chars().count()).then_some(value)
}

/// The values of a JSON object that it is found by, each once. What is nested in it is left out.
pub(super) fn values(metadata: &str) -> Vec<String> {
    if metadata == "{}" {
        return Vec::new();
    }
    let Ok(Value::Object(fields)) = serde_json::from_str(metadata) else { return Vec::new() };
    let texts = fields.into_iter().filter_map(|(_, value)| match value {
        Value::String(text) => normal(&text),
        Value::Number(number) => normal(&number.to_string()),
        _ => None,
    });
    let mut values: Vec<String> = texts.collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// Writes the values of a new object's metadata.
pub(super) fn insert(tx: &mut Tx<'_>, kind: ObjectKind, id: &str, metadata: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    for value in values(metadata) {
        diesel::insert_into(metadata_values::table)
            .values((
                metadata_values::value.eq(value),
                metadata_values::object_kind.eq(kind.as_str()),
                metadata_values::object_id.eq(id),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Writes the values of an object's changed metadata in place of those that were there.
pub(super) fn replace(tx: &mut Tx<'_>, kind: ObjectKind, id: &str, metadata: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let present = metadata_values::table.filter(metadata_values::object_id.eq(id));
    diesel::delete(present.filter(metadata_values::object_kind.eq(kind.as_str()))).execute(conn)?;
    insert(tx, kind, id, metadata)
}

/// The ids of at most `most` objects that have this value in their metadata.
pub(super) fn find(conn: &mut Conn, kind: ObjectKind, text: &str, most: usize) -> Result<Vec<String>, StorageError> {
    let Some(value) = normal(text) else { return Ok(Vec::new()) };
    Ok(metadata_values::table
        .filter(metadata_values::value.eq(value))
        .filter(metadata_values::object_kind.eq(kind.as_str()))
        .select(metadata_values::object_id)
        .inline_limit(i64::try_from(most).unwrap_or(i64::MAX))
        .load(conn)?)
}

/// The ids of at most `most` objects that have a value in their metadata that begins with this text.
pub(super) fn find_beginning(
    conn: &mut Conn,
    kind: ObjectKind,
    text: &str,
    most: usize,
) -> Result<Vec<String>, StorageError> {
    let Some(value) = normal(text) else { return Ok(Vec::new()) };
    let end = beyond(&value);
    let mut ids: Vec<String> = metadata_values::table
        .filter(metadata_values::value.ge(value).and(metadata_values::value.lt(end)))
        .filter(metadata_values::object_kind.eq(kind.as_str()))
        .select(metadata_values::object_id)
        .inline_limit(i64::try_from(most).unwrap_or(i64::MAX))
        .load(conn)?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
