-- With the state in it, the grants of a customer are counted, and those of many found, without a look at their rows.
DROP INDEX grants_customer_id;
CREATE INDEX grants_customer_id ON grants (customer_id, created_at, id, status);
