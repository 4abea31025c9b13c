//! What a search finds beside grants: customers, keys, products, colleagues and notes, a few of each.

use crate::domain::entitlement::Entitlement;
use crate::domain::ids::StaffId;
use crate::domain::license_key::fold::{self, SHORTEST_ENDING};
use crate::domain::search::could_be_key;
use crate::domain::staff::Role;
use crate::domain::text::folded;
use crate::i18n::Localizer;
use crate::storage::customers::list::{self, CustomerLine};
use crate::storage::customers::notes::{self, ShownNote};
use crate::storage::customers::search::Found;
use crate::storage::license_keys::list::KeyLine;
use crate::storage::{Conn, StorageError, staff};
use crate::usecases::Context;
use crate::web::customers::erasures::name_erased;
use crate::web::license_keys::index::of_ending;
use crate::web::{SignedInStaff, urls};

/// The rows of a group.
const SHOWN: usize = 5;

/// The first rows of a group.
pub(super) struct Group<T> {
    pub rows: Vec<T>,
    /// Where all of them are listed, if there are more and a list has them.
    pub all: Option<String>,
    pub has_more: bool,
}

impl<T> Group<T> {
    fn of(mut rows: Vec<T>, has_more: bool, all: Option<String>) -> Self {
        let has_more = has_more || rows.len() > SHOWN;
        rows.truncate(SHOWN);
        Self { rows, all: all.filter(|_| has_more), has_more }
    }

    fn empty() -> Self {
        Self { rows: Vec::new(), all: None, has_more: false }
    }
}

/// A colleague: the page about them, or about what is assigned to them, their name, and their address for those who manage
/// accounts.
pub(super) struct Colleague {
    pub url: String,
    /// The list of what they delivered.
    pub delivered: String,
    pub name: String,
    pub email: Option<String>,
}

/// Everything but grants.
pub(super) struct Groups {
    pub customers: Group<CustomerLine>,
    pub keys: Group<KeyLine>,
    /// The page about the product's grants, or the form that changes it, and the product.
    pub products: Group<(String, Entitlement)>,
    pub staff: Group<Colleague>,
    pub notes: Group<ShownNote>,
}

/// Who searches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader {
    is_admin: bool,
    may_reveal: bool,
}

impl Reader {
    pub(super) fn of(staff: &SignedInStaff, ctx: &Context) -> Self {
        Self { is_admin: staff.may(Role::Admin), may_reveal: staff.may(ctx.config.reveal) }
    }
}

impl Groups {
    /// No groups, for the further pages of a list of grants.
    pub(super) fn none() -> Self {
        Self {
            customers: Group::empty(),
            keys: Group::empty(),
            products: Group::empty(),
            staff: Group::empty(),
            notes: Group::empty(),
        }
    }

    /// The groups; `customers` are those whom the text finds.
    pub(super) fn find(
        ctx: &Context,
        conn: &mut Conn,
        search: &str,
        customers: &Found,
        reader: Reader,
    ) -> Result<Self, StorageError> {
        let words = folded::words(search);
        let is_meant = |texts: &[&str]| {
            let text = folded::fold(&texts.join("\n"));
            !words.is_empty() && words.iter().all(|word| text.contains(word))
        };
        let (notes, has_more_notes) = notes::search(conn, search, SHOWN)?;
        Ok(Self {
            customers: of_customers(ctx, conn, search, customers)?,
            keys: of_keys(ctx, conn, search, reader)?,
            products: of_products(ctx, conn, reader, is_meant)?,
            staff: of_staff(ctx, conn, reader, is_meant)?,
            notes: Group::of(notes, has_more_notes, None),
        })
    }

    pub(super) fn name_erased(&mut self, l: &Localizer) {
        for line in &mut self.customers.rows {
            name_erased(l, &line.email, &mut line.name);
        }
        for line in &mut self.keys.rows {
            name_erased(l, &line.customer_email, &mut line.customer_name);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        let people = self.customers.rows.is_empty() && self.staff.rows.is_empty();
        people && self.keys.rows.is_empty() && self.products.rows.is_empty() && self.notes.rows.is_empty()
    }

    /// The pages of what is shown. A key that was issued with a grant is left out: its grant is among the grants.
    pub(super) fn urls(&self) -> Vec<String> {
        let customers = self.customers.rows.iter().map(|line| urls::customer(&line.id));
        let without_grant = self.keys.rows.iter().filter(|line| line.grant_id.is_none());
        let keys = without_grant.map(|line| urls::license_key(&line.key.id));
        let products = self.products.rows.iter().map(|(url, _)| url.clone());
        // Those who do not manage accounts choose between what a colleague did and what they have to do.
        let both = |colleague: &Colleague| match colleague.email {
            Some(_) => vec![colleague.url.clone()],
            None => vec![colleague.delivered.clone(), colleague.url.clone()],
        };
        let staff = self.staff.rows.iter().flat_map(both);
        let notes = self.notes.rows.iter().map(url_of_note);
        customers.chain(keys).chain(products).chain(staff).chain(notes).collect()
    }
}

/// The page that has the note.
pub(crate) fn url_of_note(shown: &ShownNote) -> String {
    let page = match &shown.note.grant_id {
        Some(id) => urls::grant(id),
        None => urls::customer(&shown.note.customer_id),
    };
    format!("{page}#notes")
}

fn of_customers(
    ctx: &Context,
    conn: &mut Conn,
    search: &str,
    found: &Found,
) -> Result<Group<CustomerLine>, StorageError> {
    let first = found.ids.get(..SHOWN).unwrap_or(&found.ids);
    let lines = list::of_ids(conn, first, ctx.clock.now())?;
    // What could be a key stays out of URLs.
    let all = (!could_be_key(search)).then(|| format!("{}?q={}", urls::CUSTOMERS, urls::encode(search)));
    Ok(Group::of(lines, found.is_cut || found.ids.len() > SHOWN, all))
}

/// Keys that end with what was typed. Four characters find what everybody sees of a masked key; more of them say more about
/// the key, so they need the right to see it.
fn of_keys(ctx: &Context, conn: &mut Conn, search: &str, reader: Reader) -> Result<Group<KeyLine>, StorageError> {
    let Some(last) = fold::typed_ending(search).filter(|last| reader.may_reveal || last.len() == SHORTEST_ENDING)
    else {
        return Ok(Group::empty());
    };
    let (lines, is_cut) = of_ending(ctx, conn, &last, reader.may_reveal)?;
    let all = (last.len() == SHORTEST_ENDING)
        .then(|| format!("{}?last={}", urls::LICENSE_KEYS, urls::encode(&last.concat())));
    Ok(Group::of(lines, is_cut, all))
}

fn of_products(
    ctx: &Context,
    conn: &mut Conn,
    reader: Reader,
    is_meant: impl Fn(&[&str]) -> bool,
) -> Result<Group<(String, Entitlement)>, StorageError> {
    let entitlements = ctx.page_cache.entitlements(&ctx.db, conn)?;
    let found = entitlements.iter().filter(|one| {
        is_meant(&[one.name.as_str(), one.product_name.as_str(), one.description.as_deref().unwrap_or_default()])
    });
    let rows = found.map(|one| {
        let url = if reader.is_admin { urls::edit_entitlement(&one.id) } else { urls::grants_of_entitlement(&one.id) };
        (url, one.clone())
    });
    Ok(Group::of(rows.collect(), false, Some(urls::ENTITLEMENTS.to_owned())))
}

/// Those who manage accounts find all of them by name and address; others the names of those to whom grants can be
/// assigned, as in the list of grants.
fn of_staff(
    ctx: &Context,
    conn: &mut Conn,
    reader: Reader,
    is_meant: impl Fn(&[&str]) -> bool,
) -> Result<Group<Colleague>, StorageError> {
    if reader.is_admin {
        let found = staff::list(conn)?.into_iter().filter(|one| is_meant(&[one.name.as_str(), one.email.as_str()]));
        let rows = found.map(|one| Colleague {
            url: urls::person(&one.id),
            delivered: urls::grants_delivered_by(&one.id),
            name: one.name,
            email: Some(one.email.to_string()),
        });
        return Ok(Group::of(rows.collect(), false, Some(urls::STAFF.to_owned())));
    }
    let colleagues = ctx.page_cache.colleagues(&ctx.db, conn)?;
    let found = colleagues.iter().filter(|(_, name)| is_meant(&[name.as_str()]));
    let rows = found.map(|(id, name): &(StaffId, String)| Colleague {
        url: urls::grants_assigned_to(id),
        delivered: urls::grants_delivered_by(id),
        name: name.clone(),
        email: None,
    });
    Ok(Group::of(rows.collect(), false, None))
}
