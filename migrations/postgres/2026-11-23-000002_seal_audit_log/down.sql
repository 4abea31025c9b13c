DROP TABLE audit_seals;
DROP TABLE audit_entries;
DROP FUNCTION keydesk_refuse_change();
