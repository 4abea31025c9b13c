ALTER TABLE entitlements DROP COLUMN deleted_at;
