//! Names that are probably misspelled: a sale whose `paymentId` is ignored would be delivered twice.

/// The known name that equals `name`, or is one edit away from it, without case, `_` and `-`.
pub(crate) fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let name = plain(name);
    known.iter().map(String::as_str).find(|known| is_near(&name, &plain(known)))
}

fn plain(name: &str) -> Vec<char> {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// Whether at most one character is added, missing or different.
fn is_near(one: &[char], other: &[char]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (rest, longer) = (short.get(same..).unwrap_or_default(), long.get(same..).unwrap_or_default());
    match long.len() - short.len() {
        0 => rest.get(1..).unwrap_or_default() == longer.get(1..).unwrap_or_default(),
        1 => rest == longer.get(1..).unwrap_or_default(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_near_if_one_letter_is_wrong_or_only_its_spelling_differs() {
        let known: Vec<String> =
            ["payment_id", "expires_at", "activations_limit", "fulfillment_mode", "key"].map(str::to_owned).into();
        for (name, expected) in [
            ("paymentId", Some("payment_id")),
            ("PAYMENT-ID", Some("payment_id")),
            ("expire_at", Some("expires_at")),
            ("expires_att", Some("expires_at")),
            ("activation_limit", Some("activations_limit")),
            ("fulfilment_mode", Some("fulfillment_mode")),
            ("keys", Some("key")),
            ("k", None),
            ("payments_ids", None),
            ("order_number", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, &known), expected, "{name}");
        }
    }
}
