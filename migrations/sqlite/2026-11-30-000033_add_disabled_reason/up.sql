-- Why an admin disabled the person, as they said it; gone when the person is enabled again.
ALTER TABLE staff ADD COLUMN disabled_reason TEXT;
