//! Connections: an account of the vendor whose grants come here and whose keys go there.

mod agreement;
mod companion;
mod crash;
mod elsewhere;
mod hooks;
mod mirroring;
mod mix;
mod nodes;
mod supplying;
mod vendor;
