CREATE TABLE audit_entries (
    sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    grant_id TEXT,
    address TEXT,
    request_id TEXT,
    changes TEXT NOT NULL,
    mac BLOB NOT NULL
);
CREATE UNIQUE INDEX audit_entries_id ON audit_entries (id);
CREATE INDEX audit_entries_object_id ON audit_entries (object_id, sequence);
CREATE INDEX audit_entries_grant_id ON audit_entries (grant_id, sequence);
CREATE INDEX audit_entries_actor_id ON audit_entries (actor_id, sequence);
CREATE INDEX audit_entries_action ON audit_entries (action, sequence);
CREATE INDEX audit_entries_at ON audit_entries (at, sequence);

CREATE TABLE audit_seals (
    number BIGINT NOT NULL PRIMARY KEY,
    first_sequence BIGINT NOT NULL,
    last_sequence BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    sealed_at BIGINT NOT NULL,
    mac BLOB NOT NULL
);

CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_seals_no_update BEFORE UPDATE ON audit_seals
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_seals_no_delete BEFORE DELETE ON audit_seals
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
