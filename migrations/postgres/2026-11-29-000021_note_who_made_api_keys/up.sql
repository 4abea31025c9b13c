-- The person who made an API key; none where the command line did.
ALTER TABLE api_keys ADD COLUMN created_by TEXT COLLATE "C";
UPDATE api_keys SET created_by = (
    SELECT entry.actor_id FROM audit_entries AS entry JOIN staff ON staff.id = entry.actor_id
    WHERE entry.object_id = api_keys.id AND entry.action = 'api_key.create' AND entry.actor_kind = 'staff'
    LIMIT 1
);
