//! TLS to PostgreSQL: there in a build that has it, and never pretended in one that has not.

use diesel::prelude::*;
use diesel::sql_types::Bool;
use keydesk::storage::db::connection::{Conn, Target};

use crate::support::database::is_postgres;

#[derive(QueryableByName)]
struct Encrypted {
    #[diesel(sql_type = Bool)]
    ssl: bool,
}

fn connect(sslmode: &str) -> Result<Conn, ConnectionError> {
    let url = std::env::var("TEST_POSTGRES_URL").expect("set");
    let mark = if url.contains('?') { '&' } else { '?' };
    Conn::open(&Target::Postgres(format!("{url}{mark}sslmode={sslmode}")))
}

#[test]
fn sslmode_require_encrypts_the_connection_to_postgres() {
    if !is_postgres() {
        return;
    }
    if cfg!(feature = "postgres-tls") {
        let mut conn = connect("require").expect("it connects");
        let query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let row: Encrypted = diesel::sql_query(query).get_result(&mut conn).expect("it tells");
        assert!(row.ssl);
    } else {
        let error = connect("require").err().expect("refused").to_string();
        assert!(error.contains("sslmode"), "{error}");
    }
}

#[test]
fn sslmode_verify_full_refuses_a_certificate_that_nobody_vouches_for() {
    if !is_postgres() || !cfg!(feature = "postgres-tls") {
        return;
    }
    assert!(connect("verify-full").is_err());
}
