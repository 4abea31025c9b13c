//! Finding rows by words of a text, in any order, through a trigram index: FTS5 on SQLite, `pg_trgm` on PostgreSQL. The
//! number of rows read does not grow with the table. The text is stored folded (`domain::text::folded`).

use diesel::connection::DefaultLoadingMode;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::Text;

use super::db::connection::Conn;
use super::db::dialect::contains;
use super::db::error::StorageError;
use super::sql::static_sql::StaticSql;
use crate::domain::text::folded;

/// The maximum number of results; the newest are returned.
pub(crate) const MAX_HITS: usize = 150;

/// Up to this many matches, PostgreSQL is faster if it sorts them than if it scans from newest to oldest.
const MANY: usize = 1_000;

/// The length of a trigram. Shorter words cannot use the index: they only narrow what longer ones find.
const TRIGRAM: usize = 3;

/// For words of at least this length together, searching for adjacent trigrams without their positions is nearly as
/// selective and takes half the time. Of these candidates, the newest are checked, up to `CANDIDATES`.
const LONG: usize = 8;
const CANDIDATES: i64 = 600;

/// The ids of what was found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    pub ids: Vec<String>,
    /// Whether there may be more matches.
    pub is_cut: bool,
}

/// A table with an index of trigrams. On SQLite its texts are in a table of their own, `s`, and their trigrams in `t`.
#[derive(Debug)]
pub(super) struct Searched {
    table: &'static str,
    /// The beginnings of statements: up to the text that must match.
    phrases: &'static str,
    candidates: &'static str,
}

pub(super) const CUSTOMERS: Searched = Searched {
    table: "customers",
    phrases: "SELECT customer_id, text FROM customer_searches WHERE number IN
              (SELECT rowid FROM customer_trigrams WHERE text MATCH ",
    candidates: "SELECT s.customer_id, s.text FROM customer_trigrams t JOIN customer_searches s ON s.number = t.rowid
                 WHERE t.text MATCH ",
};

pub(super) const NOTES: Searched = Searched {
    table: "notes",
    phrases: "SELECT note_id, text FROM note_searches WHERE number IN
              (SELECT rowid FROM note_trigrams WHERE text MATCH ",
    candidates: "SELECT s.note_id, s.text FROM note_trigrams t JOIN note_searches s ON s.number = t.rowid
                 WHERE t.text MATCH ",
};

/// A word of the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    folded: String,
    /// The word as typed, if folding changed it: rows that no job has folded yet have it in this form.
    typed: Option<String>,
}

impl Word {
    /// The words of a text, each once.
    pub(super) fn all_of(text: &str) -> Vec<Self> {
        let mut words: Vec<Self> = Vec::new();
        for typed in text.split_whitespace().map(str::to_lowercase) {
            let folded = folded::fold(&typed);
            if !folded.is_empty() && !words.iter().any(|word| word.folded == folded) {
                words.push(Self { typed: (typed != folded).then_some(typed), folded });
            }
        }
        words
    }

    /// The word in every form in which it may be stored.
    fn forms(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.folded.as_str()).chain(self.typed.as_deref())
    }

    fn is_long(&self) -> bool {
        self.forms().all(|form| form.chars().count() >= TRIGRAM)
    }

    pub(super) fn occurs_in(&self, text: &str) -> bool {
        self.forms().any(|form| text.contains(form))
    }
}

/// Finds the rows whose text contains each of the words. `None` if no word is long enough for the index.
pub(super) fn find(conn: &mut Conn, searched: &Searched, words: &[Word]) -> Result<Option<Found>, StorageError> {
    let long: Vec<&Word> = words.iter().filter(|word| word.is_long()).collect();
    if long.is_empty() {
        return Ok(None);
    }
    // Short words narrow what was found, so more of it is looked at.
    let has_short = long.len() < words.len();
    let most = if has_short { MANY } else { MAX_HITS + 1 };
    let hits = match conn {
        Conn::Postgres(conn) => on_postgres(conn, searched.table, &long, most)?,
        Conn::Sqlite(_) => match of_candidates(conn, searched, words, &long)? {
            Some(hits) => hits,
            None => by_phrases(conn, searched, &long, most)?,
        },
    };
    let is_full = hits.len() >= most;
    let found = hits.into_iter().filter(|(_, text)| words.iter().all(|word| word.occurs_in(text)));
    let mut ids: Vec<String> = found.map(|(id, _)| id).collect();
    let is_cut = ids.len() > MAX_HITS || (has_short && is_full);
    ids.truncate(MAX_HITS);
    Ok(Some(Found { ids, is_cut }))
}

/// Ids and texts.
type Hits = Vec<(String, String)>;

/// Rows whose text contains the trigrams of each word in sequence, newest first.
fn by_phrases(conn: &mut Conn, searched: &Searched, words: &[&Word], most: usize) -> Result<Hits, StorageError> {
    let either = |word: &&Word| format!("({})", word.forms().map(quoted).collect::<Vec<_>>().join(" OR "));
    let all: Vec<String> = words.iter().map(either).collect();
    let query = StaticSql::<(Text, Text)>::new().sql(searched.phrases).text(all.join(" AND "));
    let query = query.sql(" ORDER BY rowid DESC LIMIT ").number(count(most));
    Ok(query.sql(") ORDER BY number DESC").load(conn)?)
}

/// A faster search for long ASCII texts. `None` for other texts, or if there are too many false candidates.
fn of_candidates(
    conn: &mut Conn,
    searched: &Searched,
    words: &[Word],
    long: &[&Word],
) -> Result<Option<Hits>, StorageError> {
    let is_ascii = words.iter().all(|word| word.typed.is_none() && word.folded.is_ascii());
    if !is_ascii || long.iter().map(|word| word.folded.len()).sum::<usize>() < LONG {
        return Ok(None);
    }
    let trigrams: Vec<String> = long.iter().flat_map(|word| trigrams(&word.folded)).map(|text| quoted(&text)).collect();
    let query = StaticSql::<(Text, Text)>::new().sql(searched.candidates).text(trigrams.join(" AND "));
    let query = query.sql(" ORDER BY t.rowid DESC LIMIT ").number(CANDIDATES);
    let candidates = query.load_iter::<(String, String), DefaultLoadingMode>(conn)?;
    let (mut looked_at, mut hits) = (0, Hits::new());
    for candidate in candidates {
        let candidate = candidate?;
        looked_at += 1;
        if words.iter().all(|word| word.occurs_in(&candidate.1)) {
            hits.push(candidate);
        }
        if hits.len() > MAX_HITS {
            return Ok(Some(hits));
        }
    }
    Ok((looked_at < CANDIDATES).then_some(hits))
}

/// The trigrams of an ASCII word that together cover it.
fn trigrams(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let last = letters.split_at(letters.len().saturating_sub(TRIGRAM)).1;
    let pieces = letters.chunks_exact(TRIGRAM).chain((!letters.len().is_multiple_of(TRIGRAM)).then_some(last));
    pieces.map(|piece| piece.iter().collect()).collect()
}

/// Quotes a text as a string of the FTS5 query language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A row that was found on PostgreSQL.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    search_text: String,
}

/// The newest matches. Scans rows in order of time only if there are many matches, because then the first ones are found
/// soon. Left to itself, the planner may do so for a few matches too, and read all rows. Each search is planned for its own
/// words.
fn on_postgres(conn: &mut PgConnection, table: &str, words: &[&Word], most: usize) -> QueryResult<Hits> {
    let (mut conditions, mut patterns) = (Vec::new(), Vec::new());
    for word in words {
        let mut forms = Vec::new();
        for form in word.forms() {
            patterns.push(contains(form));
            forms.push(format!("search_text LIKE ${} ESCAPE '\\'", patterns.len()));
        }
        conditions.push(format!("({})", forms.join(" OR ")));
    }
    let condition = conditions.join(" AND ");
    let mut run = |statement: String| {
        let bound =
            |query: BoxedSqlQuery<'static, Pg, SqlQuery>, pattern: &String| query.bind::<Text, _>(pattern.clone());
        let rows: Vec<Row> = patterns.iter().fold(diesel::sql_query(statement).into_boxed(), bound).load(&mut *conn)?;
        Ok::<_, diesel::result::Error>(rows.into_iter().map(|row| (row.id, row.search_text)).collect::<Hits>())
    };
    let few = run(format!(
        "WITH found AS MATERIALIZED (SELECT id, search_text, created_at FROM {table} WHERE {condition} LIMIT {MANY})
         SELECT id, search_text FROM found ORDER BY created_at DESC, id DESC"
    ))?;
    if few.len() < MANY {
        return Ok(few.into_iter().take(most).collect());
    }
    run(format!("SELECT id, search_text FROM {table} WHERE {condition} ORDER BY created_at DESC, id DESC LIMIT {most}"))
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
