//! A key that software or a person presents to have it looked up.

use super::value::LicenseKeyValue;
use crate::domain::text;

/// The forms in which the key may be stored: as it would be today, and as earlier versions stored it, which kept
/// invisible characters.
#[derive(Debug, Clone)]
pub struct PresentedKey(Vec<LicenseKeyValue>);

impl PresentedKey {
    /// `None` if the text cannot be a key.
    pub fn parse(input: &str) -> Option<Self> {
        let mut forms: Vec<LicenseKeyValue> = LicenseKeyValue::parse(input).into_iter().collect();
        if let Ok(older) = text::block(input, LicenseKeyValue::MAX_CHARACTERS)
            && forms.iter().all(|form| form.expose() != older)
        {
            forms.push(LicenseKeyValue::stored(older));
        }
        (!forms.is_empty()).then_some(Self(forms))
    }

    /// The forms, at least one.
    pub fn forms(&self) -> &[LicenseKeyValue] {
        &self.0
    }

    /// The first form in plaintext.
    pub fn expose(&self) -> &str {
        self.0.first().map_or("", LicenseKeyValue::expose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> Option<Vec<String>> {
        let presented = PresentedKey::parse(text)?;
        Some(presented.forms().iter().map(|form| form.expose().to_owned()).collect())
    }

    #[test]
    fn a_key_is_looked_up_as_it_is_stored_now_and_was_before() {
        assert_eq!(forms(" ABC\r\n"), Some(vec!["ABC".to_owned()]));
        assert_eq!(forms("ABC\u{200B}"), Some(vec!["ABC".to_owned(), "ABC\u{200B}".to_owned()]));
        assert_eq!(forms("A\u{200B}C"), Some(vec!["A\u{200B}C".to_owned()]));
        assert_eq!(forms(" \n"), None);
        assert_eq!(forms("A\0"), None);
    }
}
