//! The lists that can be exported, and of which views can be kept.

pub mod view;

/// A list of the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    Grants,
    Customers,
    LicenseKeys,
    Stock,
    Entitlements,
    Staff,
    ApiKeys,
    Webhooks,
    Audit,
    Report,
    /// Lines of files of sales that are not imported.
    SaleImports,
}

impl List {
    const ALL: [Self; 11] = [
        Self::Grants,
        Self::Customers,
        Self::LicenseKeys,
        Self::Stock,
        Self::Entitlements,
        Self::Staff,
        Self::ApiKeys,
        Self::Webhooks,
        Self::Audit,
        Self::Report,
        Self::SaleImports,
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.as_str() == text)
    }

    /// The word in the audit log and in the names of files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Grants => "grants",
            Self::Customers => "customers",
            Self::LicenseKeys => "license-keys",
            Self::Stock => "stock",
            Self::Entitlements => "entitlements",
            Self::Staff => "staff",
            Self::ApiKeys => "api-keys",
            Self::Webhooks => "webhooks",
            Self::Audit => "audit",
            Self::Report => "report",
            Self::SaleImports => "sale-imports",
        }
    }
}
