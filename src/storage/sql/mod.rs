//! Tools for statements that diesel does not write.

pub(super) mod inline_limit;
pub(super) mod opaque_bind;
pub(super) mod static_sql;
