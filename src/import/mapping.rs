//! Columns that people say the meaning of: what can be chosen, what is likely, and how they are recognized again.

use crate::domain::sale::import::Mapping;
use crate::shops::row::folded;

/// What a column can become: the words of the form, in the order shown. The first leaves it out.
pub(crate) const FIELDS: [&str; 13] = [
    "",
    "external_id",
    "customer_email",
    "customer_name",
    "product",
    "sku",
    "quantity",
    "created_at",
    "status",
    "customer_locale",
    "payment_id",
    "subscription_id",
    "keep",
];

/// Words by which a column is likely to be one of these, the surest first.
const LIKELY: [(&str, &[&str]); 11] = [
    ("customer_email", &["email", "e mail", "mail"]),
    ("sku", &["sku", "artikelnr", "artikelnummer", "article number", "item number", "product id", "produktnummer"]),
    ("subscription_id", &["subscription", "abonnement", "abo"]),
    ("payment_id", &["payment id", "transaction", "transaktion", "zahlung", "charge"]),
    ("external_id", &["order", "bestell", "beleg", "rechnung", "invoice", "auftrag", "external id"]),
    ("created_at", &["date", "datum", "paid at", "created", "zeit"]),
    ("quantity", &["quantity", "qty", "menge", "anzahl", "stück", "seats"]),
    ("status", &["status", "state", "zustand"]),
    ("customer_locale", &["language", "locale", "sprache"]),
    ("product", &["product", "produkt", "artikel", "item", "entitlement", "description", "bezeichnung"]),
    ("customer_name", &["name", "customer", "kunde", "buyer", "company", "firma", "käufer"]),
];

/// Whether a column is one that Keydesk adds to files of refused lines.
pub(super) fn is_note(name: &str) -> bool {
    folded(name).starts_with("keydesk:")
}

/// Whether the columns are those that the mapping was made for, in any order.
pub(super) fn fits(mapping: &Mapping, names: &[String]) -> bool {
    let mut known: Vec<&str> = mapping.columns.iter().map(|(name, _)| name.as_str()).collect();
    let mut here = headers(names);
    known.sort_unstable();
    here.sort_unstable();
    known.iter().eq(here.iter())
}

/// The names of the columns as they are remembered: without those that have none.
pub(crate) fn headers(names: &[String]) -> Vec<String> {
    names.iter().filter(|name| !is_note(name)).map(|name| folded(name)).filter(|name| !name.is_empty()).collect()
}

/// The field of each column. Of several with the same name each has its own.
pub(super) fn fields_of(mapping: &Mapping, names: &[String]) -> Vec<String> {
    let mut left: Vec<Option<&(String, String)>> = mapping.columns.iter().map(Some).collect();
    let mut field = |name: &String| {
        let place = left.iter().position(|column| column.is_some_and(|(known, _)| *known == folded(name)))?;
        left.get_mut(place)?.take().map(|(_, field)| field.clone())
    };
    names.iter().map(|name| field(name).unwrap_or_default()).collect()
}

/// What each column is likely to be, by its name and its first values. No field is guessed twice but `keep`.
pub(crate) fn guess(names: &[String], samples: &[Vec<String>]) -> Vec<String> {
    let mut fields = vec![String::new(); names.len()];
    let mut taken: Vec<&str> = Vec::new();
    let is_address = |place: &usize| {
        let values = samples.get(*place).map(Vec::as_slice).unwrap_or_default();
        values.iter().any(|value| value.contains('@') && !value.contains(' '))
    };
    if let Some(place) = (0..names.len()).find(is_address)
        && let Some(field) = fields.get_mut(place)
    {
        "customer_email".clone_into(field);
        taken.push("customer_email");
    }
    for (likely, words) in LIKELY {
        let is_it = |name: &String| {
            let name = folded(name).replace('.', "");
            !name.is_empty() && words.iter().any(|word| name.contains(word))
        };
        let place = names.iter().zip(&fields).position(|(name, field)| field.is_empty() && is_it(name));
        if let Some(field) = place.filter(|_| !taken.contains(&likely)).and_then(|place| fields.get_mut(place)) {
            likely.clone_into(field);
            taken.push(likely);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::MappingId;

    fn names(text: &str) -> Vec<String> {
        text.split(';').map(str::to_owned).collect()
    }

    #[test]
    fn columns_are_guessed_by_their_names_and_contents() {
        let found = guess(
            &names("Beleg;Belegdatum;Kunde;Kontakt;Artikelnr.;Artikel;Menge;Sprache;"),
            &[vec![], vec![], vec![], vec!["ada@example.com".to_owned()]],
        );
        let expected =
            names("external_id;created_at;customer_name;customer_email;sku;product;quantity;customer_locale;");
        assert_eq!(found, expected);
    }

    #[test]
    fn a_mapping_fits_its_columns_in_any_order() {
        let columns =
            vec![("beleg".to_owned(), "external_id".to_owned()), ("mail".to_owned(), "customer_email".to_owned())];
        let mapping = Mapping { id: MappingId::random(), name: "Rechnungen".to_owned(), columns };
        assert!(fits(&mapping, &names("Mail;BELEG;;Keydesk: problem")));
        assert!(!fits(&mapping, &names("Mail;Beleg;Menge")) && !fits(&mapping, &names("Mail")));
        assert_eq!(fields_of(&mapping, &names("Mail;;Beleg")), ["customer_email", "", "external_id"]);
    }
}
