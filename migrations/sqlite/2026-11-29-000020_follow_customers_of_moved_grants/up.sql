-- The customers a grant belonged to before its present one, in order.
CREATE TABLE grant_moves (
    grant_id TEXT NOT NULL REFERENCES grants (id),
    number INTEGER NOT NULL,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    moved_at BIGINT NOT NULL,
    PRIMARY KEY (grant_id, number)
);
CREATE INDEX grant_moves_customer_id ON grant_moves (customer_id);

-- The audit log has recorded every move: grant, customer before and after.
INSERT INTO grant_moves (grant_id, number, customer_id, moved_at)
SELECT grants.id, row_number() OVER (PARTITION BY grants.id ORDER BY entry.sequence), customers.id, entry.at
FROM audit_entries AS entry
JOIN grants ON grants.id = entry.object_id
JOIN customers ON customers.id = json_extract(entry.changes, '$[0].before')
WHERE entry.action = 'customer.update' AND entry.object_kind = 'grant' AND json_extract(entry.changes, '$[0].field') = 'customer_id';

-- Whom an e-mail went to: whoever the grant moved away from next; else an older customer with the
-- recipient's address; else the grant's customer.
ALTER TABLE outbox_messages ADD COLUMN customer_id TEXT;
UPDATE outbox_messages SET customer_id = COALESCE(
    (SELECT move.customer_id FROM grant_moves AS move
     WHERE move.grant_id = outbox_messages.grant_id AND move.moved_at > outbox_messages.created_at
     ORDER BY move.number LIMIT 1),
    (SELECT customers.id FROM customers
     WHERE customers.email_key = lower(outbox_messages.recipient) AND customers.created_at <= outbox_messages.created_at),
    (SELECT grants.customer_id FROM grants WHERE grants.id = outbox_messages.grant_id)
);
CREATE INDEX outbox_messages_customer_id ON outbox_messages (customer_id);

-- Whose key was revealed.
ALTER TABLE reveals ADD COLUMN customer_id TEXT;
UPDATE reveals SET customer_id = COALESCE(
    (SELECT move.customer_id FROM grant_moves AS move
     WHERE move.grant_id = reveals.grant_id AND move.moved_at > reveals.created_at
     ORDER BY move.number LIMIT 1),
    (SELECT grants.customer_id FROM grants WHERE grants.id = reveals.grant_id)
);
CREATE INDEX reveals_customer_id ON reveals (customer_id);

-- The mail server's words about an address that is no longer the grant's customer's.
UPDATE grants SET error_message = NULL
WHERE status = 'failed' AND EXISTS (
    SELECT 1 FROM outbox_messages AS message
    WHERE message.grant_id = grants.id AND message.state = 'failed'
      AND message.last_reply = grants.error_message AND message.customer_id <> grants.customer_id
);
