//! What the columns of a file mean: they are our own, were named on the command line, or are those of a shop's export.

use super::fields::{Field, RawSale, quoted};
use super::mapping::{fields_of, fits, is_note};
use super::outcome::Outcome;
use super::{ImportError, Options, Problem};
use crate::domain::sale::import::LineKind;
use crate::shops::line::{ExportLine, Moment, Skip, SkipKind, skip_of_status};
use crate::shops::row::{Columns, Row, folded};
use crate::shops::{self, Export, Reads, Seen, Shop};

/// What becomes of each column, and of each row.
pub(crate) struct Layout {
    columns: Columns,
    kind: Kind,
    /// The entitlement of every line, if the person has said so.
    entitlement: Option<String>,
}

enum Kind {
    /// The field of each column; `None` for one without a name.
    Own(Vec<Option<Column>>),
    Export(&'static Shop, fn(&Row<'_>, &mut Seen) -> Vec<ExportLine>, Option<fn(&Row<'_>, &mut Seen)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Field(Field),
    /// What the shop calls the product.
    Product,
    /// Its number, which is looked for before its name.
    Sku,
    /// Whether the order was paid.
    Status,
    /// Kept with the grant under the column's name.
    Keep,
    /// One that nobody mapped.
    Unused,
}

impl Column {
    fn parse(name: &str) -> Option<Self> {
        let name = folded(name).replace(' ', "_");
        match name.as_str() {
            "product" => Some(Self::Product),
            "sku" => Some(Self::Sku),
            "status" => Some(Self::Status),
            "keep" => Some(Self::Keep),
            _ if is_note(&name) => Some(Self::Unused),
            _ => Field::parse(&name).map(Self::Field),
        }
    }
}

impl Layout {
    /// What the header and the options say; fails with what is missing.
    pub(crate) fn of(names: &[String], options: &Options) -> Result<Self, ImportError> {
        let columns = Columns::new(names);
        let entitlement = options.entitlement.clone();
        let kind = match options.shop.as_deref() {
            Some(key) => named(key, names, &columns, options)?,
            None if !options.columns.is_empty() => Kind::Own(mapped(names, &columns, options)?),
            None => match (&options.fields, options.remembered.iter().find(|known| fits(known, names))) {
                (Some(fields), _) => Kind::Own(chosen(names, fields)),
                (None, Some(known)) => Kind::Own(chosen(names, &fields_of(known, names))),
                (None, None) => match shops::recognize(&columns) {
                    Some((shop, export)) => export_of(shop, export)?,
                    None => Kind::Own(own(names)?),
                },
            },
        };
        if let Kind::Own(fields) = &kind {
            check_own(fields, entitlement.is_some())?;
        }
        Ok(Self { columns, kind, entitlement })
    }

    /// The shop whose export it is.
    pub(crate) fn shop(&self) -> Option<&'static Shop> {
        match &self.kind {
            Kind::Own(_) => None,
            Kind::Export(shop, ..) => Some(shop),
        }
    }

    /// Whether every row has to be looked at before the first is read: in our own columns for the order of day and
    /// month, which only dates with slashes leave open.
    pub(crate) fn looks_first(&self, has_slashes: bool) -> bool {
        match &self.kind {
            Kind::Own(fields) => has_slashes && fields.contains(&Some(Column::Field(Field::CreatedAt))),
            Kind::Export(_, _, look) => look.is_some(),
        }
    }

    /// Looks at a row before any is read.
    pub(crate) fn look(&self, values: &[String], seen: &mut Seen) {
        let row = Row { columns: &self.columns, values };
        match &self.kind {
            Kind::Export(_, _, Some(look)) => look(&row, seen),
            Kind::Export(..) => {}
            Kind::Own(fields) => {
                let place = fields.iter().position(|field| *field == Some(Column::Field(Field::CreatedAt)));
                let text = place.and_then(|place| values.get(place));
                let shown = text.and_then(|text| shops::moment::DayOrder::shown_by(text));
                seen.day_order = seen.day_order.or(shown);
            }
        }
    }

    /// The sales of a row, or what becomes of it otherwise. A row that is not whole must not be filled up with nothing.
    pub(crate) fn read(
        &self,
        mut values: Vec<String>,
        is_whole: bool,
        seen: &mut Seen,
    ) -> Vec<Result<RawSale, Outcome>> {
        let width = self.columns.names().len();
        if values.iter().skip(width).any(|value| !value.trim().is_empty()) || values.len() < width && !is_whole {
            let reason = format!("{} columns, the header has {width}", values.len());
            return vec![Err(Outcome::refused(Problem::of_line(reason)))];
        }
        if values.iter().all(|value| value.trim().is_empty()) {
            return Vec::new();
        }
        values.resize(width, String::new());
        match &self.kind {
            Kind::Own(fields) => vec![self.own_sale(fields, values, seen)],
            Kind::Export(shop, read, _) => {
                let lines = read(&Row { columns: &self.columns, values: &values }, seen);
                lines.into_iter().map(|line| self.sale_of(shop.key, line, seen)).collect()
            }
        }
    }

    fn own_sale(&self, fields: &[Option<Column>], values: Vec<String>, seen: &Seen) -> Result<RawSale, Outcome> {
        let mut sale = RawSale { day_order: seen.day_order.unwrap_or_default(), ..RawSale::default() };
        let mut kept = serde_json::Map::new();
        for ((field, name), value) in fields.iter().zip(self.columns.names()).zip(values) {
            let is_blank = value.trim().is_empty();
            match field {
                Some(Column::Field(field)) => sale.set(*field, value),
                Some(Column::Sku) if !is_blank => sale.words.insert(0, value),
                Some(Column::Product) if !is_blank => sale.words.push(value),
                Some(Column::Status) if !is_blank => {
                    sale.skip = skip_of_status(&value);
                }
                Some(Column::Keep) if !is_blank => {
                    kept.insert(folded(name).replace(' ', "_"), value.trim().into());
                }
                Some(_) => {}
                None if is_blank => {}
                None => {
                    let reason = format!("{} stands in a column without a name", quoted(&value));
                    return Err(Outcome::refused(Problem::of_line(reason)));
                }
            }
        }
        if is_sum(&sale) {
            sale.skip = Some(Skip::new(SkipKind::NoSale, sale.first_text()));
        }
        if !kept.is_empty() && sale.get(Field::Metadata).is_empty() {
            sale.set(Field::Metadata, serde_json::Value::Object(kept).to_string());
        }
        self.add_entitlement(&mut sale);
        Ok(sale)
    }

    fn add_entitlement(&self, sale: &mut RawSale) {
        if let Some(name) = &self.entitlement
            && sale.get(Field::Entitlement).is_empty()
            && sale.get(Field::EntitlementId).is_empty()
        {
            sale.words.clear();
            sale.set(Field::Entitlement, name.clone());
        }
    }

    fn sale_of(&self, shop: &'static str, line: ExportLine, seen: &Seen) -> Result<RawSale, Outcome> {
        let is_none = matches!(line.quantity.as_str(), "0" | "0.0" | "0.00");
        let mut sale = RawSale {
            shop,
            skip: line.skip.or_else(|| is_none.then(|| Skip::new(SkipKind::Refunded, "quantity 0"))),
            day_order: seen.day_order.unwrap_or_default(),
            words: line.product.into_iter().filter(|word| !word.trim().is_empty()).collect(),
            ..RawSale::default()
        };
        let facts: serde_json::Map<String, serde_json::Value> = line
            .facts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name.to_owned(), text.into()))
            .collect();
        let created_at = match line.created_at {
            Moment::Unsaid => String::new(),
            Moment::Local(text) => text,
            Moment::In(text, _) if text.trim().is_empty() => String::new(),
            Moment::In(text, zone) => format!("{text} {zone}"),
        };
        for (field, text) in [
            (Field::CustomerEmail, line.customer_email),
            (Field::CustomerName, line.customer_name),
            (Field::CustomerLocale, line.customer_locale),
            (Field::PaymentId, line.payment_id),
            (Field::SubscriptionId, line.subscription_id),
            (Field::ExternalId, line.external_id),
            (Field::Quantity, line.quantity),
            (Field::CreatedAt, created_at),
        ] {
            sale.set(field, text);
        }
        for fact in facts.values().filter_map(|fact| fact.as_str()).filter(|_| sale.skip.is_none()) {
            if crate::domain::text::rounded_number::is_rounded_number(fact) {
                let reason = format!(
                    "{fact} is a number that a spreadsheet has rounded; export the file again without opening it in a spreadsheet"
                );
                return Err(Outcome::refused(Problem::of_line(reason).kind(LineKind::Rounded)));
            }
        }
        if !facts.is_empty() {
            sale.set(Field::Metadata, serde_json::Value::Object(facts).to_string());
        }
        self.add_entitlement(&mut sale);
        Ok(sale)
    }
}

/// Whether a row sums up the others, as those of some shops and spreadsheets do: it says so and names nobody.
fn is_sum(sale: &RawSale) -> bool {
    const WORDS: [&str; 7] = ["total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "grand total"];
    sale.get(Field::CustomerEmail).is_empty()
        && sale.words.iter().all(|word| word.trim().is_empty())
        && WORDS.contains(&sale.first_text().trim_end_matches(':').to_lowercase().as_str())
}

fn export_of(shop: &'static Shop, export: &'static Export) -> Result<Kind, ImportError> {
    match export.reads {
        Reads::Sales { look, read } => Ok(Kind::Export(shop, read, look)),
        Reads::Nothing(reason) => Err(ImportError::File(format!("this is an export of {}: {reason}", shop.name))),
    }
}

/// The layout of this name: a shop's, or one that was remembered.
fn named(key: &str, names: &[String], columns: &Columns, options: &Options) -> Result<Kind, ImportError> {
    if shops::find(key).is_none()
        && let Some(known) = options.remembered.iter().find(|known| folded(&known.name) == folded(key))
    {
        return Ok(Kind::Own(chosen(names, &fields_of(known, names))));
    }
    let keys: Vec<&str> = shops::SHOPS.iter().map(|shop| shop.key).collect();
    let shop = shops::find(key).ok_or_else(|| {
        ImportError::File(format!("--map: there is no mapping {}; there are {}", quoted(key), keys.join(", ")))
    })?;
    if let Some(export) = shop.export_of(columns) {
        return export_of(shop, export);
    }
    let needs: Vec<String> = shop.exports.iter().map(|export| export.marks.join(", ")).collect();
    Err(in_header(&format!(
        "these are not the columns of an export of {}, which has {}",
        shop.name,
        needs.join("; or ")
    )))
}

/// The columns of a file whose header has our own names.
fn own(names: &[String]) -> Result<Vec<Option<Column>>, ImportError> {
    let unknown: Vec<String> = names
        .iter()
        .filter(|name| !name.trim().is_empty() && Column::parse(name).is_none())
        .map(|name| quoted(name.trim()))
        .collect();
    if !unknown.is_empty() {
        let shops: Vec<&str> = shops::SHOPS.iter().map(|shop| shop.name).collect();
        return Err(columns_error(&format!(
            "unknown column {}; the columns are: {}. The file is no export of {} either; say which column is which with --columns external_id=…,product=…",
            unknown.join(", "),
            Field::names(),
            shops.join(", ")
        )));
    }
    Ok(names.iter().map(|name| Column::parse(name)).collect())
}

/// The columns as a person has said for each; one without a field is left out.
fn chosen(names: &[String], fields: &[String]) -> Vec<Option<Column>> {
    let column = |place: usize| fields.get(place).and_then(|field| Column::parse(field)).unwrap_or(Column::Unused);
    (0..names.len()).map(|place| Some(column(place))).collect()
}

/// The columns as they were named on the command line; the others are left out.
fn mapped(names: &[String], columns: &Columns, options: &Options) -> Result<Vec<Option<Column>>, ImportError> {
    let mut fields = vec![Some(Column::Unused); names.len()];
    for (field, name) in &options.columns {
        let Some(field) = Column::parse(field) else {
            let reason =
                format!("--columns: there is no field {}; the fields are: product, {}", quoted(field), Field::names());
            return Err(ImportError::File(reason));
        };
        let place = names.iter().position(|other| folded(other) == folded(name));
        let Some(place) = place.and_then(|place| fields.get_mut(place)) else {
            let have: Vec<String> = columns.names().iter().map(|name| quoted(name)).collect();
            let reason = format!("--columns: the file has no column {}; it has {}", quoted(name), have.join(", "));
            return Err(ImportError::File(reason));
        };
        *place = Some(field);
    }
    Ok(fields)
}

fn check_own(fields: &[Option<Column>], has_entitlement: bool) -> Result<(), ImportError> {
    for (place, field) in fields.iter().enumerate().filter_map(|(place, field)| field.map(|field| (place, field))) {
        if let Column::Field(name) = field
            && fields.iter().take(place).any(|other| *other == Some(field))
        {
            return Err(columns_error(&Problem::of(name, "the column occurs twice").to_string()));
        }
    }
    let has = |field| fields.contains(&Some(Column::Field(field)));
    let names_product = has_entitlement
        || has(Field::EntitlementId)
        || has(Field::Entitlement)
        || fields.contains(&Some(Column::Product))
        || fields.contains(&Some(Column::Sku));
    if !has(Field::CustomerEmail) || !names_product {
        return Err(columns_error("the columns customer_email and either entitlement_id or entitlement are required"));
    }
    if !(has(Field::PaymentId) || has(Field::SubscriptionId) || has(Field::ExternalId)) {
        return Err(columns_error(
            "one of the columns payment_id, subscription_id and external_id is required: it identifies the sale",
        ));
    }
    Ok(())
}

fn columns_error(reason: &str) -> ImportError {
    ImportError::Columns(format!("line 1, the header: {reason}"))
}

pub(super) fn in_header(reason: &str) -> ImportError {
    ImportError::File(format!("line 1, the header: {reason}"))
}
