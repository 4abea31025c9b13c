CREATE TABLE staff_totp_rebuilt (
    staff_id TEXT NOT NULL PRIMARY KEY REFERENCES staff (id),
    secret BLOB NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT
);
INSERT INTO staff_totp_rebuilt (staff_id, secret, last_step, created_at, confirmed_at)
SELECT staff_id, secret, last_step, created_at, confirmed_at FROM staff_totp;
DROP TABLE staff_totp;
ALTER TABLE staff_totp_rebuilt RENAME TO staff_totp;
ALTER TABLE sessions DROP COLUMN security_stamp;
ALTER TABLE staff DROP COLUMN security_stamp;
