//! The file in which a license key of several lines is attached, so that nothing on the way can change it.

use crate::domain::license_key::LicenseKeyValue;

/// So that the whole header fits into one line: not all mail programs understand names that are continued.
const MAX_STEM: usize = 26;

/// The attached file's name; `None` if the key is one line, which needs no file.
pub(super) fn name(key: &LicenseKeyValue, entitlement: &str) -> Option<String> {
    let text = key.expose();
    text.contains('\n').then(|| format!("{}.{}", stem(entitlement), ending(text)))
}

/// The first words of the entitlement's name, without what file systems do not take.
fn stem(entitlement: &str) -> String {
    let fitting = |c: char| if c.is_alphanumeric() || "-_+(),".contains(c) { c } else { ' ' };
    let plain: String = entitlement.chars().map(fitting).collect();
    let mut stem = String::new();
    for word in plain.split_whitespace() {
        let longer = if stem.is_empty() { word.to_owned() } else { format!("{stem} {word}") };
        if longer.chars().count() > MAX_STEM && !stem.is_empty() {
            break;
        }
        stem = longer;
    }
    if stem.is_empty() { "license".to_owned() } else { stem.chars().take(MAX_STEM).collect() }
}

/// The ending by which programs know such files.
fn ending(text: &str) -> &'static str {
    let first = text.lines().next().unwrap_or_default();
    let is_flexlm = text.lines().any(|line| {
        let word = line.split_whitespace().next().unwrap_or_default();
        matches!(word, "FEATURE" | "INCREMENT" | "SERVER" | "VENDOR" | "DAEMON")
    });
    match first {
        _ if first.starts_with("-----BEGIN PGP") => "asc",
        _ if first.starts_with("-----BEGIN LICENSE") || is_flexlm => "lic",
        _ if first.starts_with("-----BEGIN ") => "pem",
        _ if first.starts_with("<?xml") => "xml",
        _ if first.starts_with('{') => "json",
        _ => "txt",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_the_entitlement_and_what_is_in_it() {
        for (key, entitlement, expected) in [
            ("ABC-1", "CAD", None),
            ("ABC\nDEF", "Bauplan CAD 2026", Some("Bauplan CAD 2026.txt")),
            ("ABC\nDEF", "Bauplan CAD 2026 Professional", Some("Bauplan CAD 2026.txt")),
            ("ABC\nDEF", "Bauplanzeichenprogrammmitallem", Some("Bauplanzeichenprogrammmita.txt")),
            ("ABC\nDEF", "../../etc/passwd", Some("etc passwd.txt")),
            ("ABC\nDEF", "\"; x=\r\n", Some("x.txt")),
            ("ABC\nDEF", "…", Some("license.txt")),
            ("-----BEGIN LICENSE FILE-----\nx", "Größe", Some("Größe.lic")),
            ("-----BEGIN PGP MESSAGE-----\n\nx", "CAD", Some("CAD.asc")),
            ("-----BEGIN CERTIFICATE-----\nx", "CAD", Some("CAD.pem")),
            ("# by vendor\nFEATURE cad v 1.0 \\\n\tSIGN=1", "CAD", Some("CAD.lic")),
            ("{\n}", "CAD", Some("CAD.json")),
            ("<?xml version=\"1.0\"?>\n<l/>", "CAD", Some("CAD.xml")),
        ] {
            let key = LicenseKeyValue::stored(key.to_owned());
            assert_eq!(name(&key, entitlement).as_deref(), expected, "{entitlement}");
        }
    }
}
