//! What the benches share: the program in a process of its own, the least of a client, and load.

pub mod calls;
pub mod http;
pub mod load;
pub mod process;
