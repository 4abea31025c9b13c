//! Several requests, processes and machines at once, and what is left when one of them dies.

mod concurrency;
mod crash;
mod failover;
mod two_portals;
