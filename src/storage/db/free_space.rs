//! Overwriting the free space of SQLite's pages. `secure_delete` overwrites what is deleted, but when SQLite rebuilds a page
//! of a B-tree, the gap between the cell pointers and the cells keeps old bytes.

use std::ops::Range;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};

use super::connection::Conn;
use super::error::StorageError;

#[derive(QueryableByName)]
struct Page {
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Binary)]
    data: Vec<u8>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    page_count: i64,
}

/// The number of pages of the file; 0 on PostgreSQL.
pub fn page_count(conn: &mut Conn) -> Result<i64, StorageError> {
    let Conn::Sqlite(conn) = conn else { return Ok(0) };
    Ok(diesel::sql_query("PRAGMA page_count").get_result::<Count>(conn)?.page_count)
}

/// The pages with these numbers whose gap is not empty.
pub fn dirty_pages(conn: &mut Conn, numbers: Range<i64>) -> Result<Vec<i64>, StorageError> {
    let pages = read(conn, numbers)?;
    Ok(pages.iter().filter(|page| dirty_gap(page).is_some()).map(|page| page.number).collect())
}

/// Overwrites the gaps of these pages with zeros.
pub fn overwrite(conn: &mut Conn, numbers: &[i64]) -> Result<(), StorageError> {
    for number in numbers {
        for mut page in read(conn, *number..number + 1)? {
            let Some(gap) = dirty_gap(&page) else { continue };
            page.data.get_mut(gap).unwrap_or_default().fill(0);
            diesel::sql_query("UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?")
                .bind::<Binary, _>(page.data)
                .bind::<BigInt, _>(page.number)
                .execute(conn)?;
        }
    }
    Ok(())
}

fn read(conn: &mut Conn, numbers: Range<i64>) -> Result<Vec<Page>, StorageError> {
    // The table can only look up single pages.
    Ok(diesel::sql_query(
        "WITH RECURSIVE wanted (number) AS (VALUES (?) UNION ALL SELECT number + 1 FROM wanted WHERE number + 1 < ?)
         SELECT number, data FROM wanted JOIN sqlite_dbpage ON pgno = number",
    )
    .bind::<BigInt, _>(numbers.start)
    .bind::<BigInt, _>(numbers.end)
    .load(conn)?)
}

/// The gap of a B-tree page, if it is not empty; `None` for any other page (<https://sqlite.org/fileformat2.html#b_tree_pages>).
fn dirty_gap(page: &Page) -> Option<Range<usize>> {
    let data = page.data.as_slice();
    let header = if page.number == 1 { 100 } else { 0 };
    let number_at = |at: usize| Some(usize::from(u16::from_be_bytes(data.get(at..at + 2)?.try_into().ok()?)));
    let pointers = header
        + match data.get(header)? {
            2 | 5 => 12,
            10 | 13 => 8,
            _ => return None,
        };
    let cells = number_at(header + 3)?;
    let content = number_at(header + 5)?;
    let gap = pointers + 2 * cells..content;
    let mut offsets = (0..cells).map(|cell| number_at(pointers + 2 * cell));
    let is_tree = offsets.all(|offset| offset.is_some_and(|offset| offset >= content && offset < data.len()));
    (is_tree && data.get(gap.clone())?.iter().any(|byte| *byte != 0)).then_some(gap)
}
