CREATE TABLE webhook_endpoints (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    filter_types TEXT,
    metadata TEXT NOT NULL,
    secret BYTEA NOT NULL,
    old_secret BYTEA,
    old_secret_until BIGINT,
    is_disabled BOOLEAN NOT NULL,
    failing_since BIGINT,
    switched_off_at BIGINT,
    deleted_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX webhook_endpoints_created_at ON webhook_endpoints (created_at, id);

CREATE TABLE webhook_messages (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    endpoint_id TEXT COLLATE "C" NOT NULL REFERENCES webhook_endpoints (id),
    event_type TEXT NOT NULL,
    grant_id TEXT COLLATE "C" REFERENCES grants (id),
    license_key_id TEXT COLLATE "C" REFERENCES license_keys (id),
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    lease_owner TEXT COLLATE "C",
    lease_until BIGINT,
    last_status INTEGER,
    last_error TEXT,
    finished_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX webhook_messages_due ON webhook_messages (state, endpoint_id, next_attempt_at);
CREATE INDEX webhook_messages_endpoint_id ON webhook_messages (endpoint_id, created_at, id);
CREATE INDEX webhook_messages_grant_id ON webhook_messages (grant_id, created_at, id);

CREATE TABLE webhook_attempts (
    message_id TEXT COLLATE "C" NOT NULL REFERENCES webhook_messages (id),
    number INTEGER NOT NULL,
    url TEXT NOT NULL,
    request_headers TEXT NOT NULL,
    request_body TEXT NOT NULL,
    status INTEGER,
    error TEXT,
    started_at BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    PRIMARY KEY (message_id, number)
);
