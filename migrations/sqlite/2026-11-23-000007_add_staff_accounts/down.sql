DROP INDEX audit_entries_actor_action;
DROP TABLE reveals;
DROP TABLE staff_identities;
DROP TABLE staff_passkeys;
DROP TABLE staff_recovery_codes;
DROP TABLE staff_totp;
DROP TABLE staff_links;
ALTER TABLE staff DROP COLUMN last_signed_in_at;
ALTER TABLE staff DROP COLUMN password_set_at;
