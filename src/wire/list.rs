//! Lists that are walked by page numbers; an empty one ends the walk.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Items<T: ToSchema> {
    pub items: Vec<T>,
}

impl<T: ToSchema> Items<T> {
    pub fn new<S: Into<T>>(rows: impl IntoIterator<Item = S>) -> Self {
        Self { items: rows.into_iter().map(Into::into).collect() }
    }
}
