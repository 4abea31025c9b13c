DROP INDEX audit_entries_actor_action;
CREATE INDEX audit_entries_actor_action ON audit_entries (actor_id, action, at);
