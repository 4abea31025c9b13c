//! Connections: an account of the vendor whose grants come here and whose keys go there.

mod vendor;
