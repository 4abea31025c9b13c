//! What writing functions take, so that nothing is written outside of a transaction.

use std::ops::{Deref, DerefMut};

use super::connection::Conn;

/// A transaction that writes. Only `Db::write` and its like make one, so that nothing is written outside.
pub struct Tx<'a> {
    conn: &'a mut Conn,
    pub(super) has_outbox_messages: bool,
}

impl<'a> Tx<'a> {
    pub(super) fn new(conn: &'a mut Conn) -> Self {
        Self { conn, has_outbox_messages: false }
    }

    /// Wakes the outbox when the transaction is committed.
    pub fn wake_outbox(&mut self) {
        self.has_outbox_messages = true;
    }
}

impl Deref for Tx<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}
