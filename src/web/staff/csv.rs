//! The staff as a CSV file.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::domain::list::List;
use crate::domain::staff::Staff;
use crate::storage::staff as people;
use crate::usecases::Context;
use crate::web::csv_file::{CsvFile, harmless, moment};
use crate::web::{PageError, SignedInStaff};

const HEADINGS: [&str; 7] = ["id", "name", "email", "role", "created_at", "last_signed_in_at", "disabled_at"];

/// Everybody.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let read = |ctx: &Context, ()| {
        let everybody = ctx.db.read(people::list)?;
        Ok((everybody.iter().map(record).collect(), None))
    };
    CsvFile { headings: HEADINGS, first: (), read }.send(ctx, &staff, List::Staff, Vec::new()).await
}

fn record(person: &Staff) -> [String; 7] {
    [
        person.id.to_string(),
        harmless(&person.name),
        harmless(person.email.as_str()),
        person.role.as_str().to_owned(),
        person.created_at.to_string(),
        moment(person.last_signed_in_at),
        moment(person.disabled_at),
    ]
}
