//! What waits, as a list for a supplier: to be filled in with keys and brought back.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::chosen::query_of;
use crate::domain::ids::GrantId;
use crate::domain::list::List;
use crate::domain::page::PageStart;
use crate::storage::grants::list::GrantLine;
use crate::storage::{StorageError, grants};
use crate::usecases::Context;
use crate::usecases::audit_log::export::export_list;
use crate::usecases::bulk_runs::view::chosen_looks;
use crate::web::csv_file::{BATCH, CsvFile, download_text, harmless, recorded};
use crate::web::grants::found::Found;
use crate::web::grants::query::ReadQuery;
use crate::web::grants::refuse_selection;
use crate::web::{CsrfFields, PageError, SignedInStaff, in_background};

/// The columns that are read again: whose key it is, and the key.
pub(super) const GRANT_COLUMN: &str = "grant_id";
pub(super) const KEY_COLUMN: &str = "key";

const HEADINGS: [&str; 5] = [GRANT_COLUMN, "entitlement", "customer_name", "customer_email", KEY_COLUMN];

/// The grants as a CSV file with an empty column for keys: those that were chosen, or all of the list. Customers are named
/// only if that is wanted.
pub(crate) async fn create(
    staff: SignedInStaff,
    form: CsrfFields,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let fields = form.fields;
    let query = query_of(fields.get("filter"))?;
    let list = query.read(&staff);
    let pairs = list.pairs();
    let filter = recorded(pairs.iter().map(|(name, value)| (*name, value.as_str())));
    let names_customers = fields.get("as") == "csv";
    if !fields.get("all").is_empty() {
        let may_reveal = staff.may(ctx.config.reveal);
        let read = move |ctx: &Context, start| {
            let asked = ReadQuery { start, ..list.clone() };
            let page = ctx.db.read(|conn| match &asked.search {
                Some(search) => Ok(Found::matches(ctx, conn, &asked, (search, None), may_reveal, BATCH)?.0.page),
                None => grants::list::list(conn, &asked.filter, &asked.start, BATCH),
            })?;
            let next = page.last_before_next().map(|line| PageStart::After(line.cursor(asked.filter.status)));
            Ok((page.rows.iter().map(|line| of_line(line, names_customers)).collect(), next))
        };
        return CsvFile { headings: HEADINGS, first: PageStart::Start, read }
            .send(ctx, &staff, List::Grants, filter)
            .await;
    }
    let chosen: Vec<GrantId> = fields.all("id").iter().filter_map(|id| GrantId::parse(id).ok()).collect();
    if chosen.is_empty() {
        let sentence = staff.localizer().t("bulk-none");
        return refuse_selection(&staff, &query, &ctx, sentence).await;
    }
    let actor = staff.actor();
    let looks = in_background(&ctx, move |ctx| {
        export_list(ctx, List::Grants, filter, &actor)?;
        chosen_looks(ctx, &chosen)
    });
    let looks = looks.await?.map_err(|error: StorageError| PageError::from(error))?;
    let records = looks.iter().map(|look| {
        let customer = (look.customer_name.as_str(), look.email.as_str());
        record(look.id.as_str(), &look.entitlement_name, customer, names_customers)
    });
    download_text("grants-to-fill-in.csv", std::iter::once(HEADINGS.map(str::to_owned)).chain(records))
}

fn of_line(line: &GrantLine, names_customers: bool) -> [String; 5] {
    let customer = (line.customer_name.as_str(), line.customer_email.as_str());
    record(line.id.as_str(), &line.entitlement_name, customer, names_customers)
}

fn record(id: &str, entitlement: &str, (name, email): (&str, &str), names_customers: bool) -> [String; 5] {
    let shown = |text: &str| if names_customers { harmless(text) } else { String::new() };
    [id.to_owned(), harmless(entitlement), shown(name), shown(email), String::new()]
}
