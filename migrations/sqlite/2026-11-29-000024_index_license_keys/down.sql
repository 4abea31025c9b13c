DROP TABLE jobs;
DROP INDEX license_keys_white_space;
DROP INDEX license_keys_ending;
DROP INDEX license_keys_folded_hash;
DROP INDEX license_keys_value_hash;
-- The version before knows one key for each value: further copies are not found by it any more.
UPDATE license_keys SET value_hash = CAST(id AS BLOB) WHERE copy > 0;
CREATE UNIQUE INDEX license_keys_value_hash ON license_keys (value_hash);
ALTER TABLE license_keys DROP COLUMN has_white_space;
ALTER TABLE license_keys DROP COLUMN ending;
ALTER TABLE license_keys DROP COLUMN folded_hash;
ALTER TABLE license_keys DROP COLUMN copy;
