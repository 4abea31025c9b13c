//! Identifiers: a prefix that names the kind, followed by random letters and digits.

use std::fmt;

/// The text is not a valid id of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdError;

/// The characters after the prefix.
pub const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The number of random characters: 131 bits.
pub const RANDOM_LENGTH: usize = 22;
const MAX_LENGTH: usize = 64;

/// `prefix` followed by 22 random letters and digits (131 bits).
pub fn random_id(prefix: &str) -> String {
    let mut id = String::with_capacity(prefix.len() + RANDOM_LENGTH);
    id.push_str(prefix);
    let mut bytes = [0_u8; 64];
    while id.len() < prefix.len() + RANDOM_LENGTH {
        #[expect(clippy::expect_used, reason = "without the system's randomness nothing here is safe")]
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        for byte in bytes {
            // 248 is the largest multiple of 62 that fits in a byte; higher values would bias the choice.
            if byte < 248
                && id.len() < prefix.len() + RANDOM_LENGTH
                && let Some(letter) = ALPHABET.get(usize::from(byte % 62))
            {
                id.push(char::from(*letter));
            }
        }
    }
    id
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal $(or $other:literal)?;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// A new random id.
            pub fn random() -> Self {
                Self(random_id(Self::PREFIX))
            }

            /// Checks an id from outside; fails unless it has the prefix followed by 1 to 64 of `[0-9A-Za-z_-]`.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let rest = text.strip_prefix(Self::PREFIX)$(.or_else(|| text.strip_prefix($other)))?.ok_or(IdError)?;
                let is_word = rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
                if rest.is_empty() || rest.len() > MAX_LENGTH || !is_word {
                    return Err(IdError);
                }
                Ok(Self(text.to_owned()))
            }

            /// An id read from the database; not checked again.
            pub fn stored(text: String) -> Self {
                Self(text)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A grant: `entg_…`; one that is mirrored may have another id there, `grant_…`.
    GrantId = "entg_" or "grant_";
    /// An entitlement: `ent_…`.
    EntitlementId = "ent_";
    /// A product: `pdt_…`.
    ProductId = "pdt_";
    /// A customer: `cus_…`.
    CustomerId = "cus_";
    /// A license key: `lic_…`.
    LicenseKeyId = "lic_";
    /// A license key instance, one activation on a device: `lki_…`.
    LicenseKeyInstanceId = "lki_";
    /// An API key: `key_…`.
    ApiKeyId = "key_";
    /// A webhook endpoint: `ep_…`.
    WebhookEndpointId = "ep_";
    /// A person who signs in: `stf_…`.
    StaffId = "stf_";
    /// A link for setting a password: `lnk_…`.
    StaffLinkId = "lnk_";
    /// A session, as shown to people: `ses_…`. It does not grant access.
    SessionId = "ses_";
    /// A passkey: `psk_…`.
    PasskeyId = "psk_";
    /// A reveal of a key in plaintext: `rev_…`.
    RevealId = "rev_";
    /// A change of the address that keys are sent to: `adc_…`.
    AddressChangeId = "adc_";
    /// A saved view of a list: `view_…`.
    SavedViewId = "view_";
    /// A note of staff: `note_…`.
    NoteId = "note_";
    /// A sale: `sale_…`.
    SaleId = "sale_";
    /// A line of a sale: `sln_…`.
    SaleLineId = "sln_";
    /// Something that needs a person's decision: `tsk_…`.
    TaskId = "tsk_";
    /// An outbox message, an e-mail or a webhook: `msg_…`.
    MessageId = "msg_";
    /// A file that customers download: `file_…`.
    FileId = "file_";
    /// A stock key, which waits to be issued: `stk_…`.
    StockKeyId = "stk_";
    /// A batch, stock keys that came in together: `bat_…`.
    BatchId = "bat_";
    /// A list of keys that waits to be confirmed: `upl_…`.
    StockUploadId = "upl_";
    /// An act on many grants: `run_…`.
    BulkRunId = "run_";
    /// A file of sales: `imp_…`.
    SaleImportId = "imp_";
    /// What the columns of a file mean: `map_…`.
    MappingId = "map_";
    /// A connection to a shop or an account: `con_…`.
    ConnectionId = "con_";
    /// A sealed secret of a connection: `cse_…`.
    ConnectionSecretId = "cse_";
    /// Something that a connection has sent: `hook_…`.
    HookId = "hook_";
    /// A sale that could not become grants: `held_…`.
    HeldSaleId = "held_";
    /// Something that happened between a connection and Keydesk: `cev_…`.
    ConnectionEventId = "cev_";
    /// The business: `bus_…`.
    BusinessId = "bus_";
    /// The brand: `brnd_…`.
    BrandId = "brnd_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_id_has_its_prefix_and_parses() {
        let id = GrantId::random();
        assert_eq!(id.as_str().len(), "entg_".len() + 22);
        assert_eq!(GrantId::parse(id.as_str()), Ok(id));
    }

    #[test]
    fn foreign_and_broken_ids_are_refused() {
        for text in ["", "entg_", "ent_abc", "entg_a b", "entg_ä", "entg_\0", &format!("entg_{}", "x".repeat(65))] {
            assert_eq!(GrantId::parse(text), Err(IdError), "{text:?}");
        }
    }
}
