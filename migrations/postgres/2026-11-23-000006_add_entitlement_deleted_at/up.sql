ALTER TABLE entitlements ADD COLUMN deleted_at BIGINT;
