-- Searches compare texts without case and accents. What is there already is folded by a job, in small steps.
ALTER TABLE notes ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
CREATE TABLE note_searches (
    number INTEGER NOT NULL PRIMARY KEY,
    note_id TEXT NOT NULL REFERENCES notes (id),
    text TEXT NOT NULL
);
CREATE UNIQUE INDEX note_searches_note_id ON note_searches (note_id);
CREATE VIRTUAL TABLE note_trigrams
USING fts5 (text, content = 'note_searches', content_rowid = 'number', tokenize = 'trigram');
-- What was noted of an erased customer must not stay in the index.
INSERT INTO note_trigrams (note_trigrams, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER notes_insert_search AFTER INSERT ON notes
BEGIN
    INSERT INTO note_searches (note_id, text) VALUES (new.id, new.search_text);
END;
CREATE TRIGGER notes_update_search AFTER UPDATE OF search_text ON notes
WHEN old.search_text <> new.search_text
BEGIN
    UPDATE note_searches SET text = new.search_text WHERE note_id = new.id;
END;
CREATE TRIGGER notes_delete_search BEFORE DELETE ON notes
BEGIN
    DELETE FROM note_searches WHERE note_id = old.id;
END;
CREATE TRIGGER note_searches_insert AFTER INSERT ON note_searches
BEGIN
    INSERT INTO note_trigrams (rowid, text) VALUES (new.number, new.text);
END;
CREATE TRIGGER note_searches_update AFTER UPDATE OF text ON note_searches
BEGIN
    INSERT INTO note_trigrams (note_trigrams, rowid, text) VALUES ('delete', old.number, old.text);
    INSERT INTO note_trigrams (rowid, text) VALUES (new.number, new.text);
END;
CREATE TRIGGER note_searches_delete AFTER DELETE ON note_searches
BEGIN
    INSERT INTO note_trigrams (note_trigrams, rowid, text) VALUES ('delete', old.number, old.text);
END;
INSERT INTO note_searches (note_id, text) SELECT id, search_text FROM notes ORDER BY created_at, id;

-- Order numbers and other values in the metadata of grants and customers, folded.
CREATE TABLE metadata_values (
    value TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    PRIMARY KEY (value, object_kind, object_id)
) WITHOUT ROWID;
CREATE INDEX metadata_values_object_id ON metadata_values (object_id);

-- The list of license keys: those that are disabled, those that have expired, and those of a batch.
CREATE INDEX license_keys_disabled ON license_keys (created_at, id) WHERE status <> 'active';
CREATE INDEX license_keys_expires_at ON license_keys (expires_at, id) WHERE expires_at IS NOT NULL;
CREATE INDEX stock_keys_issued_of_batch ON stock_keys (batch_id, issued_at, license_key_id) WHERE license_key_id IS NOT NULL;

INSERT INTO jobs (id, kind, state, cursor, done, total, created_at, updated_at)
SELECT 'job_fold_search_texts', 'fold_search_texts', 'queued', '', 0, number,
    CAST(strftime('%s', 'now') AS INTEGER) * 1000000, CAST(strftime('%s', 'now') AS INTEGER) * 1000000
FROM (SELECT (SELECT count(*) FROM customers) + (SELECT count(*) FROM grants) + (SELECT count(*) FROM notes) AS number)
AS present WHERE number > 0;
