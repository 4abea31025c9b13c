//! Lists with page numbers; an empty page is the end of the list.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Items<T: ToSchema> {
    pub items: Vec<T>,
}

impl<T: ToSchema> Items<T> {
    pub(crate) fn new<S: Into<T>>(rows: impl IntoIterator<Item = S>) -> Self {
        Self { items: rows.into_iter().map(Into::into).collect() }
    }
}
