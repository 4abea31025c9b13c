//! Counters and histograms of requests, for the metrics endpoint.

use std::fmt::Write;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The kind of a request, and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

impl EncodeLabelSet for RequestLabels {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), std::fmt::Error> {
        use prometheus_client::encoding::EncodeLabel;
        ("method", self.method).encode(encoder.encode_label())?;
        ("route", self.route.as_str()).encode(encoder.encode_label())?;
        ("status", self.status.to_string().as_str()).encode(encoder.encode_label())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct RouteLabels {
    method: &'static str,
    route: String,
}

impl EncodeLabelSet for RouteLabels {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), std::fmt::Error> {
        use prometheus_client::encoding::EncodeLabel;
        ("method", self.method).encode(encoder.encode_label())?;
        ("route", self.route.as_str()).encode(encoder.encode_label())
    }
}

/// The metrics; clones share the counters.
#[derive(Debug, Clone)]
pub(crate) struct Metrics {
    requests: Family<RequestLabels, Counter>,
    latencies: Family<RouteLabels, Histogram>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { requests: Family::default(), latencies: Family::new_with_constructor(histogram) }
    }
}

fn histogram() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct KindLabels {
    kind: &'static str,
}

impl EncodeLabelSet for KindLabels {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), std::fmt::Error> {
        use prometheus_client::encoding::EncodeLabel;
        ("kind", self.kind).encode(encoder.encode_label())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct StateLabels {
    state: &'static str,
}

impl EncodeLabelSet for StateLabels {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), std::fmt::Error> {
        use prometheus_client::encoding::EncodeLabel;
        ("state", self.state).encode(encoder.encode_label())
    }
}

/// The unsent messages of a kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutboxDepth {
    pub kind: &'static str,
    pub messages: i64,
    pub oldest_seconds: i64,
}

/// Values read from the database when metrics are requested.
#[derive(Debug, Clone, Default)]
pub(crate) struct Depths {
    /// The e-mails with license keys.
    pub outbox_messages: i64,
    pub outbox_oldest_seconds: i64,
    /// Messages of every kind.
    pub outbox_by_kind: Vec<OutboxDepth>,
    pub pending_grants: i64,
    /// The stock keys of all entitlements by state.
    pub stock_keys: Vec<(&'static str, i64)>,
}

impl Metrics {
    /// Counts one request; `route` is the pattern, never the actual path.
    pub(crate) fn record(&self, method: &str, route: Option<String>, status: u16, took: Duration) {
        let (method, route) = (known_method(method), route.unwrap_or_else(|| "unknown".to_owned()));
        self.latencies.get_or_create(&RouteLabels { method, route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&RequestLabels { method, route, status }).inc();
    }

    /// Renders the metrics in Prometheus' text format.
    pub(crate) fn render(&self, depths: Option<Depths>) -> String {
        let mut registry = Registry::with_prefix("keydesk");
        registry.register("http_requests", "Requests by method, route and status", self.requests.clone());
        registry.register("http_request_duration_seconds", "How long requests took", self.latencies.clone());
        let dropped: Counter = Counter::default();
        dropped.inc_by(crate::logging::dropped_lines());
        registry.register("log_lines_dropped", "Log lines that could not be written", dropped);
        if let Some(depths) = depths {
            let mut gauge = |name: &str, help: &str, value: i64| {
                let gauge: Gauge = Gauge::default();
                gauge.set(value);
                registry.register(name, help, gauge);
            };
            gauge("outbox_messages", "Messages that are not sent yet", depths.outbox_messages);
            gauge(
                "outbox_oldest_seconds",
                "Age of the oldest message that is not sent yet",
                depths.outbox_oldest_seconds,
            );
            gauge("pending_grants", "Grants that wait for a key", depths.pending_grants);
            let (messages, ages) = (Family::<KindLabels, Gauge>::default(), Family::<KindLabels, Gauge>::default());
            for depth in depths.outbox_by_kind {
                messages.get_or_create(&KindLabels { kind: depth.kind }).set(depth.messages);
                ages.get_or_create(&KindLabels { kind: depth.kind }).set(depth.oldest_seconds);
            }
            let help = "Messages of each kind that are not sent yet, webhooks included";
            registry.register("outbox_messages_by_kind", help, messages);
            let help = "Age of the oldest message of each kind that is not sent yet";
            registry.register("outbox_oldest_seconds_by_kind", help, ages);
            let stock = Family::<StateLabels, Gauge>::default();
            for (state, keys) in depths.stock_keys {
                stock.get_or_create(&StateLabels { state }).set(keys);
            }
            registry.register("stock_keys", "Keys in the stock of all entitlements by state", stock);
        }
        let mut text = String::new();
        if encode(&mut text, &registry).is_err() {
            let _ = writeln!(text, "# encoding failed");
        }
        text
    }
}

/// Maps unknown methods to one label, so that they cannot exhaust memory.
fn known_method(method: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("other")
}
