//! Shops: working off what they send. Orders become sales, refunds take them back, and what cannot become grants waits
//! for a person.

mod ask;
pub(crate) mod decide;
mod hold;
mod order;
mod refund;
mod take;
pub(crate) mod work_off;
