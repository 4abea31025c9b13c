-- Where the orders of a shop's sales are numbered, and what is done about refunds and test orders.
ALTER TABLE connections ADD COLUMN shop TEXT;
ALTER TABLE connections ADD COLUMN on_refund TEXT NOT NULL DEFAULT 'revoke';
ALTER TABLE connections ADD COLUMN on_test TEXT NOT NULL DEFAULT 'ask';
CREATE UNIQUE INDEX connections_shop ON connections (shop);

-- Which order a delivery is about, what became of it in more words, and its first grant.
ALTER TABLE hooks ADD COLUMN about TEXT;
ALTER TABLE hooks ADD COLUMN detail TEXT;
ALTER TABLE hooks ADD COLUMN grant_id TEXT;

-- Sales that could not become grants, and wait for a person. The order itself is in the delivery's sealed body.
CREATE TABLE held_sales (
    id TEXT NOT NULL PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connections (id),
    hook_id TEXT NOT NULL REFERENCES hooks (id),
    shop TEXT NOT NULL,
    order_key TEXT NOT NULL,
    label TEXT NOT NULL,
    why TEXT NOT NULL,
    word TEXT NOT NULL,
    shown TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    settled_by TEXT,
    decision TEXT
);
CREATE UNIQUE INDEX held_sales_order_key ON held_sales (shop, order_key);
CREATE INDEX held_sales_open ON held_sales (created_at, id) WHERE settled_at IS NULL;
CREATE INDEX held_sales_connection_id ON held_sales (connection_id);
CREATE INDEX held_sales_hook_id ON held_sales (hook_id);

-- The lines of orders whose refunds name lines, and how many pieces of each were paid back; a refund may come first.
CREATE TABLE shop_lines (
    shop TEXT NOT NULL,
    order_id TEXT NOT NULL,
    line_id TEXT NOT NULL,
    entitlement_id TEXT REFERENCES entitlements (id),
    quantity INTEGER NOT NULL,
    refunded INTEGER NOT NULL,
    PRIMARY KEY (shop, order_id, line_id)
);
CREATE INDEX shop_lines_entitlement_id ON shop_lines (entitlement_id);

CREATE INDEX sales_created_at ON sales (created_at, id);
CREATE INDEX sales_shop ON sales (shop, created_at, id);
CREATE INDEX tasks_created_at ON tasks (created_at, id) WHERE settled_at IS NULL;
