-- Keys that values are sealed with, each sealed under the installation's secret.
CREATE TABLE encryption_keys (
    id TEXT NOT NULL PRIMARY KEY,
    wrapped BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    -- Absent while older values are still being sealed anew.
    completed_at BIGINT
);
CREATE INDEX encryption_keys_created_at ON encryption_keys (created_at, id);
