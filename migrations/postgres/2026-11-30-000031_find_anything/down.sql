DELETE FROM jobs WHERE kind = 'fold_search_texts';
DROP INDEX stock_keys_issued_of_batch;
DROP INDEX license_keys_expires_at;
DROP INDEX license_keys_disabled;
DROP TABLE metadata_values;
DROP INDEX notes_created_at;
DROP INDEX notes_trigrams;
ALTER TABLE notes DROP COLUMN search_text;
