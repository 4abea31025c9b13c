-- What somebody did of one kind, in the order of the log; the moment is what the report on a person reads beside it.
-- The old index goes last, so that readers wait for a moment only.
CREATE INDEX audit_entries_actor_action_sequence ON audit_entries (actor_id, action, sequence, at);
DROP INDEX audit_entries_actor_action;
ALTER INDEX audit_entries_actor_action_sequence RENAME TO audit_entries_actor_action;
