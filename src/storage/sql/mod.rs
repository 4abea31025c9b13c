//! Tools for statements that diesel would not write, or would prepare again each time.

pub(super) mod cached;
pub(super) mod inline_limit;
pub(super) mod on_each;
pub(super) mod opaque_bind;
pub(super) mod static_sql;
