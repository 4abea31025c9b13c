-- Grants of every state in the order of time; with the state in front of it they would be sorted first, all of them.
CREATE INDEX grants_entitlement_created_at ON grants (entitlement_id, created_at, id);
CREATE INDEX grants_integration_created_at ON grants (integration_type, created_at, id);
