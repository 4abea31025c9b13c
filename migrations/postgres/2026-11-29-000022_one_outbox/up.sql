-- Messages of every kind in one table: `kind` says what a message is, `queue` who sends it, `ref_id` what it is about
-- apart from a grant. The version before does not know these tables: stop all its nodes first.
-- Every message so far is of one kind and in one queue, so no row has to be rewritten.
ALTER TABLE outbox_messages
    ADD COLUMN kind TEXT NOT NULL DEFAULT 'license_key_delivered',
    ADD COLUMN queue TEXT COLLATE "C" NOT NULL DEFAULT 'mail',
    ADD COLUMN ref_id TEXT COLLATE "C",
    ADD COLUMN event_type TEXT,
    ADD COLUMN last_status INTEGER,
    DROP COLUMN topic,
    DROP COLUMN has_own_fault,
    ALTER COLUMN grant_id DROP NOT NULL,
    ALTER COLUMN recipient DROP NOT NULL;
ALTER TABLE outbox_messages ALTER COLUMN kind DROP DEFAULT, ALTER COLUMN queue DROP DEFAULT;

ALTER TABLE outbox_attempts ADD COLUMN url TEXT;
ALTER TABLE outbox_attempts ADD COLUMN request_headers TEXT;
ALTER TABLE outbox_attempts ADD COLUMN request_body TEXT;
ALTER TABLE outbox_attempts ADD COLUMN status INTEGER;

-- Webhooks keep their ids, because receivers recognize repeats by them.
INSERT INTO outbox_messages (id, kind, queue, grant_id, ref_id, event_type, state, attempts, next_attempt_at,
    lease_owner, lease_until, last_status, last_reply, finished_at, created_at)
SELECT id, 'webhook', endpoint_id, grant_id, license_key_id, event_type, state, attempts, next_attempt_at,
    lease_owner, lease_until, last_status, last_error, finished_at, created_at
FROM webhook_messages;
INSERT INTO outbox_attempts (message_id, number, outcome, reply, started_at, finished_at, url, request_headers,
    request_body, status)
SELECT message_id, number, CASE WHEN status BETWEEN 200 AND 299 THEN 'sent' ELSE 'temporary' END, COALESCE(error, ''),
    started_at, finished_at, url, request_headers, request_body, status
FROM webhook_attempts;
DROP TABLE webhook_attempts;
DROP TABLE webhook_messages;

-- The e-mails of links. Their Message-ID is the link's id, as before.
INSERT INTO outbox_messages (id, kind, queue, ref_id, state, attempts, next_attempt_at, lease_owner, lease_until,
    last_reply, finished_at, created_at)
SELECT 'msg_' || substr(id, 5), 'staff_link', 'urgent_mail', id, email_state, attempts, next_attempt_at, lease_owner,
    lease_until, last_reply, CASE WHEN email_state IN ('sent', 'failed') THEN next_attempt_at END, created_at
FROM staff_links;
DROP INDEX staff_links_due;
ALTER TABLE staff_links DROP COLUMN email_state;
ALTER TABLE staff_links DROP COLUMN attempts;
ALTER TABLE staff_links DROP COLUMN next_attempt_at;
ALTER TABLE staff_links DROP COLUMN lease_owner;
ALTER TABLE staff_links DROP COLUMN lease_until;
ALTER TABLE staff_links DROP COLUMN last_reply;

-- One set of queues for all kinds: first attempts, retries, and what is being sent.
DROP INDEX outbox_messages_fresh;
DROP INDEX outbox_messages_retries;
DROP INDEX outbox_messages_leased;
CREATE INDEX outbox_messages_first ON outbox_messages (queue, next_attempt_at, id) WHERE state = 'queued' AND attempts = 0;
CREATE INDEX outbox_messages_retries ON outbox_messages (queue, next_attempt_at, id) WHERE state = 'queued' AND attempts > 0;
CREATE INDEX outbox_messages_leased ON outbox_messages (queue, lease_until, id) WHERE state = 'sending';
-- An endpoint's deliveries, and the messages about a link or a key.
CREATE INDEX outbox_messages_events ON outbox_messages (queue, created_at, id) WHERE event_type IS NOT NULL;
CREATE INDEX outbox_messages_ref_id ON outbox_messages (ref_id) WHERE ref_id IS NOT NULL;
