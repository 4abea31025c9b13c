-- Until when a delivery can be undone: its messages wait as long. What its form said remains for the next one.
CREATE TABLE undo_windows (
    grant_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES grants (id),
    opened_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    idempotency_key TEXT COLLATE "C",
    replaced_key_id TEXT COLLATE "C",
    former_instances TEXT COLLATE "C",
    is_seen BOOLEAN NOT NULL DEFAULT FALSE,
    undone_at BIGINT,
    activations_limit INTEGER,
    expires_at BIGINT,
    expires_zone TEXT COLLATE "C"
);

-- Keys that were replaced by others on the same grant.
CREATE TABLE replacements (
    old_license_key_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES license_keys (id),
    license_key_id TEXT COLLATE "C" NOT NULL,
    grant_id TEXT COLLATE "C" NOT NULL REFERENCES grants (id),
    reason TEXT COLLATE "C" NOT NULL,
    details TEXT COLLATE "C",
    instances TEXT COLLATE "C" NOT NULL,
    customer_note TEXT COLLATE "C",
    was_active BOOLEAN NOT NULL,
    batch_id TEXT COLLATE "C" REFERENCES batches (id),
    replaced_by TEXT COLLATE "C" NOT NULL,
    replaced_at BIGINT NOT NULL
);
CREATE INDEX replacements_grant_id ON replacements (grant_id, replaced_at, old_license_key_id);
CREATE INDEX replacements_batch_id ON replacements (batch_id) WHERE batch_id IS NOT NULL;
