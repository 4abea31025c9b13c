DROP INDEX audit_entries_object_id;
CREATE INDEX audit_entries_object_id ON audit_entries (object_id, sequence);
CREATE UNIQUE INDEX audit_entries_id ON audit_entries (id);
