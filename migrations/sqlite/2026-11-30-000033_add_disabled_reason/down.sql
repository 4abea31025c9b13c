ALTER TABLE staff DROP COLUMN disabled_reason;
