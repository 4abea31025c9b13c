DROP INDEX reveals_customer_id;
ALTER TABLE reveals DROP COLUMN customer_id;
DROP INDEX outbox_messages_customer_id;
ALTER TABLE outbox_messages DROP COLUMN customer_id;
DROP TABLE grant_moves;
