-- A file of sales. It waits, sealed, until its person confirms it, and then until a job has imported its lines; what
-- became of them stays.
CREATE TABLE sale_imports (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    file_name TEXT COLLATE "C" NOT NULL,
    source BYTEA NOT NULL,
    settings TEXT COLLATE "C" NOT NULL,
    layout TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    kinds TEXT COLLATE "C" NOT NULL,
    counts TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    finished_at BIGINT
);
CREATE INDEX sale_imports_expires_at ON sale_imports (expires_at);
CREATE INDEX sale_imports_confirmed_at ON sale_imports (confirmed_at) WHERE confirmed_at IS NOT NULL;

-- Some hundred of its lines, sealed: those of the reading that is shown, and later those that were not imported.
CREATE TABLE sale_import_parts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    import_id TEXT COLLATE "C" NOT NULL REFERENCES sale_imports (id),
    version BIGINT NOT NULL,
    number BIGINT NOT NULL,
    content BYTEA NOT NULL
);
CREATE UNIQUE INDEX sale_import_parts_import_id ON sale_import_parts (import_id, version, number);

-- What the columns of a file mean, remembered by their names.
CREATE TABLE column_mappings (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    headers_hash TEXT COLLATE "C" NOT NULL,
    fields TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX column_mappings_headers_hash ON column_mappings (headers_hash);
