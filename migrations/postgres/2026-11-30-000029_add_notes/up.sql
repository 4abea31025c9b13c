-- What staff note about a customer, or about one of their grants. The customer is the one whom the grant belonged to when
-- the note was written, and stays so if the grant moves: their erasure deletes it.
CREATE TABLE notes (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    customer_id TEXT COLLATE "C" NOT NULL REFERENCES customers (id),
    grant_id TEXT COLLATE "C" REFERENCES grants (id),
    text TEXT COLLATE "C" NOT NULL,
    author_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX notes_customer_id ON notes (customer_id, created_at, id);
CREATE INDEX notes_grant_id ON notes (grant_id, created_at, id) WHERE grant_id IS NOT NULL;

-- The page of a customer shows their newest e-mails.
DROP INDEX outbox_messages_customer_id;
CREATE INDEX outbox_messages_customer_id ON outbox_messages (customer_id, created_at, id);
