DROP INDEX jobs_subject;
DELETE FROM jobs WHERE kind IN ('add_stock_keys', 'serve_from_stock');
ALTER TABLE jobs DROP COLUMN started_by;
ALTER TABLE jobs DROP COLUMN subject;
DROP TABLE stock_alerts;
DROP TABLE stock_uploads;
DROP TABLE stock_keys;
DROP TABLE stock_counts;
DROP TABLE batches;
