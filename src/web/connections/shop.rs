//! The page of a shop's connection: its last deliveries, how to set it up, its settings and products.

use askama::Template;
use jiff::Timestamp;

use super::deliveries::{DeliveryRow, row};
use super::form::SettingsForm;
use super::view::{moment, shop_state};
use crate::domain::connection::{Connection, ConnectionState, OnRefund, OnTest};
use crate::domain::page::Page;
use crate::storage::connections::deliveries::DeliveryLine;
use crate::storage::connections::secrets::SealedConnectionSecret;
use crate::web::layout::badge::Badge;
use crate::web::{FormErrors, PageContext, urls};

/// How many steps the longest guide has.
const STEPS: usize = 4;

#[derive(Template)]
#[template(path = "connections/shop.html")]
pub(super) struct ShopPage {
    pub page: PageContext,
    pub connection: Connection,
    pub deliveries: Page<DeliveryLine>,
    /// `decision` or `errors`; empty for all.
    pub only: String,
    pub sales_today: i64,
    /// How many sales of it wait for a decision.
    pub held: i64,
    pub pinged_at: Option<Timestamp>,
    pub secrets: Vec<SealedConnectionSecret>,
    pub api_key: Option<SealedConnectionSecret>,
    pub products: Vec<(String, Option<String>)>,
    pub hook_url: String,
    pub form: SettingsForm,
    pub errors: FormErrors,
    /// `remove`: the confirmation shown on the page instead of in a dialog.
    pub asked: String,
}

impl ShopPage {
    fn path(&self) -> String {
        urls::connection(&self.connection.id)
    }

    fn state(&self) -> Badge {
        shop_state(&self.page, &self.connection, !self.secrets.is_empty())
    }

    fn is_paused(&self) -> bool {
        self.connection.state == ConnectionState::Paused
    }

    fn is_asked(&self) -> bool {
        self.asked == "remove"
    }

    fn contact(&self) -> String {
        let at = match (self.connection.hook_at, self.pinged_at) {
            (Some(at), _) => self.page.t1("shops-last-delivery", "time", moment(&self.page, at)),
            (None, Some(at)) => self.page.t1("shops-pinged", "time", moment(&self.page, at)),
            (None, None) => self.page.localizer.t("shops-no-delivery"),
        };
        format!("{at}, {}", self.page.t1("shops-sales-today", "count", self.sales_today))
    }

    fn rows(&self) -> Vec<DeliveryRow> {
        self.deliveries.rows.iter().map(|line| row(&self.page, line)).collect()
    }

    fn tabs(&self) -> [(String, String, bool); 3] {
        ["", "decision", "errors"].map(|only| {
            let key = if only.is_empty() { "all" } else { only };
            let url = if only.is_empty() { self.path() } else { format!("{}?only={only}", self.path()) };
            (url, self.page.localizer.t(&format!("shops-tab-{key}")), only == self.only)
        })
    }

    fn newer(&self) -> String {
        self.deliveries.first_after_previous().map(|first| self.at("before", first)).unwrap_or_default()
    }

    fn older(&self) -> String {
        self.deliveries.last_before_next().map(|last| self.at("after", last)).unwrap_or_default()
    }

    fn at(&self, side: &'static str, line: &DeliveryLine) -> String {
        let mut query = vec![(side, line.cursor().encode())];
        if !self.only.is_empty() {
            query.push(("only", self.only.clone()));
        }
        format!("{}#log", urls::with_query(&self.path(), &query))
    }

    /// What to do in the shop: the steps around its URL and its secret.
    fn steps(&self) -> Vec<String> {
        steps(&self.page, self.connection.kind.as_str())
    }

    fn secret_hint(&self) -> String {
        let stored: Vec<String> = self
            .secrets
            .iter()
            .map(|secret| {
                let date = self.page.date(secret.created_at);
                self.page.t2("shops-secret-stored", "end", secret.last_four.as_str(), "date", date)
            })
            .collect();
        if stored.is_empty() {
            return self.page.localizer.t("shops-secret-none");
        }
        format!("{} {}", stored.join(" "), self.page.localizer.t("shops-secret-rotates"))
    }

    fn key_hint(&self) -> String {
        match &self.api_key {
            Some(key) => {
                let (end, date) = (&key.last_four, self.page.date(key.created_at));
                self.page.t2("connections-key-now", "end", end, "date", date)
            }
            None => self.page.localizer.t(&format!("shops-{}-key-hint", self.connection.kind.as_str())),
        }
    }

    fn refund_choices(&self) -> Vec<(&'static str, String, bool)> {
        OnRefund::ALL.map(|choice| self.choice("shops-on-refund", choice.as_str(), &self.form.on_refund)).to_vec()
    }

    fn test_choices(&self) -> Vec<(&'static str, String, bool)> {
        OnTest::ALL.map(|choice| self.choice("shops-on-test", choice.as_str(), &self.form.on_test)).to_vec()
    }

    fn choice(&self, area: &str, value: &'static str, chosen: &str) -> (&'static str, String, bool) {
        (value, self.page.named(area, value), value == chosen)
    }
}

/// The steps of a shop's guide.
pub(super) fn steps(page: &PageContext, kind: &str) -> Vec<String> {
    (1..=STEPS).map(|number| page.localizer.t(&format!("shops-{kind}-step-{number}"))).collect()
}
