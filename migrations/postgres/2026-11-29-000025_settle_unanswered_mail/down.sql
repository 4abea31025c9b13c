UPDATE grants SET email_state = 'sent' WHERE email_state = 'kept';
UPDATE grants SET email_state = 'queued' WHERE email_state = 'unknown';
UPDATE outbox_attempts SET outcome = 'sent' WHERE outcome = 'kept';
UPDATE outbox_attempts SET outcome = 'temporary' WHERE outcome = 'unknown';
UPDATE outbox_messages SET state = 'sent' WHERE state = 'kept';
UPDATE outbox_messages SET state = 'queued', finished_at = NULL, lease_owner = NULL, lease_until = NULL
    WHERE state = 'unknown';
DROP INDEX outbox_messages_unanswered;
ALTER TABLE outbox_messages DROP COLUMN unanswered;
