//! Made-up data for `keydesk demo`.
