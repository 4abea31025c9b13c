//! What writing functions take, so that nothing is written outside of a transaction.

use std::ops::{Deref, DerefMut};

use super::connection::Conn;
use crate::domain::actor::Who;

/// A transaction that writes. Only `Db::write` and its like make one, so that nothing is written outside.
pub struct Tx<'a> {
    conn: &'a mut Conn,
    pub(in crate::storage) has_outbox_messages: bool,
    /// The actor whose standing was checked in this transaction.
    pub(in crate::storage) checked: Option<Who>,
}

impl<'a> Tx<'a> {
    pub(super) fn new(conn: &'a mut Conn) -> Self {
        Self { conn, has_outbox_messages: false, checked: None }
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
