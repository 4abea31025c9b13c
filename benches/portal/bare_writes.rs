//! What the disk allows: transactions that write the rows of a fulfillment and nothing else, one after
//! the other on one connection, each durable.

use std::time::Instant;

use diesel::prelude::*;
use keydesk::config::DatabaseUrl;
use keydesk::storage::db::connection::{Conn, Target};
use keydesk::storage::schema::{audit_entries, grants, license_keys, outbox_messages};

use super::fixture::Fixture;
use super::{ROUNDS, TURN};

pub fn measure(fixture: &Fixture) {
    let DatabaseUrl::Sqlite(path) = &fixture.config.database_url else { return };
    let Conn::Sqlite(mut conn) = Conn::open(&Target::Sqlite(path.clone())).unwrap() else { return };
    let rows: Vec<(String, String, String)> = grants::table
        .inner_join(keydesk::storage::schema::entitlements::table)
        .filter(grants::status.eq("pending").and(grants::integration_type.eq("license_key")))
        .select((grants::id, grants::customer_id, keydesk::storage::schema::entitlements::product_id))
        .load(&mut conn)
        .unwrap();
    let started = Instant::now();
    let mut done = 0_u32;
    for (number, (grant_id, customer_id, product_id)) in rows.iter().enumerate() {
        if started.elapsed() > TURN * ROUNDS {
            break;
        }
        write(&mut conn, number, grant_id, customer_id, product_id).unwrap();
        done += 1;
    }
    let rate = f64::from(done) / started.elapsed().as_secs_f64();
    println!("\nbare durable transactions with the same rows, one connection: {rate:.0}/s");
}

fn write(
    conn: &mut SqliteConnection,
    number: usize,
    grant_id: &str,
    customer_id: &str,
    product_id: &str,
) -> QueryResult<()> {
    let now = keydesk::domain::clock::Clock::system().now().as_microsecond();
    let id = |prefix| keydesk::domain::ids::random_id(prefix);
    let key_id = id("lic_");
    conn.immediate_transaction(|conn| {
        diesel::insert_into(license_keys::table)
            .values((
                license_keys::id.eq(&key_id),
                license_keys::customer_id.eq(customer_id),
                license_keys::product_id.eq(product_id),
                license_keys::ciphertext.eq(vec![7_u8; 75]),
                license_keys::value_hash.eq(keydesk::crypto::random_bytes::<32>().to_vec()),
                license_keys::last_four.eq("WXYZ"),
                license_keys::source.eq("manual"),
                license_keys::status.eq("active"),
                license_keys::activations_used.eq(0),
                license_keys::payment_id.eq(format!("pay_{number}")),
                license_keys::created_at.eq(now),
                license_keys::updated_at.eq(now),
            ))
            .execute(conn)?;
        diesel::update(grants::table.find(grant_id))
            .set((
                grants::status.eq("delivered"),
                grants::license_key_id.eq(&key_id),
                grants::email_state.eq("queued"),
                grants::delivered_by.eq("bench"),
                grants::delivered_at.eq(now),
                grants::updated_at.eq(now),
            ))
            .execute(conn)?;
        diesel::insert_into(audit_entries::table)
            .values((
                audit_entries::id.eq(id("aud_")),
                audit_entries::at.eq(now),
                audit_entries::actor_kind.eq("system"),
                audit_entries::actor_id.eq("bench"),
                audit_entries::action.eq("grant.fulfill"),
                audit_entries::object_kind.eq("grant"),
                audit_entries::object_id.eq(grant_id),
                audit_entries::grant_id.eq(grant_id),
                audit_entries::changes.eq(format!(r#"[{{"field":"license_key_id","after":"{key_id}"}}]"#)),
                audit_entries::mac.eq(vec![0_u8; 32]),
            ))
            .execute(conn)?;
        diesel::insert_into(outbox_messages::table)
            .values((
                outbox_messages::id.eq(id("msg_")),
                outbox_messages::kind.eq("license_key_delivered"),
                outbox_messages::queue.eq("mail"),
                outbox_messages::grant_id.eq(grant_id),
                outbox_messages::recipient.eq("bench@example.com"),
                outbox_messages::state.eq("cancelled"),
                outbox_messages::attempts.eq(0),
                outbox_messages::next_attempt_at.eq(now),
                outbox_messages::created_at.eq(now),
            ))
            .execute(conn)?;
        Ok(())
    })
}
