//! Number formatting.

/// Groups digits in threes.
pub(super) fn group(digits: &str, separator: char) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    text.push_str(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A size in decimal units, `999 bytes` as 999 B: whole kB, MB with one digit, GB with two.
pub(super) fn file_size(bytes: u64, decimal: char) -> String {
    let (unit, digits, name) = match bytes {
        ..1_000 => return format!("{bytes} B"),
        1_000..999_500 => (1_000, 0, "kB"),
        999_500..999_950_000 => (1_000_000, 1, "MB"),
        _ => (1_000_000_000, 2, "GB"),
    };
    let scale = 10_u64.pow(digits);
    let scaled = (u128::from(bytes) * u128::from(scale) + unit / 2) / unit;
    let (whole, rest) = (scaled / u128::from(scale), scaled % u128::from(scale));
    match usize::try_from(digits).unwrap_or_default() {
        0 => format!("{whole} {name}"),
        width => format!("{whole}{decimal}{rest:0width$} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_to_what_people_compare() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_499, "1 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (3_140_000, "3.1 MB"),
            (1_840_000_000, "1.84 GB"),
            (6_200_000_000, "6.20 GB"),
        ] {
            assert_eq!(file_size(bytes, '.'), text, "{bytes}");
        }
        assert_eq!(file_size(1_840_000_000, ','), "1,84 GB");
    }
}
