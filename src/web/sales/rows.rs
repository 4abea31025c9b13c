//! Rows of the pages of sales.

use jiff::Timestamp;

use crate::domain::connection::ConnectionKind;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{CustomerId, GrantId, TaskId};
use crate::domain::sale::NO_SHOP;
use crate::domain::sale::held::{HeldReason, HeldSale};
use crate::domain::sale::task::{Decision, TaskKind};
use crate::storage::sales::newest::{SaleLine, TaskLine};
use crate::web::PageContext;
use crate::web::customers::erasures::name_erased;
use crate::web::grants::tasks::TaskView;
use crate::web::layout::badge::Badge;

/// Something that needs a decision.
pub(super) struct DecisionRow {
    pub title: String,
    pub sub: String,
    /// The grant that it is about.
    pub grant_id: Option<GrantId>,
    pub state: Badge,
    pub text: String,
    pub shop: String,
    pub at: Timestamp,
    pub act: Act,
}

/// How it is decided.
pub(super) enum Act {
    /// What the word means, for so many sales.
    Map {
        word: String,
        count: usize,
    },
    /// The address, as it was typed, of the held sale.
    Address {
        held_id: String,
        typed: String,
    },
    Test {
        held_id: String,
    },
    /// Values of the buttons with their texts, and whether one is dangerous.
    Task {
        task_id: TaskId,
        grant_id: GrantId,
        decisions: Vec<(&'static str, String, bool)>,
    },
}

/// The name of a shop by its key; a further connection of its kind has a number.
pub(crate) fn shop_name(page: &PageContext, key: &str) -> String {
    if key == NO_SHOP {
        return page.localizer.t("sales-no-shop");
    }
    let (kind, number) = key.split_once(':').unwrap_or((key, ""));
    let known = ConnectionKind::parse(kind).map(|kind| kind.service().to_owned());
    let name = known.or_else(|| crate::shops::find(kind).map(|shop| shop.name.to_owned()));
    let name = name.unwrap_or_else(|| kind.to_owned());
    if number.is_empty() { name } else { format!("{name} {number}") }
}

/// Held sales, those that wait for the same word together; `typed` is what was typed into the form of one.
pub(super) fn held_rows(page: &PageContext, held: &[HeldSale], typed: Option<&(String, String)>) -> Vec<DecisionRow> {
    let mut rows = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for sale in held {
        let row = match sale.why {
            HeldReason::UnknownProduct if words.contains(&sale.word.as_str()) => continue,
            HeldReason::UnknownProduct => {
                words.push(&sale.word);
                let same = held.iter().filter(|other| other.why == sale.why && other.word == sale.word);
                of_word(page, sale, same.count())
            }
            HeldReason::NoAddress => {
                let held_id = sale.id.to_string();
                let typed = typed.filter(|(id, _)| *id == held_id).map(|(_, typed)| typed.clone()).unwrap_or_default();
                single(page, sale, Act::Address { held_id, typed })
            }
            HeldReason::TestOrder => single(page, sale, Act::Test { held_id: sale.id.to_string() }),
        };
        rows.push(row);
    }
    rows
}

fn of_word(page: &PageContext, sale: &HeldSale, count: usize) -> DecisionRow {
    let order = page.t1("sales-order", "label", sale.label.as_str());
    let title = if count > 1 { page.t2("sales-and-more", "order", order, "count", count - 1) } else { order };
    DecisionRow {
        title,
        text: page.t2("sales-held-unknown-product-text", "word", sale.shown.as_str(), "count", count),
        act: Act::Map { word: sale.shown.clone(), count },
        ..single(page, sale, Act::Test { held_id: String::new() })
    }
}

fn single(page: &PageContext, sale: &HeldSale, act: Act) -> DecisionRow {
    let key = sale.why.as_str().replace('_', "-");
    let name = page.localizer.t(&format!("sales-held-{key}"));
    DecisionRow {
        title: page.t1("sales-order", "label", sale.label.as_str()),
        sub: if sale.title.is_empty() { sale.shown.clone() } else { format!("{}, {}", sale.title, sale.shown) },
        grant_id: None,
        state: match sale.why {
            HeldReason::TestOrder => Badge { class: "", icon: "info", text: name },
            _ => Badge { icon: "warn", ..Badge::warning(name) },
        },
        text: match sale.why {
            HeldReason::UnknownProduct => String::new(),
            _ => page.localizer.t(&format!("sales-held-{key}-text")),
        },
        shop: shop_name(page, &sale.shop),
        at: sale.created_at,
        act,
    }
}

/// A task about a sale.
pub(super) fn task_row(page: &PageContext, line: &TaskLine) -> DecisionRow {
    let task = &line.shown.task;
    let view = TaskView::of(page, &line.shown);
    let mut name = line.customer_name.clone();
    name_erased(&page.localizer, &line.customer_email, &mut name);
    let text = page.localizer.t(&format!("sales-task-{}", task.kind.as_str().replace('_', "-")));
    let is_bad = matches!(
        task.kind,
        TaskKind::Dispute | TaskKind::PartialRefund | TaskKind::RenewalRefund | TaskKind::FullRefund
    );
    let decisions = view.decisions.into_iter().map(|(value, name)| (value, name, value == Decision::Revoke.as_str()));
    DecisionRow {
        title: if name.is_empty() { line.customer_email.to_string() } else { name },
        sub: line.entitlement_name.clone(),
        grant_id: Some(task.grant_id.clone()),
        state: if is_bad { Badge::failed(text) } else { Badge { icon: "warn", ..Badge::warning(text) } },
        text: view.sentence,
        shop: shop_name(page, &line.shop),
        at: task.created_at,
        act: Act::Task { task_id: task.id.clone(), grant_id: task.grant_id.clone(), decisions: decisions.collect() },
    }
}

/// A sale of the list.
pub(super) struct SoldRow {
    pub reference: String,
    pub customer_id: CustomerId,
    pub customer: String,
    pub email: String,
    pub shop: String,
    pub at: Timestamp,
    /// What was sold, with how many of each, and the first grant.
    pub products: Vec<(String, usize, GrantId)>,
    /// How many grants are in each state.
    pub states: Vec<(GrantStatus, usize)>,
    pub is_refunded: bool,
}

impl SoldRow {
    pub(super) fn of(page: &PageContext, line: &SaleLine) -> Self {
        let mut customer = line.customer_name.clone();
        name_erased(&page.localizer, &line.customer_email, &mut customer);
        let mut products: Vec<(String, usize, GrantId)> = Vec::new();
        let mut states: Vec<(GrantStatus, usize)> = Vec::new();
        for grant in &line.grants {
            match products.iter_mut().find(|(name, ..)| *name == grant.entitlement_name) {
                Some((_, count, _)) => *count += 1,
                None => products.push((grant.entitlement_name.clone(), 1, grant.id.clone())),
            }
            match states.iter_mut().find(|(status, _)| *status == grant.status) {
                Some((_, count)) => *count += 1,
                None => states.push((grant.status, 1)),
            }
        }
        Self {
            reference: line.reference.clone(),
            customer_id: line.customer_id.clone(),
            customer,
            email: if line.customer_email.is_of_erased() { String::new() } else { line.customer_email.to_string() },
            shop: shop_name(page, &line.shop),
            at: line.created_at,
            products,
            states,
            is_refunded: line.is_refunded,
        }
    }
}
