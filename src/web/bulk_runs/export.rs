//! What waits, as a list for a supplier: to be filled in with keys and brought back.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::chosen::{ids_of_list, page_of, query_of};
use crate::domain::bulk::MAX_GRANTS;
use crate::domain::ids::GrantId;
use crate::domain::list::List;
use crate::domain::page::PageStart;
use crate::storage::StorageError;
use crate::storage::grants::list::GrantLine;
use crate::usecases::Context;
use crate::usecases::audit_log::export::export_list;
use crate::usecases::bulk_runs::view::chosen_looks;
use crate::web::csv_file::{BATCH, CsvFile, download_text, harmless, recorded};
use crate::web::grants::query::ReadQuery;
use crate::web::grants::refuse_selection;
use crate::web::xlsx_file::download_xlsx;
use crate::web::{CsrfFields, PageError, SignedInStaff, in_background};

/// The columns that are read again: whose key it is, and the key.
pub(super) const GRANT_COLUMN: &str = "grant_id";
pub(super) const KEY_COLUMN: &str = "key";

const HEADINGS: [&str; 5] = [GRANT_COLUMN, "entitlement", "customer_name", "customer_email", KEY_COLUMN];

/// The grants with an empty column for keys, as CSV or a spreadsheet: those that were chosen, or all of the list. Customers
/// are named only if that is wanted.
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
    let (is_all, is_xlsx) = (!fields.get("all").is_empty(), fields.get("as") == "xlsx");
    let names_customers = !fields.get("customers").is_empty();
    let may_reveal = staff.may(ctx.config.reveal);
    if is_all && !is_xlsx {
        let read = move |ctx: &Context, start| {
            let asked = ReadQuery { start, ..list.clone() };
            let page = page_of(ctx, &asked, may_reveal, BATCH)?;
            let next = page.last_before_next().map(|line| PageStart::After(line.cursor(asked.filter.status)));
            Ok((page.rows.iter().map(|line| of_line(line, names_customers)).collect(), next))
        };
        return CsvFile { headings: HEADINGS, first: PageStart::Start, read }
            .send(ctx, &staff, List::Grants, filter)
            .await;
    }
    let chosen: Vec<GrantId> = fields.all("id").iter().filter_map(|id| GrantId::parse(id).ok()).collect();
    if !is_all && chosen.is_empty() {
        let sentence = staff.localizer().t("bulk-none");
        return refuse_selection(&staff, &query, &ctx, sentence).await;
    }
    let actor = staff.actor();
    let looks = in_background(&ctx, move |ctx| {
        let ids = if is_all { ids_of_list(ctx, &list, may_reveal, MAX_GRANTS + 1)? } else { chosen };
        if ids.len() > MAX_GRANTS {
            return Ok(None);
        }
        export_list(ctx, List::Grants, filter, &actor)?;
        chosen_looks(ctx, &ids).map(Some)
    });
    let Some(looks) = looks.await?.map_err(|error: StorageError| PageError::from(error))? else {
        let l = staff.localizer();
        let sentence = l.t1("bulk-more-than", "count", l.number(MAX_GRANTS));
        return refuse_selection(&staff, &query, &ctx, sentence).await;
    };
    let records: Vec<[String; 5]> = looks
        .iter()
        .map(|look| {
            let customer = (look.customer_name.as_str(), look.email.as_str());
            record(look.id.as_str(), &look.entitlement_name, customer, names_customers)
        })
        .collect();
    if is_xlsx {
        return download_xlsx("grants-to-fill-in.xlsx", HEADINGS, &records);
    }
    let records = records.into_iter().map(|record| record.map(|value| harmless(&value)));
    download_text("grants-to-fill-in.csv", std::iter::once(HEADINGS.map(str::to_owned)).chain(records))
}

fn of_line(line: &GrantLine, names_customers: bool) -> [String; 5] {
    let customer = (line.customer_name.as_str(), line.customer_email.as_str());
    let record = record(line.id.as_str(), &line.entitlement_name, customer, names_customers);
    record.map(|value| harmless(&value))
}

fn record(id: &str, entitlement: &str, (name, email): (&str, &str), names_customers: bool) -> [String; 5] {
    let shown = |text: &str| if names_customers { text.to_owned() } else { String::new() };
    [id.to_owned(), entitlement.to_owned(), shown(name), shown(email), String::new()]
}
