//! Pasted keys and their grants, in pairs.

use askama::Template;
use serde::Deserialize;

use crate::domain::bulk::BulkAction;
use crate::http::body::Fields;
use crate::i18n::{key_error, key_warning, link_error};
use crate::storage::bulk_runs::BulkRun;
use crate::usecases::bulk_runs::pairs::{Pair, PairEdits, PairState};
use crate::web::layout::badge::Badge;
use crate::web::{FormErrors, Nav, PageContext, SignedInStaff, urls};

/// Pairs on a page; each has fields.
const PAGE_SIZE: usize = 50;

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PairsQuery {
    page: String,
}

impl PairsQuery {
    /// The page's number, from 0.
    pub(super) fn number(&self) -> usize {
        self.page.parse().unwrap_or(0)
    }
}

/// Pasted keys, one a line; an empty line skips a grant, and empty lines at the end mean nothing.
pub(super) fn lines_of(text: &str) -> Vec<String> {
    text.trim_end().lines().map(|line| line.trim().to_owned()).collect()
}

/// What the form says about the pairs of its page.
pub(super) fn edits_of(fields: &Fields) -> PairEdits {
    let ticked = fields.all("send");
    let mut edits = PairEdits::default();
    for position in fields.all("shown") {
        let Ok(place) = position.parse() else { continue };
        edits.ticked.insert(place, ticked.contains(position));
        let name = format!("key_{position}");
        if fields.has(&name) {
            edits.texts.insert(place, fields.get(&name).to_owned());
        }
    }
    edits
}

#[derive(Template)]
#[template(path = "bulk_runs/keys.html")]
pub(super) struct PairsPage {
    page: PageContext,
    run: BulkRun,
    /// All pairs, in the order of the list.
    pairs: Vec<Pair>,
    number: usize,
    errors: FormErrors,
}

impl PairsPage {
    pub(super) fn new(
        staff: &SignedInStaff,
        run: BulkRun,
        pairs: Vec<Pair>,
        number: usize,
        errors: FormErrors,
    ) -> Self {
        let number = number.min(pairs.len().saturating_sub(1) / PAGE_SIZE);
        Self { page: staff.page(Nav::Grants), run, pairs, number, errors }
    }

    /// Whether keys have been pasted.
    fn has_keys(&self) -> bool {
        !self.run.content.is_empty()
    }

    fn title(&self) -> String {
        let keys = self.pairs.iter().filter(|pair| !pair.text.trim().is_empty()).count();
        if self.has_keys() {
            self.page.t2("bulk-keys-title", "keys", keys, "count", self.pairs.len())
        } else {
            self.page.t1("bulk-paste-title", "count", self.pairs.len())
        }
    }

    fn shown(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().skip(self.number * PAGE_SIZE).take(PAGE_SIZE)
    }

    fn ready(&self) -> usize {
        self.pairs.iter().filter(|pair| pair.is_ready()).count()
    }

    fn warned(&self) -> usize {
        self.pairs.iter().filter(|pair| pair.is_warned()).count()
    }

    fn bad(&self) -> usize {
        self.pairs.len() - self.ready() - self.warned()
    }

    fn sent(&self) -> usize {
        self.pairs.iter().filter(|pair| pair.is_sent).count()
    }

    fn row_class(pair: &Pair) -> &'static str {
        match pair.state {
            PairState::Ready => "",
            PairState::Warned(_) => " class=\"warn\"",
            _ => " class=\"bad\"",
        }
    }

    fn may_send(pair: &Pair) -> bool {
        pair.is_ready() || pair.is_warned()
    }

    /// What is said about a pair: badges, and what to do.
    fn said(&self, pair: &Pair) -> (Vec<Badge>, String) {
        let l = &self.page.localizer;
        let line = self.page.t1("bulk-line", "number", pair.line.grant.position + 1);
        let bad = |text: String, advice: &str| (vec![Badge::failed(text)], format!("{line} {advice}"));
        let other = l.t("bulk-enter-another");
        match &pair.state {
            PairState::Ready => (vec![Badge::ok(l.t("bulk-pair-ready"))], line),
            PairState::Warned(found) => {
                let warning = |warning| Badge { class: "c-warn", icon: "warn", text: key_warning(l, warning) };
                let badges = found.warnings.iter().map(warning).collect();
                (badges, format!("{line} {}", l.t("bulk-tick-to-send")))
            }
            PairState::NoKey => bad(l.t("bulk-pair-no-key"), &l.t("bulk-enter-one")),
            PairState::Invalid(error) => bad(key_error(l, *error), &other),
            PairState::NotALink(why) => bad(link_error(l, *why), &other),
            PairState::Twice(first) => bad(self.page.t1("bulk-pair-twice", "number", *first), &other),
            PairState::InStock => bad(l.t("bulk-pair-in-stock"), &other),
            PairState::Issued => bad(l.t("bulk-pair-issued"), &other),
            PairState::Held => bad(l.t("bulk-reason-held"), &l.t("bulk-take-over-first")),
            PairState::Changed => bad(l.t("bulk-reason-changed"), ""),
            PairState::OtherKind => bad(l.t("bulk-reason-other-kind"), ""),
        }
    }

    fn url(&self) -> String {
        urls::bulk_run(BulkAction::Keys, &self.run.id)
    }

    fn list_url(&self) -> String {
        urls::list_again(&self.run.list)
    }

    fn page_url(&self, number: usize) -> String {
        if number == 0 { self.url() } else { format!("{}?page={number}", self.url()) }
    }

    fn previous(&self) -> String {
        if self.number == 0 { String::new() } else { self.page_url(self.number - 1) }
    }

    fn next(&self) -> String {
        let has_more = self.pairs.len() > (self.number + 1) * PAGE_SIZE;
        if has_more { self.page_url(self.number + 1) } else { String::new() }
    }

    fn has_pages(&self) -> bool {
        self.pairs.len() > PAGE_SIZE
    }

    fn range(&self) -> String {
        let (count, from) = (self.pairs.len(), self.number * PAGE_SIZE);
        self.page.t3("bulk-range", "from", from + 1, "to", count.min(from + PAGE_SIZE), "count", count)
    }

    /// Pasted keys as text again, to be changed and paired anew.
    fn pasted(&self) -> String {
        let mut texts: Vec<&str> = self.pairs.iter().map(|pair| pair.text.as_str()).collect();
        while texts.last().is_some_and(|text| text.is_empty()) {
            texts.pop();
        }
        texts.join("\n")
    }

    /// Names of customers by position, for readers.
    fn name(pair: &Pair) -> &str {
        &pair.line.look.customer_name
    }
}
