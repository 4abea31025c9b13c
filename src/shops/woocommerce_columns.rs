//! The column of an export that holds a whole list of products, as the WebToffee plugin writes it:
//! `name:Pro|product_id:210|sku:PRO|quantity:2|total:78.00`.

/// The parts of such a cell; `None` if it has no product.
pub(super) fn product(cell: &str) -> Option<(Vec<String>, String)> {
    let part = |name: &str| {
        let found = cell.split('|').find_map(|part| part.split_once(':').filter(|(key, _)| key.trim() == name));
        found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let product = vec![part("sku"), part("product_id"), part("name")];
    (!product.iter().all(String::is_empty)).then(|| (product, part("quantity")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cell_names_its_product() {
        let (product, quantity) =
            super::product("name:Pro: yearly|product_id:210|sku:|quantity:2|total:78.00|sub_total:78").unwrap();
        assert_eq!((product, quantity.as_str()), (vec![String::new(), "210".into(), "Pro: yearly".into()], "2"));
        assert!(super::product("").is_none());
    }
}
