//! The lines of a file as pages show them.

use std::collections::HashMap;

use super::reasons::in_words;
use crate::domain::sale::import::LineKind;
use crate::i18n::Localizer;
use crate::usecases::sales::imports::line::ImportLine;
use crate::web::layout::badge::Badge;

/// How much of a text is shown, in characters.
const SHOWN: usize = 300;

/// A line as a page shows it.
pub(super) struct LineRow {
    pub line: u64,
    pub class: &'static str,
    pub name: String,
    pub email: String,
    pub order: String,
    pub product: String,
    /// Further words for the product, or the quantity.
    pub product_note: String,
    pub result: Badge,
    pub why: String,
}

impl LineRow {
    /// `names` are those of entitlements, by their ids.
    pub(super) fn of(l: &Localizer, line: &ImportLine, names: &HashMap<String, String>) -> Self {
        let kind = line.kind();
        let class = match kind {
            LineKind::NoProduct | LineKind::NoEmail => "warn",
            LineKind::Rounded | LineKind::Refused => "bad",
            _ => "",
        };
        let mut row = Self {
            line: line.line,
            class,
            name: String::new(),
            email: String::new(),
            order: String::new(),
            product: String::new(),
            product_note: String::new(),
            result: badge(l, kind),
            why: why(l, line),
        };
        if let Some(sale) = &line.sale {
            row.email = short(&sale.email);
            row.name = short(sale.name.as_deref().unwrap_or_default());
            row.order = short(sale.order());
            row.product = names.get(&sale.entitlement_id).cloned().unwrap_or_default();
            if let Some(count) = sale.quantity.0.filter(|count| *count != 1) {
                row.product_note = l.t1("imports-quantity", "count", u64::from(count));
            }
        } else if let Some(other) = &line.other {
            row.email = short(&other.email);
            row.name = short(&other.name);
            row.order = short(&other.order);
            row.product = short(other.words.last().map_or("", String::as_str));
            row.product_note = short(other.words.first().filter(|_| other.words.len() > 1).map_or("", String::as_str));
        }
        row
    }
}

fn badge(l: &Localizer, kind: LineKind) -> Badge {
    let text = l.named("imports-kind", kind.as_str());
    match kind {
        LineKind::New => Badge::ok(text),
        LineKind::NoProduct | LineKind::NoEmail => Badge { class: "c-warn", icon: "warn", text },
        LineKind::Rounded | LineKind::Refused => Badge::failed(text),
        LineKind::Known => Badge { class: "muted", icon: "info", text },
        _ => Badge::off(text),
    }
}

/// The words of [`crate::usecases::sales::imports::load::reason`].
const LATE: [&str; 6] = ["no-entitlement", "inactive", "erased", "unreachable", "grant-id", "failed"];

/// Why a line becomes what it becomes.
pub(super) fn why(l: &Localizer, line: &ImportLine) -> String {
    let said = short(&line.why);
    match line.kind() {
        LineKind::New => {
            let added = line.sale.as_ref().map_or(1, |sale| sale.added);
            l.t1("imports-why-new", "count", added)
        }
        LineKind::Refused if LATE.contains(&said.as_str()) => l.named("imports-late", &said),
        LineKind::Refused => short(&in_words(l, &line.why)),
        LineKind::Unpaid | LineKind::Refunded if !said.is_empty() => {
            l.t1(&format!("imports-why-{}", line.kind().as_str()), "state", said)
        }
        kind => l.named("imports-why", kind.as_str()),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
