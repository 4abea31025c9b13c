//! Enums whose names are part of the contract.

/// Defines the wire form of a domain's enum, with the case in which its variants are spelled.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident of $domain:ty, $case:literal: $($variant:ident),+ $(,)?) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = $case)]
        #[schema(rename_all = $case)]
        pub(crate) enum $name {
            $($variant),+
        }

        impl From<$domain> for $name {
            fn from(value: $domain) -> Self {
                match value {
                    $(<$domain>::$variant => Self::$variant),+
                }
            }
        }
    };
}

pub(crate) use names;
