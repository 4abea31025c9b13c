//! Tools for hand-written SQL.

pub(super) mod cached;
pub(super) mod inline_limit;
pub(super) mod on_each;
pub(super) mod opaque_bind;
pub(super) mod static_sql;
