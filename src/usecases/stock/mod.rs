//! Stock: bringing keys in, serving grants that wait from it, setting keys aside, and saying when it is low. Drawing is a
//! part of fulfilling a grant (`usecases::grants::deliver_from_stock`).

pub mod add;
pub mod alerts;
pub mod check;
pub(in crate::usecases) mod content;
mod error;
pub mod quarantine;
pub mod recall;
pub mod rejected;
pub mod replace_recalled;
pub mod serve;
pub mod uploads;

pub use error::StockError;
