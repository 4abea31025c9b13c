-- Changes whenever everything that could let a person in is ended. A session remembers the value it began with.
ALTER TABLE staff ADD COLUMN security_stamp BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN security_stamp BIGINT NOT NULL DEFAULT 0;

-- Unfinished sign-ins do not name their person yet, and sessions of people with a passkey may have begun without it.
DELETE FROM sessions WHERE staff_id IS NULL OR staff_id IN (SELECT staff_id FROM staff_passkeys);

-- A secret that no code has confirmed is in the session that shows it, never here.
DELETE FROM staff_totp WHERE confirmed_at IS NULL;
CREATE TABLE staff_totp_rebuilt (
    staff_id TEXT NOT NULL PRIMARY KEY REFERENCES staff (id),
    secret BLOB NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL
);
INSERT INTO staff_totp_rebuilt (staff_id, secret, last_step, created_at, confirmed_at)
SELECT staff_id, secret, last_step, created_at, confirmed_at FROM staff_totp;
DROP TABLE staff_totp;
ALTER TABLE staff_totp_rebuilt RENAME TO staff_totp;
