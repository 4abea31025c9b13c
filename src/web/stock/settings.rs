//! The stock settings of an entitlement: fields of its form, and of the page of its stock.

use serde::Deserialize;

use crate::domain::stock::settings::{StockDelivery, StockRefill, StockSettings};

/// The fields as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StockForm {
    pub(crate) delivery: String,
    pub(crate) refill: String,
    pub(crate) alert_count: String,
    pub(crate) alert_days: String,
}

impl StockForm {
    /// The form filled in from the settings.
    pub(crate) fn of(settings: &StockSettings) -> Self {
        let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
        Self {
            delivery: settings.delivery.as_str().to_owned(),
            refill: settings.refill.as_str().to_owned(),
            alert_count: number(settings.alert_count),
            alert_days: number(settings.alert_days),
        }
    }

    /// Whether new sales are delivered from stock at once.
    pub(crate) fn delivers_automatically(&self) -> bool {
        self.delivery.trim() == StockDelivery::Auto.as_str()
    }

    /// Whether waiting grants are served after a refill.
    pub(crate) fn refills_automatically(&self) -> bool {
        self.refill.trim() == StockRefill::Auto.as_str()
    }

    /// The settings, as far as they are valid; names each wrong field. What is missing is the default.
    pub(crate) fn parse(&self, wrong: &mut impl FnMut(&str)) -> StockSettings {
        let delivery = match self.delivery.trim() {
            "" => Some(StockDelivery::default()),
            text => StockDelivery::parse(text),
        };
        let refill = match self.refill.trim() {
            "" => Some(StockRefill::default()),
            text => StockRefill::parse(text),
        };
        StockSettings {
            delivery: delivery.unwrap_or_else(|| {
                wrong("delivery");
                StockDelivery::default()
            }),
            refill: refill.unwrap_or_else(|| {
                wrong("refill");
                StockRefill::default()
            }),
            alert_count: threshold("alert_count", &self.alert_count, StockSettings::MAX_ALERT_COUNT, wrong),
            alert_days: threshold("alert_days", &self.alert_days, StockSettings::MAX_ALERT_DAYS, wrong),
        }
    }
}

/// A whole number from 1 to `max`; `None` if the field is empty or wrong.
fn threshold(field: &str, text: &str, max: i32, wrong: &mut impl FnMut(&str)) -> Option<i32> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let number =
        text.parse().ok().filter(|number| text.bytes().all(|b| b.is_ascii_digit()) && (1..=max).contains(number));
    if number.is_none() {
        wrong(field);
    }
    number
}

/// The error message of a field, as a locale key.
pub(crate) fn wrong_text(field: &str) -> &'static str {
    match field {
        "delivery" => "stock-delivery-wrong",
        "refill" => "stock-refill-wrong",
        "alert_count" => "stock-alert-count-wrong",
        _ => "stock-alert-days-wrong",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(form: &StockForm) -> (StockSettings, Vec<String>) {
        let mut errors = Vec::new();
        let settings = form.parse(&mut |field| errors.push(field.to_owned()));
        (settings, errors)
    }

    #[test]
    fn settings_survive_the_form() {
        let settings = StockSettings {
            delivery: StockDelivery::Auto,
            refill: StockRefill::Auto,
            alert_count: Some(40),
            alert_days: Some(7),
        };
        assert_eq!(parse(&StockForm::of(&settings)), (settings, vec![]));
        assert_eq!(parse(&StockForm::default()), (StockSettings::default(), vec![]));
    }

    #[test]
    fn each_wrong_field_is_named() {
        for (count, days) in [("0", "0"), ("-1", "366"), ("1000001", "1.5"), ("+1", "seven")] {
            let form = StockForm {
                delivery: "later".to_owned(),
                refill: "x".to_owned(),
                alert_count: count.to_owned(),
                alert_days: days.to_owned(),
            };
            assert_eq!(parse(&form).1, ["delivery", "refill", "alert_count", "alert_days"], "{count} {days}");
        }
    }
}
