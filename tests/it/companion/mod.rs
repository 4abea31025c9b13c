//! A companion of the vendor: grants of an account there come here, and their keys go there.

mod agreement;
mod both_sides;
mod crash;
mod elsewhere;
mod hooks;
mod mirroring;
mod mix;
mod nodes;
mod supplying;
mod vendor;
