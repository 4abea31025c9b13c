CREATE TABLE license_key_instances (
    id TEXT NOT NULL PRIMARY KEY,
    license_key_id TEXT NOT NULL REFERENCES license_keys (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX license_key_instances_license_key_id ON license_key_instances (license_key_id, created_at, id);
CREATE INDEX license_key_instances_created_at ON license_key_instances (created_at, id);

CREATE INDEX license_keys_created_at ON license_keys (created_at, id);
CREATE INDEX license_keys_product_id ON license_keys (product_id, created_at, id);
CREATE INDEX license_keys_source ON license_keys (source, created_at, id);
CREATE INDEX customers_created_at ON customers (created_at, id);

-- A key whose grant is revoked is told apart from one that was disabled for itself.
UPDATE license_keys SET status = 'revoked'
WHERE status = 'disabled' AND id IN (SELECT license_key_id FROM grants WHERE status = 'revoked');
