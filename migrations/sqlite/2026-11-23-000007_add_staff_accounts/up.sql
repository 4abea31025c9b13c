-- Absent until an invitation is accepted.
ALTER TABLE staff ADD COLUMN password_set_at BIGINT;
ALTER TABLE staff ADD COLUMN last_signed_in_at BIGINT;
UPDATE staff SET password_set_at = created_at;

-- Invitations and resets: a link that works once, and the e-mail that brings it. The token itself
-- is nowhere: it is made from the id and the installation's secret when the e-mail is written.
CREATE TABLE staff_links (
    id TEXT NOT NULL PRIMARY KEY,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    purpose TEXT NOT NULL,
    language TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    email_state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until BIGINT,
    last_reply TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX staff_links_token_hash ON staff_links (token_hash);
CREATE UNIQUE INDEX staff_links_staff_id ON staff_links (staff_id, purpose);
CREATE INDEX staff_links_due ON staff_links (email_state, next_attempt_at);

CREATE TABLE staff_totp (
    staff_id TEXT NOT NULL PRIMARY KEY REFERENCES staff (id),
    secret BLOB NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT
);

CREATE TABLE staff_recovery_codes (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    code_hash BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (staff_id, code_hash)
);

CREATE TABLE staff_passkeys (
    id TEXT NOT NULL PRIMARY KEY,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    name TEXT NOT NULL,
    credential_id BLOB NOT NULL,
    credential TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE UNIQUE INDEX staff_passkeys_credential_id ON staff_passkeys (credential_id);
CREATE INDEX staff_passkeys_staff_id ON staff_passkeys (staff_id, created_at);

-- Who somebody is at an identity provider.
CREATE TABLE staff_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX staff_identities_staff_id ON staff_identities (staff_id);

-- Beside the audit entry, because a reason may name a person and must be erasable.
CREATE TABLE reveals (
    id TEXT NOT NULL PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grants (id),
    staff_id TEXT NOT NULL REFERENCES staff (id),
    reason TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX reveals_created_at ON reveals (created_at);
CREATE INDEX reveals_staff_id ON reveals (staff_id, created_at);
CREATE INDEX reveals_grant_id ON reveals (grant_id, created_at);

CREATE INDEX audit_entries_actor_action ON audit_entries (actor_id, action, at);
