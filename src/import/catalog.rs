//! The entitlements that sales refer to, by id and by name, read once per batch.

use std::collections::HashMap;

use super::Problem;
use super::fields::Field;
use super::sale_line::SaleLine;
use crate::domain::entitlement::Entitlement;
use crate::storage::catalog::entitlements;
use crate::storage::{Conn, StorageError};

#[derive(Debug, Default)]
pub(crate) struct Catalog {
    by_id: HashMap<String, Entitlement>,
    by_name: HashMap<String, Vec<String>>,
}

/// How many entitlements have a name, if not one.
enum Found {
    None,
    Several,
}

impl Catalog {
    pub(crate) fn read(conn: &mut Conn) -> Result<Self, StorageError> {
        let mut catalog = Self::default();
        for entitlement in entitlements::list(conn)? {
            let id = entitlement.id.to_string();
            catalog.by_name.entry(entitlement.name.clone()).or_default().push(id.clone());
            catalog.by_id.insert(id, entitlement);
        }
        Ok(catalog)
    }

    /// The entitlement that a line refers to.
    pub(crate) fn find(&self, line: &SaleLine) -> Result<&Entitlement, Problem> {
        let Some(id) = &line.entitlement_id else {
            return self.find_by_name(line.entitlement_name.as_deref().unwrap_or_default());
        };
        let found = self
            .by_id
            .get(id.as_str())
            .ok_or_else(|| Problem::of(Field::EntitlementId, "there is no entitlement with this id"))?;
        match &line.entitlement_name {
            Some(name) if *name != found.name => {
                Err(Problem::of(Field::Entitlement, "is not the name of the entitlement with that id"))
            }
            _ => Ok(found),
        }
    }

    /// The entitlement with this id or name; fails with the reason, as the end of a sentence.
    pub(crate) fn find_by_id_or_name(&self, text: &str) -> Result<&Entitlement, &'static str> {
        match self.by_id.get(text) {
            Some(found) => Ok(found),
            None => self.named(text).map_err(|found| match found {
                Found::None => "there is no entitlement with this name or id",
                Found::Several => "several entitlements have this name; give the id",
            }),
        }
    }

    fn find_by_name(&self, name: &str) -> Result<&Entitlement, Problem> {
        self.named(name).map_err(|found| match found {
            Found::None => Problem::of(Field::Entitlement, "there is no entitlement with this name"),
            Found::Several => {
                Problem::of(Field::Entitlement, "several entitlements have this name; give entitlement_id")
            }
        })
    }

    /// Names need not be unique; a name is accepted if only one entitlement has it, or if only one of them is active.
    fn named(&self, name: &str) -> Result<&Entitlement, Found> {
        let ids = self.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        let all: Vec<&Entitlement> = ids.iter().filter_map(|id| self.by_id.get(id)).collect();
        let active: Vec<&Entitlement> = all.iter().copied().filter(|entitlement| entitlement.is_active).collect();
        match (all.as_slice(), active.as_slice()) {
            ([only], _) | (_, [only]) => Ok(only),
            ([], _) => Err(Found::None),
            _ => Err(Found::Several),
        }
    }
}
