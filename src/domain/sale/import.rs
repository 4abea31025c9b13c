//! An import of sales from a file: what each line of the file becomes.

use jiff::SignedDuration;

use crate::domain::ids::MappingId;

/// How long a file waits until it is confirmed.
pub const IMPORT_LIFETIME: SignedDuration = SignedDuration::from_mins(30);

/// How long the lines that were not imported can be had as files.
pub const LINES_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The lines that are kept, shown and imported together.
pub const PART: usize = 500;

/// What the columns of files with these names mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    pub id: MappingId,
    pub name: String,
    /// The names of the columns as they are compared, each with its field; empty for one that is left out.
    pub columns: Vec<(String, String)>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $letter:literal $word:literal,)*) => {
        /// What a line is, or what became of it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum LineKind { $($(#[$doc])* $variant,)* }

        impl LineKind {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The letter by which it is stored. A capital one stands for the last line of an order that says how
            /// many were sold: what the order had beyond that is taken back.
            pub fn letter(self) -> char {
                match self { $(Self::$variant => $letter,)* }
            }

            pub fn of_letter(letter: char) -> Option<Self> {
                match letter.to_ascii_lowercase() { $($letter => Some(Self::$variant),)* _ => None }
            }

            /// The word in addresses and counts.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

kinds! {
    /// A product that nobody has mapped.
    NoProduct = 'p' "no-product",
    NoEmail = 'e' "no-email",
    /// An id whose digits a spreadsheet has lost.
    Rounded = 'x' "rounded",
    /// Something else is missing or wrong.
    Refused = 'f' "refused",
    Unpaid = 'u' "unpaid",
    Refunded = 'r' "refunded",
    Test = 't' "test",
    /// A further payment of a subscription that the file does not name.
    Renewal = 'w' "renewal",
    /// A payout, a sum, or another line without a sale.
    NoSale = 's' "no-sale",
    NeedsNoKey = 'd' "needs-no-key",
    Known = 'k' "known",
    New = 'n' "new",
    /// It is imported; nothing of it is kept here.
    Done = '.' "done",
}

impl LineKind {
    /// Whether something is missing or wrong.
    pub fn is_refused(self) -> bool {
        matches!(self, Self::NoProduct | Self::NoEmail | Self::Rounded | Self::Refused)
    }

    /// Whether it is no sale to be served, which is no error.
    pub fn is_skipped(self) -> bool {
        matches!(self, Self::Unpaid | Self::Refunded | Self::Test | Self::Renewal | Self::NoSale | Self::NeedsNoKey)
    }

    /// Whether it is reported when the file is confirmed. A known sale may have become larger, or was renewed.
    pub fn is_sale(self) -> bool {
        matches!(self, Self::New | Self::Known)
    }
}

/// How many lines of each kind an import has, and what they come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportCounts(Vec<(String, u64)>);

impl ImportCounts {
    /// Grants that the new lines come to, and customers.
    pub const GRANTS: &'static str = "grants";
    pub const CUSTOMERS: &'static str = "customers";
    /// Pending grants that were revoked because their sales have fewer.
    pub const REVOKED: &'static str = "revoked";

    /// Reads what [`Display`](std::fmt::Display) writes: `new=168 known=27`.
    pub fn parse(text: &str) -> Self {
        let pair = |word: &str| {
            let (name, count) = word.split_once('=')?;
            Some((name.to_owned(), count.parse().ok()?))
        };
        Self(text.split(' ').filter_map(pair).collect())
    }

    pub fn get(&self, name: &str) -> u64 {
        self.0.iter().find(|(known, _)| known == name).map_or(0, |(_, count)| *count)
    }

    pub fn of(&self, kind: LineKind) -> u64 {
        self.get(kind.as_str())
    }

    pub fn add(&mut self, name: &str, more: u64) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, count)) => *count = count.saturating_add(more),
            None => self.0.push((name.to_owned(), more)),
        }
    }

    /// A line is of another kind after all.
    pub fn change(&mut self, from: LineKind, to: LineKind) {
        if let Some((_, count)) = self.0.iter_mut().find(|(known, _)| known == from.as_str()) {
            *count = count.saturating_sub(1);
        }
        self.add(to.as_str(), 1);
    }

    fn sum(&self, counts: impl Fn(LineKind) -> bool) -> u64 {
        LineKind::ALL.iter().filter(|kind| counts(**kind)).map(|kind| self.of(*kind)).sum()
    }

    pub fn refused(&self) -> u64 {
        self.sum(LineKind::is_refused)
    }

    pub fn skipped(&self) -> u64 {
        self.sum(LineKind::is_skipped)
    }

    pub fn lines(&self) -> u64 {
        self.sum(|_| true)
    }
}

impl std::fmt::Display for ImportCounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<String> = self.0.iter().map(|(name, count)| format!("{name}={count}")).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_words_and_counts_read_back() {
        for kind in LineKind::ALL {
            assert_eq!(LineKind::of_letter(kind.letter()), Some(*kind));
            assert_eq!(LineKind::of_letter(kind.letter().to_ascii_uppercase()), Some(*kind));
            assert_eq!(LineKind::parse(kind.as_str()), Some(*kind));
        }
        let mut counts = ImportCounts::parse("new=3 unpaid=2 x");
        counts.change(LineKind::New, LineKind::Refused);
        assert_eq!((counts.of(LineKind::New), counts.refused(), counts.skipped(), counts.lines()), (2, 1, 2, 5));
        assert_eq!(ImportCounts::parse(&counts.to_string()), counts);
    }
}
