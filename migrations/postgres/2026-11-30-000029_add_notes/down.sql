DROP INDEX outbox_messages_customer_id;
CREATE INDEX outbox_messages_customer_id ON outbox_messages (customer_id);
DROP TABLE notes;
