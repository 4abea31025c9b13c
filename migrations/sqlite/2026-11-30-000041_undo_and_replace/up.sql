-- Until when a delivery can be undone: its messages wait as long. What its form said remains for the next one.
CREATE TABLE undo_windows (
    grant_id TEXT NOT NULL PRIMARY KEY REFERENCES grants (id),
    opened_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    idempotency_key TEXT,
    replaced_key_id TEXT,
    former_instances TEXT,
    is_seen BOOLEAN NOT NULL DEFAULT FALSE,
    undone_at BIGINT,
    activations_limit INTEGER,
    expires_at BIGINT,
    expires_zone TEXT
);

-- Keys that were replaced by others on the same grant.
CREATE TABLE replacements (
    old_license_key_id TEXT NOT NULL PRIMARY KEY REFERENCES license_keys (id),
    license_key_id TEXT NOT NULL,
    grant_id TEXT NOT NULL REFERENCES grants (id),
    reason TEXT NOT NULL,
    details TEXT,
    instances TEXT NOT NULL,
    customer_note TEXT,
    was_active BOOLEAN NOT NULL,
    batch_id TEXT REFERENCES batches (id),
    replaced_by TEXT NOT NULL,
    replaced_at BIGINT NOT NULL
);
CREATE INDEX replacements_grant_id ON replacements (grant_id, replaced_at, old_license_key_id);
CREATE INDEX replacements_batch_id ON replacements (batch_id) WHERE batch_id IS NOT NULL;
