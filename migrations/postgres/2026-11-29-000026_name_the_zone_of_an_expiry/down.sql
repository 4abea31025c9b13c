ALTER TABLE license_keys DROP COLUMN expires_zone;
