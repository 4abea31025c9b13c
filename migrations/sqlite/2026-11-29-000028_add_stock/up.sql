-- Keys that were bought or generated in advance. What came in together is a batch.
CREATE TABLE batches (
    id TEXT NOT NULL PRIMARY KEY,
    entitlement_id TEXT NOT NULL REFERENCES entitlements (id),
    supplier TEXT,
    reference TEXT,
    note TEXT,
    received_at BIGINT NOT NULL,
    use_before BIGINT,
    recalled_at BIGINT,
    recall_reason TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX batches_entitlement_id ON batches (entitlement_id, created_at, id);

-- How many keys of a batch are in which state, spread over several rows, so that writers do not wait for one row. Only
-- their sum means something.
CREATE TABLE stock_counts (
    batch_id TEXT NOT NULL REFERENCES batches (id),
    shard INTEGER NOT NULL,
    available BIGINT NOT NULL,
    issued BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    discarded BIGINT NOT NULL,
    PRIMARY KEY (batch_id, shard)
);

-- An issued key is in license_keys; here it has neither its value nor a hash of it. A key without a date to be used
-- before has the largest number there.
CREATE TABLE stock_keys (
    id TEXT NOT NULL PRIMARY KEY,
    entitlement_id TEXT NOT NULL REFERENCES entitlements (id),
    batch_id TEXT NOT NULL REFERENCES batches (id),
    ciphertext BLOB NOT NULL,
    value_hash BLOB,
    folded_hash BLOB,
    last_four TEXT NOT NULL,
    has_white_space BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    use_before BIGINT NOT NULL,
    position BIGINT NOT NULL,
    reserved_for TEXT,
    reserved_until BIGINT,
    issued_at BIGINT,
    license_key_id TEXT,
    reason TEXT,
    changed_at BIGINT NOT NULL
);
CREATE INDEX stock_keys_entitlement_id ON stock_keys (entitlement_id, state, use_before, position, id);
CREATE INDEX stock_keys_batch_id ON stock_keys (batch_id, state, position, id);
CREATE UNIQUE INDEX stock_keys_value_hash ON stock_keys (value_hash) WHERE value_hash IS NOT NULL;
CREATE INDEX stock_keys_folded_hash ON stock_keys (folded_hash) WHERE folded_hash IS NOT NULL;
CREATE INDEX stock_keys_white_space ON stock_keys (entitlement_id) WHERE has_white_space;
CREATE INDEX stock_keys_issued_at ON stock_keys (entitlement_id, issued_at) WHERE issued_at IS NOT NULL;
CREATE UNIQUE INDEX stock_keys_license_key_id ON stock_keys (license_key_id) WHERE license_key_id IS NOT NULL;
CREATE UNIQUE INDEX stock_keys_reserved_for ON stock_keys (reserved_for) WHERE reserved_for IS NOT NULL;
CREATE INDEX stock_keys_reserved_until ON stock_keys (entitlement_id, state, reserved_until, use_before) WHERE reserved_for IS NOT NULL;

-- A list of keys that waits, sealed, until its person confirms it, and then until a job has added it.
CREATE TABLE stock_uploads (
    id TEXT NOT NULL PRIMARY KEY,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    entitlement_id TEXT NOT NULL REFERENCES entitlements (id),
    content BLOB NOT NULL,
    supplier TEXT,
    reference TEXT,
    note TEXT,
    received_at BIGINT NOT NULL,
    use_before BIGINT,
    serve BOOLEAN NOT NULL,
    rejected TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    batch_id TEXT REFERENCES batches (id)
);
CREATE INDEX stock_uploads_expires_at ON stock_uploads (expires_at);

CREATE TABLE stock_alerts (
    entitlement_id TEXT NOT NULL PRIMARY KEY REFERENCES entitlements (id),
    raised_at BIGINT NOT NULL,
    hidden_at BIGINT
);

-- What a job is about, and who started it. A subject has one job of a kind at a time.
ALTER TABLE jobs ADD COLUMN subject TEXT;
ALTER TABLE jobs ADD COLUMN started_by TEXT;
CREATE UNIQUE INDEX jobs_subject ON jobs (kind, subject) WHERE finished_at IS NULL AND subject IS NOT NULL;
