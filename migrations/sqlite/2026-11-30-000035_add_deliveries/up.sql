-- How entitlements of other types than license_key are issued, as integration_config says it for license keys.
ALTER TABLE entitlements ADD COLUMN delivery_settings TEXT;

-- Whether the value is a link to a platform, which is issued, sealed and erased like a key, and is no license.
ALTER TABLE license_keys ADD COLUMN is_link BOOLEAN NOT NULL DEFAULT FALSE;

-- When the customer accepted an invitation, and who noted it; empty if the platform said so.
ALTER TABLE grant_integrations ADD COLUMN accepted_at BIGINT;
ALTER TABLE grant_integrations ADD COLUMN accepted_by TEXT;

-- Files for customers. What they hold is stored elsewhere, under its SHA-256 in hexadecimal digits.
CREATE TABLE files (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    note TEXT,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX files_sha256 ON files (sha256);

CREATE TABLE entitlement_files (
    entitlement_id TEXT NOT NULL REFERENCES entitlements (id),
    file_id TEXT NOT NULL REFERENCES files (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (entitlement_id, file_id)
);
CREATE INDEX entitlement_files_file_id ON entitlement_files (file_id);

-- file_id may be that of a file that was removed since.
CREATE TABLE file_downloads (
    grant_id TEXT NOT NULL REFERENCES grants (id),
    file_id TEXT NOT NULL,
    count BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (grant_id, file_id)
);
CREATE INDEX file_downloads_file_id ON file_downloads (file_id);

-- Invitations that Keydesk itself made on a platform, through a connection.
CREATE TABLE platform_invitations (
    grant_id TEXT NOT NULL PRIMARY KEY REFERENCES grants (id),
    connection_id TEXT NOT NULL REFERENCES connections (id),
    target TEXT NOT NULL,
    username TEXT NOT NULL,
    invitation_id TEXT,
    state TEXT NOT NULL,
    trouble TEXT,
    trouble_detail TEXT,
    next_check_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX platform_invitations_next_check_at ON platform_invitations (connection_id, next_check_at);

-- Features are switched on by themselves; those that wait are by this job.
INSERT INTO jobs (id, kind, state, cursor, done, total, created_at, updated_at)
SELECT 'job_switch_on_features', 'switch_on_features', 'queued', '', 0, number,
    CAST(strftime('%s', 'now') AS INTEGER) * 1000000, CAST(strftime('%s', 'now') AS INTEGER) * 1000000
FROM (SELECT count(*) AS number FROM grants WHERE status = 'pending' AND integration_type = 'feature_flag')
AS present WHERE number > 0;
