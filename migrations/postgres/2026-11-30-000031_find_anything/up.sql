-- Searches compare texts without case and accents. What is there already is folded by a job, in small steps.
ALTER TABLE notes ADD COLUMN search_text TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX notes_trigrams ON notes USING gin (search_text gin_trgm_ops);
CREATE INDEX notes_created_at ON notes (created_at, id);

-- Order numbers and other values in the metadata of grants and customers, folded.
CREATE TABLE metadata_values (
    value TEXT COLLATE "C" NOT NULL,
    object_kind TEXT COLLATE "C" NOT NULL,
    object_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (value, object_kind, object_id)
);
CREATE INDEX metadata_values_object_id ON metadata_values (object_id);

-- The list of license keys: those that are disabled, those that have expired, and those of a batch.
CREATE INDEX license_keys_disabled ON license_keys (created_at, id) WHERE status <> 'active';
CREATE INDEX license_keys_expires_at ON license_keys (expires_at, id) WHERE expires_at IS NOT NULL;
CREATE INDEX stock_keys_issued_of_batch ON stock_keys (batch_id, issued_at, license_key_id) WHERE license_key_id IS NOT NULL;

INSERT INTO jobs (id, kind, state, cursor, done, total, created_at, updated_at)
SELECT 'job_fold_search_texts', 'fold_search_texts', 'queued', '', 0, number,
    CAST(extract(epoch FROM now()) AS BIGINT) * 1000000, CAST(extract(epoch FROM now()) AS BIGINT) * 1000000
FROM (SELECT (SELECT count(*) FROM customers) + (SELECT count(*) FROM grants) + (SELECT count(*) FROM notes) AS number)
AS present WHERE number > 0;
