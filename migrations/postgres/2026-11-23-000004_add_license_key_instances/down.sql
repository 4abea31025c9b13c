UPDATE license_keys SET status = 'disabled' WHERE status = 'revoked';
DROP INDEX customers_created_at;
DROP INDEX license_keys_source;
DROP INDEX license_keys_product_id;
DROP INDEX license_keys_created_at;
DROP TABLE license_key_instances;
