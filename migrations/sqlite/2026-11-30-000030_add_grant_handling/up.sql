-- What staff arranged about a grant that waits: skipped or paused until back_at, assigned to somebody. Most grants have no
-- row. closed_at is when it stopped waiting; what remains then is how long it was paused.
CREATE TABLE grant_handling (
    grant_id TEXT NOT NULL PRIMARY KEY REFERENCES grants (id),
    back_at BIGINT,
    paused_since BIGINT,
    pause_reason TEXT,
    pause_note TEXT,
    paused_total BIGINT NOT NULL,
    assigned_to TEXT REFERENCES staff (id),
    closed_at BIGINT
);
CREATE INDEX grant_handling_assigned_to ON grant_handling (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX grant_handling_open ON grant_handling (grant_id) WHERE closed_at IS NULL;
CREATE INDEX grant_handling_closed_at ON grant_handling (closed_at) WHERE closed_at IS NOT NULL;

-- When the person who holds the grant first typed something or extended the hold.
ALTER TABLE grants ADD COLUMN held_touched_at BIGINT;
CREATE INDEX grants_held_by ON grants (held_by) WHERE held_by IS NOT NULL;
