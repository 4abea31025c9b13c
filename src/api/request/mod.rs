//! Parsing requests: caller, body, query and values.

pub mod body;
pub mod caller;
pub mod described;
pub mod fields;
mod near_names;
pub mod page_query;
pub mod path_id;
pub mod values;
