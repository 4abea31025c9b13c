//! Invented customers: people and firms from German-, English-, French- and Polish-speaking places.

use std::collections::HashMap;

use super::rng::Rng;
use crate::domain::customer::EmailAddress;

#[derive(Debug, Clone)]
pub(crate) struct DemoCustomer {
    pub name: String,
    pub email: EmailAddress,
    pub locale: &'static str,
}

struct Region {
    locales: &'static [&'static str],
    first: &'static [&'static str],
    last: &'static [&'static str],
    firms: &'static [&'static str],
    forms: &'static [&'static str],
    mailboxes: &'static [&'static str],
}

const GERMAN: Region = Region {
    locales: &["de", "de", "de", "de-AT", "de-CH"],
    first: &[
        "Anke",
        "Jürgen",
        "Sabine",
        "Matthias",
        "Käthe",
        "Björn",
        "Greta",
        "Lukas",
        "Friederike",
        "Tobias",
        "Ayşe",
        "Henrik",
        "Swantje",
        "Moritz",
        "Ulrike",
        "Jonas",
        "Heike",
        "Emre",
        "Leonie",
        "Rüdiger",
    ],
    last: &[
        "Petersen",
        "Müller",
        "Groß",
        "Schäfer",
        "Weidenfeller",
        "Yılmaz",
        "von der Heyde",
        "Brückner",
        "Lindqvist",
        "Öztürk",
        "Hofstätter",
        "Kühn",
        "Baumgärtner",
        "Sauer",
        "Thießen",
        "Vogelsang",
        "Winkelmann",
        "Zöller",
        "Fuchs",
        "Achterberg",
    ],
    firms: &[
        "Tonstudio Nordwind",
        "Planwerk Küste",
        "Ingenieurbüro Hallstein",
        "Medienhaus Elbufer",
        "Werkzeugbau Sieger",
        "Architekten am Deich",
        "Filmkollektiv Rheinsprung",
        "Statik & Form",
        "Verlag Grüne Feder",
        "Blechbearbeitung Ostermann",
    ],
    forms: &["GmbH", "GmbH & Co. KG", "AG", "e. K.", "UG"],
    mailboxes: &["posteingang.example", "briefkasten.example", "netzpost.example"],
};

const ENGLISH: Region = Region {
    locales: &["en", "en", "en-GB", "en-US"],
    first: &[
        "Olivia", "Desmond", "Priya", "Callum", "Harriet", "Tunde", "Maeve", "Gareth", "Nadia", "Owen", "Rosalind",
        "Kwame", "Fiona", "Elliot", "Saoirse", "Marcus",
    ],
    last: &[
        "Whitfield",
        "O'Connor",
        "Achebe",
        "Llewellyn",
        "Hargreaves",
        "Patel",
        "Sinclair",
        "Brightwater",
        "McAllister",
        "Ferreira",
        "Thornbury",
        "Okafor",
        "Penhaligon",
        "Ashdown",
        "Castellane",
        "Vance",
    ],
    firms: &[
        "Harbour Light Audio",
        "Kestrel Structures",
        "Blue Finch Games",
        "Oakline Joinery",
        "Northgate Mapping",
        "Copperfield Post",
        "Saltmarsh Surveyors",
        "Two Rivers Press",
    ],
    forms: &["Ltd", "LLP", "Inc.", "plc"],
    mailboxes: &["postbox.example", "letterbox.example", "inbox.example"],
};

const FRENCH: Region = Region {
    locales: &["fr", "fr-CA"],
    first: &["Élodie", "Benoît", "Chloé", "Mathéo", "Solène", "Rémi", "Aïcha", "Étienne"],
    last: &["Lefèvre", "Marchand", "d'Aubigny", "Nguyen", "Rousseau", "Benali", "Charpentier", "Gagné"],
    firms: &["Atelier des Ondes", "Studio Belle-Île", "Charpentes Morvan", "Les Éditions du Phare"],
    forms: &["SARL", "SAS", "SA"],
    mailboxes: &["courrier.example", "boite.example"],
};

const POLISH: Region = Region {
    locales: &["pl"],
    first: &["Agnieszka", "Łukasz", "Małgorzata", "Paweł", "Zofia", "Krzysztof"],
    last: &["Wiśniewska", "Kowalczyk", "Dąbrowski", "Żak", "Nowicka", "Szymański"],
    firms: &["Pracownia Dźwięku", "Konstrukcje Bałtyk", "Wydawnictwo Świt"],
    forms: &["Sp. z o.o.", "S.A."],
    mailboxes: &["skrzynka.example", "poczta.example"],
};

/// Invents customers one after another, each with a different address.
#[derive(Debug)]
pub(crate) struct CustomerPool {
    /// Addresses without their number, with the next number of each.
    addresses: HashMap<String, u32>,
    known: Vec<DemoCustomer>,
    /// The percentage of orders from customers who bought before.
    returning: usize,
}

impl CustomerPool {
    /// A pool in which `returning` percent of the orders come from known customers.
    pub(crate) fn new(returning: usize) -> Self {
        Self { addresses: HashMap::new(), known: Vec::new(), returning }
    }

    /// A new customer, or one who bought before.
    pub(crate) fn next(&mut self, rng: &mut Rng) -> DemoCustomer {
        if rng.percent(self.returning)
            && let Some(known) = rng.pick(&self.known)
        {
            return known.clone();
        }
        let region = match rng.weighted(&[50, 33, 10, 7]) {
            0 => &GERMAN,
            1 => &ENGLISH,
            2 => &FRENCH,
            _ => &POLISH,
        };
        let customer = self.invent(rng, region);
        self.known.push(customer.clone());
        customer
    }

    fn invent(&mut self, rng: &mut Rng, region: &Region) -> DemoCustomer {
        let (first, last) = (rng.pick_text(region.first), rng.pick_text(region.last));
        let locale = rng.pick_text(region.locales);
        let (name, local, domain) = if rng.percent(42) {
            let firm = rng.pick_text(region.firms);
            let local = match rng.below(3) {
                0 => (if region.locales.contains(&"de") { "einkauf" } else { "orders" }).to_owned(),
                1 => format!("{}.{}", slug(first), slug(last)),
                _ => "it".to_owned(),
            };
            (format!("{firm} {}", rng.pick_text(region.forms)), local, format!("{}.example", slug(firm)))
        } else {
            (
                format!("{first} {last}"),
                format!("{}.{}", slug(first), slug(last)),
                rng.pick_text(region.mailboxes).to_owned(),
            )
        };
        let number = self.addresses.entry(format!("{local}@{domain}")).or_insert(0);
        *number += 1;
        let address = if *number == 1 { format!("{local}@{domain}") } else { format!("{local}{number}@{domain}") };
        DemoCustomer { name, email: EmailAddress::stored(address), locale }
    }
}

/// The text in ASCII letters and hyphens.
fn slug(text: &str) -> String {
    let mut plain = String::new();
    for c in text.to_lowercase().chars() {
        match c {
            'ä' => plain.push_str("ae"),
            'ö' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            'é' | 'è' | 'ê' | 'ë' | 'ę' => plain.push('e'),
            'î' | 'ï' | 'ı' => plain.push('i'),
            'ł' => plain.push('l'),
            'ą' => plain.push('a'),
            'ó' => plain.push('o'),
            'ś' | 'ş' => plain.push('s'),
            'ń' => plain.push('n'),
            'ż' | 'ź' => plain.push('z'),
            'ć' | 'ç' => plain.push('c'),
            c if c.is_ascii_alphanumeric() => plain.push(c),
            ' ' | '-' if !plain.is_empty() && !plain.ends_with('-') => plain.push('-'),
            _ => {}
        }
    }
    plain.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ten_thousand_customers_have_addresses_of_their_own_that_parse() {
        let (mut rng, mut pool) = (Rng::new(1), CustomerPool::new(18));
        for _ in 0..10_000 {
            let customer = pool.next(&mut rng);
            assert!(EmailAddress::parse(customer.email.as_str()).is_ok(), "{}", customer.email);
        }
        let addresses: HashSet<&str> = pool.known.iter().map(|customer| customer.email.as_str()).collect();
        assert_eq!(pool.known.len(), addresses.len());
    }
}
