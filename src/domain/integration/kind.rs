//! The integration types of the contract.

macro_rules! integration_types {
    ($($variant:ident = $text:literal,)*) => {
        /// What kind of thing is delivered.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum IntegrationType { $($variant,)* }

        impl IntegrationType {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

integration_types! {
    LicenseKey = "license_key",
    DigitalFiles = "digital_files",
    Discord = "discord",
    Telegram = "telegram",
    Github = "github",
    Figma = "figma",
    Framer = "framer",
    Notion = "notion",
    FeatureFlag = "feature_flag",
}
