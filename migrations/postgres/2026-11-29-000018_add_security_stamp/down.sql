ALTER TABLE staff_totp ALTER COLUMN confirmed_at DROP NOT NULL;
ALTER TABLE sessions DROP COLUMN security_stamp;
ALTER TABLE staff DROP COLUMN security_stamp;
