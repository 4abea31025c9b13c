-- Acts on many grants at once: what was chosen, and what became of each.
CREATE TABLE bulk_runs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    action TEXT COLLATE "C" NOT NULL,
    -- The query of the list that the grants were chosen from.
    list TEXT COLLATE "C" NOT NULL,
    -- Pasted keys, sealed; empty once they are issued.
    content BYTEA NOT NULL,
    -- What the person gives for all of them: the reason or note, and the end of a pause.
    reason TEXT COLLATE "C",
    pause_reason TEXT COLLATE "C",
    paused_until BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    confirmed_at BIGINT
);
CREATE INDEX bulk_runs_expires_at ON bulk_runs (expires_at);

CREATE TABLE bulk_grants (
    run_id TEXT COLLATE "C" NOT NULL REFERENCES bulk_runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    grant_id TEXT COLLATE "C" NOT NULL REFERENCES grants (id),
    -- A digest of what the person saw of the grant.
    seen BYTEA NOT NULL,
    -- NULL until it was its turn.
    outcome TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    done_at BIGINT,
    PRIMARY KEY (run_id, position)
);
CREATE INDEX bulk_grants_outcome ON bulk_grants (run_id, outcome, position);
