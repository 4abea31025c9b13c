-- What was never tried and what is tried again stand in lines of their own; what is finished stands in none.
CREATE INDEX outbox_messages_fresh ON outbox_messages (next_attempt_at, id) WHERE state = 'queued' AND attempts = 0;
CREATE INDEX outbox_messages_retries ON outbox_messages (next_attempt_at, id) WHERE state = 'queued' AND attempts > 0;
CREATE INDEX outbox_messages_leased ON outbox_messages (lease_until, id) WHERE state = 'sending';
-- Every change of state would write this one too. Old code finds the same rows without it.
DROP INDEX outbox_messages_due;
