-- What somebody did of one kind, in the order of the log; the moment is what the report on a person reads beside it.
DROP INDEX audit_entries_actor_action;
CREATE INDEX audit_entries_actor_action ON audit_entries (actor_id, action, sequence, at);
