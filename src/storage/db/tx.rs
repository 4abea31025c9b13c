//! The argument of functions that write, so that nothing is written outside a transaction.

use std::ops::{Deref, DerefMut};

use super::connection::Conn;
use crate::domain::actor::Who;

/// A transaction that may write. Only `Db::write` and its variants, and a bulk load, create one, so nothing is written outside.
pub struct Tx<'a> {
    conn: &'a mut Conn,
    pub(in crate::storage) has_outbox_messages: bool,
    /// The actor whose rights were checked in this transaction.
    pub(in crate::storage) checked: Option<Who>,
}

impl<'a> Tx<'a> {
    pub(in crate::storage) fn new(conn: &'a mut Conn) -> Self {
        Self { conn, has_outbox_messages: false, checked: None }
    }

    /// Wakes the outbox workers when the transaction is committed.
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
