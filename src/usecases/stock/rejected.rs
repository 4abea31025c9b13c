//! Keys that were not added, and why.

use std::fmt;

/// Why a key was not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    /// The same key stands in an earlier line.
    Twice,
    InStock,
    Issued,
    /// It is no license key.
    Invalid,
    /// It is no link of the entitlement's platform.
    NotALink,
}

impl Rejected {
    const ALL: [Self; 5] = [Self::Twice, Self::InStock, Self::Issued, Self::Invalid, Self::NotALink];

    /// The word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Twice => "duplicate_in_request",
            Self::InStock => "in_stock",
            Self::Issued => "issued",
            Self::Invalid => "invalid",
            Self::NotALink => "not_a_link",
        }
    }
}

/// Lines that were not added, as they are stored: `12:in_stock 15:issued`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RejectedLines(pub Vec<(usize, Rejected)>);

impl RejectedLines {
    pub fn parse(text: &str) -> Self {
        let one = |word: &str| {
            let (line, reason) = word.split_once(':')?;
            Some((line.parse().ok()?, Rejected::ALL.into_iter().find(|known| known.as_str() == reason)?))
        };
        Self(text.split_whitespace().filter_map(one).collect())
    }

    pub fn extend(&mut self, more: Vec<(usize, Rejected)>) {
        self.0.extend(more);
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for RejectedLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.0.iter().map(|(line, reason)| format!("{line}:{}", reason.as_str())).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_lines_read_back() {
        let lines = RejectedLines(Rejected::ALL.into_iter().enumerate().collect());
        assert_eq!(RejectedLines::parse(&lines.to_string()), lines);
        assert_eq!(RejectedLines::parse("x 1:never"), RejectedLines::default());
    }
}
