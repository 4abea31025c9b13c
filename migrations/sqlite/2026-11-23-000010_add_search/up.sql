-- Parts of names and addresses, found by their trigrams. The number is a key of its own because
-- VACUUM may change the rowid of a table whose key is a text.
CREATE TABLE customer_searches (
    number INTEGER NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    text TEXT NOT NULL
);
CREATE UNIQUE INDEX customer_searches_customer_id ON customer_searches (customer_id);
CREATE VIRTUAL TABLE customer_trigrams
USING fts5 (text, content = 'customer_searches', content_rowid = 'number', tokenize = 'trigram');
-- What an erased customer was called must not stay in the index.
INSERT INTO customer_trigrams (customer_trigrams, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER customers_insert_search AFTER INSERT ON customers
BEGIN
    INSERT INTO customer_searches (customer_id, text) VALUES (new.id, new.search_text);
END;
CREATE TRIGGER customers_update_search AFTER UPDATE OF search_text ON customers
WHEN old.search_text <> new.search_text
BEGIN
    UPDATE customer_searches SET text = new.search_text WHERE customer_id = new.id;
END;
CREATE TRIGGER customer_searches_insert AFTER INSERT ON customer_searches
BEGIN
    INSERT INTO customer_trigrams (rowid, text) VALUES (new.number, new.text);
END;
CREATE TRIGGER customer_searches_update AFTER UPDATE OF text ON customer_searches
BEGIN
    INSERT INTO customer_trigrams (customer_trigrams, rowid, text) VALUES ('delete', old.number, old.text);
    INSERT INTO customer_trigrams (rowid, text) VALUES (new.number, new.text);
END;
INSERT INTO customer_searches (customer_id, text) SELECT id, search_text FROM customers ORDER BY created_at, id;
CREATE INDEX customers_search_text ON customers (search_text);

-- When a delivery was sold is read with when it was delivered.
DROP INDEX grants_delivered_at;
CREATE INDEX grants_delivered_at ON grants (delivered_at, created_at) WHERE delivered_at IS NOT NULL;
