-- Nobody looks an entry up by its id, and 131 random bits do not come twice.
DROP INDEX audit_entries_id;
-- Most entries are of a grant, and are found by that.
DROP INDEX audit_entries_object_id;
CREATE INDEX audit_entries_object_id ON audit_entries (object_id, sequence)
WHERE grant_id IS NULL OR grant_id <> object_id;
