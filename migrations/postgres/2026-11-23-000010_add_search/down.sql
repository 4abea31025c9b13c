DROP INDEX grants_delivered_at;
CREATE INDEX grants_delivered_at ON grants (delivered_at);
DROP INDEX customers_search_text;
DROP INDEX customers_trigrams;
