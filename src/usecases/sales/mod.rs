//! Sales: matching reports with what is known, refunds, and the tasks that need a person's decision. Locks are taken in
//! one order: customers by their ids, the sale, its grants.

mod address;
pub mod imports;
mod quantity;
pub(crate) mod refund;
mod renew;
pub mod report;
pub(crate) mod settle_task;
mod state;
pub(in crate::usecases) mod task;
