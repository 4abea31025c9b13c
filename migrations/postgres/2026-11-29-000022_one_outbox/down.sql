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
INSERT INTO webhook_messages (id, endpoint_id, event_type, grant_id, license_key_id, state, attempts, next_attempt_at,
    lease_owner, lease_until, last_status, last_error, finished_at, created_at)
SELECT id, queue, event_type, grant_id, ref_id, state, attempts, next_attempt_at,
    lease_owner, lease_until, last_status, last_reply, finished_at, created_at
FROM outbox_messages WHERE kind = 'webhook';

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
INSERT INTO webhook_attempts (message_id, number, url, request_headers, request_body, status, error, started_at, finished_at)
SELECT message_id, number, url, request_headers, request_body, status, NULLIF(reply, ''), started_at, finished_at
FROM outbox_attempts WHERE url IS NOT NULL;

ALTER TABLE staff_links ADD COLUMN email_state TEXT;
ALTER TABLE staff_links ADD COLUMN attempts INTEGER;
ALTER TABLE staff_links ADD COLUMN next_attempt_at BIGINT;
ALTER TABLE staff_links ADD COLUMN lease_owner TEXT;
ALTER TABLE staff_links ADD COLUMN lease_until BIGINT;
ALTER TABLE staff_links ADD COLUMN last_reply TEXT;
UPDATE staff_links SET (email_state, attempts, next_attempt_at, lease_owner, lease_until, last_reply) = (
    SELECT state, attempts, next_attempt_at, lease_owner, lease_until, last_reply
    FROM outbox_messages WHERE ref_id = staff_links.id AND kind = 'staff_link'
);
ALTER TABLE staff_links ALTER COLUMN email_state SET NOT NULL;
ALTER TABLE staff_links ALTER COLUMN attempts SET NOT NULL;
ALTER TABLE staff_links ALTER COLUMN next_attempt_at SET NOT NULL;
CREATE INDEX staff_links_due ON staff_links (email_state, next_attempt_at);

-- Messages of other kinds have no place in the tables of the version before.
DELETE FROM outbox_attempts WHERE message_id IN (SELECT id FROM outbox_messages WHERE kind <> 'license_key_delivered');
DELETE FROM outbox_messages WHERE kind <> 'license_key_delivered';
ALTER TABLE outbox_attempts DROP COLUMN url;
ALTER TABLE outbox_attempts DROP COLUMN request_headers;
ALTER TABLE outbox_attempts DROP COLUMN request_body;
ALTER TABLE outbox_attempts DROP COLUMN status;

DROP INDEX outbox_messages_first;
DROP INDEX outbox_messages_retries;
DROP INDEX outbox_messages_leased;
DROP INDEX outbox_messages_events;
DROP INDEX outbox_messages_ref_id;
ALTER TABLE outbox_messages
    DROP COLUMN kind,
    DROP COLUMN queue,
    DROP COLUMN ref_id,
    DROP COLUMN event_type,
    DROP COLUMN last_status,
    ADD COLUMN topic TEXT NOT NULL DEFAULT 'license_key_email',
    ADD COLUMN has_own_fault BOOLEAN NOT NULL DEFAULT FALSE,
    ALTER COLUMN grant_id SET NOT NULL,
    ALTER COLUMN recipient SET NOT NULL;
ALTER TABLE outbox_messages ALTER COLUMN topic DROP DEFAULT, ALTER COLUMN has_own_fault DROP DEFAULT;
CREATE INDEX outbox_messages_fresh ON outbox_messages (next_attempt_at, id) WHERE state = 'queued' AND attempts = 0;
CREATE INDEX outbox_messages_retries ON outbox_messages (next_attempt_at, id) WHERE state = 'queued' AND attempts > 0;
CREATE INDEX outbox_messages_leased ON outbox_messages (lease_until, id) WHERE state = 'sending';
