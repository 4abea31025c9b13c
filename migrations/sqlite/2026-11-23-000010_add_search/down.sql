DROP INDEX grants_delivered_at;
CREATE INDEX grants_delivered_at ON grants (delivered_at);
DROP INDEX customers_search_text;
DROP TRIGGER customers_update_search;
DROP TRIGGER customers_insert_search;
DROP TABLE customer_trigrams;
DROP TABLE customer_searches;
