-- What shops call a product: its SKU, id or name, folded to compare. Without an entitlement, it needs no key.
CREATE TABLE product_words (
    word TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    shown TEXT COLLATE "C" NOT NULL,
    entitlement_id TEXT COLLATE "C" REFERENCES entitlements (id),
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX product_words_entitlement_id ON product_words (entitlement_id);
