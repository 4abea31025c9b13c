//! Numbers that a spreadsheet has rounded: what they were is lost.

/// Whether a spreadsheet has rounded the number: it is written with an exponent, or has 16 or more digits of which only
/// those are left that Excel (15) or a floating-point number (17) can hold.
pub(crate) fn is_rounded_number(text: &str) -> bool {
    if is_scientific(text) {
        return true;
    }
    let Some(digits) = whole_number(text) else { return false };
    let is_zero_after = |kept: usize| digits.len() > kept && digits.bytes().skip(kept).all(|b| b == b'0');
    digits.len() >= 16 && (is_zero_after(15) || digits.ends_with("00") && is_zero_after(17))
}

/// `1.23457E+23`, `4,87E+19`, `1E+15`.
fn is_scientific(text: &str) -> bool {
    let Some((number, exponent)) = text.split_once(['E', 'e']) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = number.strip_prefix(['+', '-']).unwrap_or(number);
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    whole.len() == 1 && is_number(whole) && is_number(fraction) && is_number(exponent) && exponent.len() <= 3
}

/// The digits of a whole number, also with its thousands separated or zeros after the decimal sign.
fn whole_number(text: &str) -> Option<String> {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let text = [".00", ",00", ".0", ",0"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let groups: Vec<&str> = text.split(['.', ',', ' ', '\'']).collect();
    let are_digits = groups.iter().all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    let are_thousands = groups.iter().skip(1).all(|group| group.len() == 3);
    (are_digits && are_thousands).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::is_rounded_number;

    #[test]
    fn what_spreadsheets_write_for_long_numbers_is_recognized() {
        for text in ["7.41099E+12", "4,87E+19", "1E+15", "12345678901234500000", "1.234.567.890.123.450.000"] {
            assert!(is_rounded_number(text), "{text}");
        }
        for text in
            ["1002", "741099123456", "1234567890123456", "pay_7.41099E+12", "ord-1E", "", "12345678901234567890"]
        {
            assert!(!is_rounded_number(text), "{text}");
        }
    }
}
