DROP INDEX grants_customer_id;
CREATE INDEX grants_customer_id ON grants (customer_id, created_at, id);
