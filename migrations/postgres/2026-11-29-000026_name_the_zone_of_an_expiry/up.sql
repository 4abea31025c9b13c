-- The time zone in which staff chose the expiry; none where nobody chose it.
ALTER TABLE license_keys ADD COLUMN expires_zone TEXT COLLATE "C";
