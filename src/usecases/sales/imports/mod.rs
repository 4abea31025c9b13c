//! Files of sales: kept, sealed, until their person has seen what each line becomes and confirms it; then a job imports
//! the lines as they were shown.

pub mod confirm;
pub mod erase;
pub mod kept;
pub mod line;
pub mod load;
pub mod mappings;
pub mod reading;
