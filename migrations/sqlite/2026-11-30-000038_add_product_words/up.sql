-- What shops call a product: its SKU, id or name, folded to compare. Without an entitlement, it needs no key.
CREATE TABLE product_words (
    word TEXT NOT NULL PRIMARY KEY,
    shown TEXT NOT NULL,
    entitlement_id TEXT REFERENCES entitlements (id),
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX product_words_entitlement_id ON product_words (entitlement_id);
