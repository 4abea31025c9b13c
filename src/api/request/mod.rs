//! Parsing requests: caller, body, query and values.

pub(crate) mod body;
pub(crate) mod caller;
pub(crate) mod described;
pub(crate) mod fields;
mod near_names;
pub(crate) mod page_query;
pub(crate) mod path_id;
pub(crate) mod values;
