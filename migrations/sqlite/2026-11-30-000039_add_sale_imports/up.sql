-- A file of sales. It waits, sealed, until its person confirms it, and then until a job has imported its lines; what
-- became of them stays.
CREATE TABLE sale_imports (
    id TEXT NOT NULL PRIMARY KEY,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    file_name TEXT NOT NULL,
    source BLOB NOT NULL,
    settings TEXT NOT NULL,
    layout TEXT NOT NULL,
    version BIGINT NOT NULL,
    kinds TEXT NOT NULL,
    counts TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    finished_at BIGINT
);
CREATE INDEX sale_imports_expires_at ON sale_imports (expires_at);
CREATE INDEX sale_imports_confirmed_at ON sale_imports (confirmed_at) WHERE confirmed_at IS NOT NULL;

-- Some hundred of its lines, sealed: those of the reading that is shown, and later those that were not imported.
CREATE TABLE sale_import_parts (
    id TEXT NOT NULL PRIMARY KEY,
    import_id TEXT NOT NULL REFERENCES sale_imports (id),
    version BIGINT NOT NULL,
    number BIGINT NOT NULL,
    content BLOB NOT NULL
);
CREATE UNIQUE INDEX sale_import_parts_import_id ON sale_import_parts (import_id, version, number);

-- What the columns of a file mean, remembered by their names.
CREATE TABLE column_mappings (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    headers_hash TEXT NOT NULL,
    fields TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX column_mappings_headers_hash ON column_mappings (headers_hash);
