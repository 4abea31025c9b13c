DROP TABLE bulk_grants;
DROP TABLE bulk_runs;
DELETE FROM jobs WHERE kind = 'bulk_run';
