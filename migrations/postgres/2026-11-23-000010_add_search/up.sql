-- Parts of names and addresses, found by their trigrams. The extension comes with PostgreSQL, and whoever
-- may create tables in the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX customers_trigrams ON customers USING gin (search_text gin_trgm_ops);
CREATE INDEX customers_search_text ON customers (search_text);

-- When a delivery was sold is read with when it was delivered.
DROP INDEX grants_delivered_at;
CREATE INDEX grants_delivered_at ON grants (delivered_at, created_at) WHERE delivered_at IS NOT NULL;
