-- The version before does not know this kind of job.
DELETE FROM jobs WHERE kind = 'import_sales';
DROP TABLE column_mappings;
DROP TABLE sale_import_parts;
DROP TABLE sale_imports;
