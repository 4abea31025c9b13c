//! What Standard Webhooks signs: HMAC-SHA256 over the id, the time and the body. Webhooks that leave are signed with it,
//! and those that arrive are verified.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The prefix of a secret's text.
pub(crate) const SECRET_PREFIX: &str = "whsec_";

/// The MAC over a webhook, ready to be read or compared. `timestamp` is the header's own text.
pub(crate) fn webhook_mac(secret: &[u8], id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key");
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    mac
}
