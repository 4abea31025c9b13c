-- Where keys were redirected to. Beside the audit entry, because addresses name people and must be erasable.
CREATE TABLE address_changes (
    id TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    -- The customer the grant was moved to, where the new address was theirs.
    new_customer_id TEXT REFERENCES customers (id),
    grant_id TEXT REFERENCES grants (id),
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    -- Both absent once either customer is erased.
    old_address TEXT,
    new_address TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX address_changes_customer_id ON address_changes (customer_id, created_at);
CREATE INDEX address_changes_new_customer_id ON address_changes (new_customer_id);
CREATE INDEX address_changes_grant_id ON address_changes (grant_id, created_at);
