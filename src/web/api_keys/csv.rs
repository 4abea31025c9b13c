//! The API keys as a CSV file, without their tokens.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::domain::api_key::ApiKey;
use crate::domain::ids::StaffId;
use crate::domain::list::List;
use crate::storage::api_keys;
use crate::usecases::Context;
use crate::web::csv_file::{CsvFile, harmless, moment, optional};
use crate::web::{PageError, SignedInStaff};

const HEADINGS: [&str; 8] =
    ["id", "name", "role", "created_by", "created_at", "expires_at", "last_used_at", "revoked_at"];

/// All API keys.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let read = |ctx: &Context, ()| {
        let keys = ctx.db.read(api_keys::list)?;
        Ok((keys.iter().map(record).collect(), None))
    };
    CsvFile { headings: HEADINGS, first: (), read }.send(ctx, &staff, List::ApiKeys, Vec::new()).await
}

fn record(key: &ApiKey) -> [String; 8] {
    [
        key.id.to_string(),
        harmless(&key.name),
        key.role.as_str().to_owned(),
        optional(key.created_by.as_ref().map(StaffId::as_str)),
        key.created_at.to_string(),
        moment(key.expires_at),
        moment(key.last_used_at),
        moment(key.revoked_at),
    ]
}
