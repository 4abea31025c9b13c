CREATE INDEX outbox_messages_due ON outbox_messages (state, next_attempt_at);
DROP INDEX outbox_messages_leased;
DROP INDEX outbox_messages_retries;
DROP INDEX outbox_messages_fresh;
