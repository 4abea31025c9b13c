-- What issued keys are found by, beside their exact value. Keys that are there already get it from a job.
ALTER TABLE license_keys ADD COLUMN copy INTEGER NOT NULL DEFAULT 0;
ALTER TABLE license_keys ADD COLUMN folded_hash BLOB;
ALTER TABLE license_keys ADD COLUMN ending BLOB;
ALTER TABLE license_keys ADD COLUMN has_white_space BOOLEAN;
DROP INDEX license_keys_value_hash;
-- The first key with a value is its copy 0, so that a value is issued once unless further copies are numbered.
CREATE UNIQUE INDEX license_keys_value_hash ON license_keys (value_hash, copy);
CREATE INDEX license_keys_folded_hash ON license_keys (folded_hash) WHERE folded_hash IS NOT NULL;
CREATE INDEX license_keys_ending ON license_keys (ending) WHERE ending IS NOT NULL;
CREATE INDEX license_keys_white_space ON license_keys (product_id, id) WHERE has_white_space;

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    cursor TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT,
    lease_owner TEXT,
    lease_until BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX jobs_due ON jobs (created_at, id) WHERE finished_at IS NULL;

INSERT INTO jobs (id, kind, state, cursor, done, total, created_at, updated_at)
SELECT 'job_index_license_keys', 'index_license_keys', 'queued', '', 0, number,
    CAST(strftime('%s', 'now') AS INTEGER) * 1000000, CAST(strftime('%s', 'now') AS INTEGER) * 1000000
FROM (SELECT count(*) AS number FROM license_keys) AS present WHERE number > 0;
