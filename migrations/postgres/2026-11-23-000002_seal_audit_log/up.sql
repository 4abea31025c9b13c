-- The transaction's number comes first, so that it is assigned before the sequence number is drawn:
-- the sealer relies on it to know when no entry below a number can appear any more.
CREATE TABLE audit_entries (
    transaction_number BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT COLLATE "C" NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT COLLATE "C" NOT NULL,
    grant_id TEXT COLLATE "C",
    address TEXT,
    request_id TEXT COLLATE "C",
    changes TEXT NOT NULL,
    mac BYTEA NOT NULL
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
    mac BYTEA NOT NULL
);

CREATE FUNCTION keydesk_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END;
$$;
CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION keydesk_refuse_change();
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION keydesk_refuse_change();
CREATE TRIGGER audit_seals_no_change BEFORE UPDATE OR DELETE ON audit_seals
FOR EACH ROW EXECUTE FUNCTION keydesk_refuse_change();
CREATE TRIGGER audit_seals_no_truncate BEFORE TRUNCATE ON audit_seals
FOR EACH STATEMENT EXECUTE FUNCTION keydesk_refuse_change();
