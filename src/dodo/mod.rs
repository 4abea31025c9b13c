//! Accounts at Dodo Payments: the few calls that a companion needs, what their answers mean, and the objects in them as far
//! as they matter here. Nothing is repeated by itself: a call is made once, and whoever makes it decides what follows.

pub(crate) mod answer;
pub(crate) mod client;
mod fields;
pub(crate) mod objects;
pub(crate) mod signature;

pub(crate) use answer::CallError;
pub(crate) use client::{Account, AccountKey, Dodo, GrantsQuery, PAGE_SIZE, SupplyKey};
