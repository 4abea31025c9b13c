-- E-mails that the mail server has got and not answered are `unknown`, and are tried again apart from all others.
ALTER TABLE outbox_messages ADD COLUMN unanswered INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbox_messages_unanswered ON outbox_messages (queue, next_attempt_at, id)
    WHERE state = 'unknown' AND finished_at IS NULL;

-- What was only written to the local mailbox was called sent.
UPDATE grants SET email_state = 'kept' WHERE email_state = 'sent' AND (
    SELECT last_reply FROM outbox_messages
    WHERE grant_id = grants.id AND kind = 'license_key_delivered' ORDER BY created_at DESC, id DESC LIMIT 1
) LIKE 'kept as %.eml';
UPDATE outbox_attempts SET outcome = 'kept' WHERE outcome = 'sent' AND reply LIKE 'kept as %.eml';
UPDATE outbox_messages SET state = 'kept' WHERE state = 'sent' AND last_reply LIKE 'kept as %.eml';
