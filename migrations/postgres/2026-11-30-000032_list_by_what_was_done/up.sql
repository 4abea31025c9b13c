-- When the e-mail of a grant failed for good, and who revoked a grant. Both are in the audit log; lists are ordered by them.
ALTER TABLE grants ADD COLUMN failed_at BIGINT;
ALTER TABLE grants ADD COLUMN revoked_by TEXT COLLATE "C";
UPDATE grants SET failed_at = coalesce(
        (SELECT max(at) FROM audit_entries WHERE audit_entries.grant_id = grants.id AND action = 'grant.fail'), updated_at)
    WHERE status = 'failed' OR status_before_revocation = 'failed';
UPDATE grants SET revoked_by = (SELECT actor_id FROM audit_entries
        WHERE audit_entries.grant_id = grants.id AND action = 'grant.revoke' ORDER BY sequence DESC LIMIT 1)
    WHERE status = 'revoked';

-- The list of each state by the moment at which grants came into it, newest first. Whatever has no such moment stands
-- where it was made. What is not a license key is rare among the delivered, so that its own index is small.
CREATE INDEX grants_list_delivered ON grants (coalesce(delivered_at, created_at), id) WHERE status = 'delivered';
CREATE INDEX grants_list_delivered_entitlement ON grants (entitlement_id, coalesce(delivered_at, created_at), id)
    WHERE status = 'delivered';
CREATE INDEX grants_list_delivered_by ON grants (delivered_by, coalesce(delivered_at, created_at), id)
    WHERE status = 'delivered';
CREATE INDEX grants_list_delivered_other ON grants (integration_type, coalesce(delivered_at, created_at), id)
    WHERE status = 'delivered' AND integration_type <> 'license_key';
CREATE INDEX grants_list_failed ON grants (coalesce(failed_at, created_at), id) WHERE status = 'failed';
CREATE INDEX grants_list_revoked ON grants (coalesce(revoked_at, created_at), id) WHERE status = 'revoked';

-- Filters of a list that somebody keeps under a name, for themselves or for everybody.
CREATE TABLE saved_views (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    is_shared BOOLEAN NOT NULL,
    list TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    query TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX saved_views_owner_id ON saved_views (owner_id);
