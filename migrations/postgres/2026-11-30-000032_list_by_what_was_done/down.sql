DROP TABLE saved_views;
DROP INDEX grants_list_revoked;
DROP INDEX grants_list_failed;
DROP INDEX grants_list_delivered_other;
DROP INDEX grants_list_delivered_by;
DROP INDEX grants_list_delivered_entitlement;
DROP INDEX grants_list_delivered;
ALTER TABLE grants DROP COLUMN revoked_by;
ALTER TABLE grants DROP COLUMN failed_at;
