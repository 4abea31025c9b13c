//! What the stock offers the grant whose form is open.

use jiff::Timestamp;

use crate::domain::stock::{Batch, settings_of};
use crate::storage::grants::detail::GrantDetail;
use crate::storage::stock::{batches, draw, figures};
use crate::storage::{Conn, StorageError};
use crate::web::stock::view::batch_name;
use crate::web::{PageContext, urls};

/// The stock that the grant's key can come from.
pub(crate) struct StockOffer {
    /// The number of keys left for this grant, the one reserved for it included.
    left: i64,
    /// The batch of the next key, and whether the key is kept for this grant.
    next: Option<(Batch, bool)>,
}

impl StockOffer {
    /// `None` if the entitlement has never had a stock, or can have none.
    pub(crate) fn of(conn: &mut Conn, detail: &GrantDetail, now: Timestamp) -> Result<Option<Self>, StorageError> {
        let entitlement = &detail.entitlement;
        if settings_of(&entitlement.config).is_err() || !batches::has_any(conn, &entitlement.id)? {
            return Ok(None);
        }
        let Some((_, batch_id, is_reserved)) = draw::peek(conn, &entitlement.id, &detail.grant.id, now)? else {
            return Ok(Some(Self { left: 0, next: None }));
        };
        let left = figures::available(conn, &entitlement.id, now)? + i64::from(is_reserved);
        Ok(Some(Self { left, next: Some((batches::find(conn, &batch_id)?, is_reserved)) }))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.next.is_none()
    }

    /// Whether the next key is kept for this grant.
    pub(crate) fn is_reserved(&self) -> bool {
        self.next.as_ref().is_some_and(|(_, is_reserved)| *is_reserved)
    }

    /// How many keys are left, in words.
    pub(crate) fn left(&self, page: &PageContext) -> String {
        if self.is_empty() {
            return page.localizer.t("fulfillment-stock-empty");
        }
        page.t1("fulfillment-stock-left", "count", self.left)
    }

    /// The name of the next key's batch.
    pub(crate) fn batch_name(&self) -> String {
        self.next.as_ref().map(|(batch, _)| batch_name(batch)).unwrap_or_default()
    }

    pub(crate) fn batch_url(&self) -> String {
        self.next.as_ref().map(|(batch, _)| urls::batch(&batch.id)).unwrap_or_default()
    }

    /// Until when the next key may be used.
    pub(crate) fn use_before(&self, page: &PageContext) -> Option<String> {
        let at = self.next.as_ref().and_then(|(batch, _)| batch.use_before)?;
        Some(page.t1("fulfillment-stock-use-before", "date", page.date(at)))
    }
}
