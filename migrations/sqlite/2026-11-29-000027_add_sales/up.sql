-- What a shop reported: who bought what, how many, under which ids. A sale without a customer is a refund that came
-- before its sale.
CREATE TABLE sales (
    id TEXT NOT NULL PRIMARY KEY,
    shop TEXT NOT NULL,
    customer_id TEXT REFERENCES customers (id),
    refund TEXT,
    refund_reason TEXT,
    refunded_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX sales_customer_id ON sales (customer_id);

-- An id belongs to one sale of its shop, which is its copy 0. Sales of before could share ids: theirs have further
-- copies.
CREATE TABLE sale_ids (
    shop TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    copy INTEGER NOT NULL,
    sale_id TEXT NOT NULL REFERENCES sales (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (value, kind, shop, copy)
);
CREATE INDEX sale_ids_sale_id ON sale_ids (sale_id);

CREATE TABLE sale_lines (
    id TEXT NOT NULL PRIMARY KEY,
    sale_id TEXT NOT NULL REFERENCES sales (id),
    entitlement_id TEXT NOT NULL REFERENCES entitlements (id),
    shop_line_id TEXT,
    ordinal INTEGER NOT NULL,
    quantity INTEGER NOT NULL
);
CREATE UNIQUE INDEX sale_lines_sale_id ON sale_lines (sale_id, entitlement_id, ordinal);

-- Further payments of a subscription.
CREATE TABLE sale_renewals (
    sale_id TEXT NOT NULL REFERENCES sales (id),
    entitlement_id TEXT NOT NULL REFERENCES entitlements (id),
    number INTEGER NOT NULL,
    payment_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (sale_id, entitlement_id, number)
);

-- What needs a person's decision. A subject makes one task, however often it is reported.
CREATE TABLE tasks (
    id TEXT NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    sale_id TEXT NOT NULL REFERENCES sales (id),
    grant_id TEXT NOT NULL REFERENCES grants (id),
    customer_id TEXT REFERENCES customers (id),
    other_grant_id TEXT,
    payment_id TEXT,
    quantity INTEGER,
    note TEXT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    settled_by TEXT,
    decision TEXT
);
CREATE UNIQUE INDEX tasks_subject ON tasks (subject);
CREATE INDEX tasks_sale_id ON tasks (sale_id);
CREATE INDEX tasks_open ON tasks (grant_id) WHERE settled_at IS NULL;

ALTER TABLE grants ADD COLUMN sale_line_id TEXT REFERENCES sale_lines (id);
ALTER TABLE grants ADD COLUMN sale_unit INTEGER;

-- Whether the expiry came from the entitlement's duration or was chosen; unknown for keys of before.
ALTER TABLE license_keys ADD COLUMN expiry_source TEXT;
UPDATE license_keys SET expiry_source = 'duration'
WHERE source = 'auto' AND expires_at IS NOT NULL
    AND id NOT IN (SELECT object_id FROM audit_entries WHERE action = 'license_key.update');

-- The grants of before: those of one customer with the same ids are one sale, those of the same entitlement among them
-- one line. Nothing else is merged.
CREATE TABLE migrated_grants (
    grant_id TEXT NOT NULL PRIMARY KEY,
    first_of_sale TEXT NOT NULL,
    first_of_line TEXT NOT NULL,
    unit INTEGER NOT NULL
);
INSERT INTO migrated_grants
SELECT id,
    substr(first_value(id) OVER (PARTITION BY customer_id, payment_id, subscription_id, external_id, lone ORDER BY created_at, id), 6),
    substr(first_value(id) OVER (PARTITION BY customer_id, payment_id, subscription_id, external_id, lone, entitlement_id ORDER BY created_at, id), 6),
    row_number() OVER (PARTITION BY customer_id, payment_id, subscription_id, external_id, lone, entitlement_id ORDER BY created_at, id)
FROM (
    SELECT id, customer_id, entitlement_id, payment_id, subscription_id, external_id, created_at,
        CASE WHEN payment_id IS NULL AND subscription_id IS NULL AND external_id IS NULL THEN id ELSE '' END AS lone
    FROM grants
) AS known;
INSERT INTO sales (id, shop, customer_id, created_at)
SELECT 'sale_' || first_of_sale, 'none', customer_id, created_at
FROM migrated_grants JOIN grants ON grants.id = grant_id WHERE 'entg_' || first_of_sale = grant_id;
INSERT INTO sale_ids (shop, kind, value, copy, sale_id, created_at)
SELECT 'none', kind, value, row_number() OVER (PARTITION BY kind, value ORDER BY created_at, sale_id) - 1, sale_id, created_at
FROM (
    SELECT 'payment' AS kind, payment_id AS value, 'sale_' || first_of_sale AS sale_id, created_at
    FROM migrated_grants JOIN grants ON grants.id = grant_id WHERE 'entg_' || first_of_sale = grant_id
    UNION ALL
    SELECT 'subscription', subscription_id, 'sale_' || first_of_sale, created_at
    FROM migrated_grants JOIN grants ON grants.id = grant_id WHERE 'entg_' || first_of_sale = grant_id
    UNION ALL
    SELECT 'external', external_id, 'sale_' || first_of_sale, created_at
    FROM migrated_grants JOIN grants ON grants.id = grant_id WHERE 'entg_' || first_of_sale = grant_id
) AS ids WHERE value IS NOT NULL;
INSERT INTO sale_lines (id, sale_id, entitlement_id, ordinal, quantity)
SELECT 'sln_' || first_of_line, 'sale_' || first_of_sale, entitlement_id, 1, count(*)
FROM migrated_grants JOIN grants ON grants.id = grant_id
GROUP BY first_of_line, first_of_sale, entitlement_id;
UPDATE grants SET sale_line_id = 'sln_' || migrated_grants.first_of_line, sale_unit = migrated_grants.unit
FROM migrated_grants WHERE migrated_grants.grant_id = grants.id;
DROP TABLE migrated_grants;
CREATE UNIQUE INDEX grants_sale_line_id ON grants (sale_line_id, sale_unit);
DROP INDEX grants_sale_key;
ALTER TABLE grants DROP COLUMN sale_key;
